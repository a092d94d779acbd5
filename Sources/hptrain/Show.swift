import ArgumentParser
import Configuration
import Training

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows a configuration with every default written out.",
    discussion: """
      What is printed can be trained as it stands, from the folder of the configuration. A run or a \
      model shows the configuration that it was trained with.

        hptrain show iris.json
        hptrain show iris.json training.optimizer
        hptrain show iris.json --origin
        hptrain show runs/iris
      """)

  @Argument(
    help: ArgumentHelp(
      "A configuration file, - for standard input, the folder of a run, or a model.",
      valueName: "config"),
    completion: .file(extensions: ["json", "safetensors"]))
  var config: String

  @Argument(help: "A part to show alone, such as training.optimizer.")
  var path: String?

  @OptionGroup var overrides: OverrideOptions

  @Flag(help: "List the settings, one a line, and where each value comes from.")
  var origin = false

  @Option(
    help: "How to write: text, or json on one line; with --origin an object for each setting.")
  var format = OutputFormat.text

  func run() throws {
    try reporting(format) {
      let record = try RunRecord.read(config, overrides: overrides.overrides)
      let part = try selection(of: record)
      switch (origin, format) {
      case (false, .text): try StandardOutput.print(String(part.value.prettyText.dropLast()))
      case (false, .json): try StandardOutput.print(part.value.compactText)
      case (true, .text): try list(part, record)
      case (true, .json):
        var output = StandardOutput()
        for leaf in part.value.leaves(under: part.path) {
          try output.print(Self.json(leaf, record.origin(of: leaf)).compactText)
        }
        try output.flush()
      }
    }
  }

  private func selection(of record: RunRecord) throws -> JSONLeaf {
    let whole = JSONLeaf(path: .root, value: record.config.json)
    guard let path else { return whole }
    // Names of columns may hold dots, so that texts are compared.
    if let node = whole.value.nodes().first(where: { $0.path.plainText == path }) {
      return node
    }
    let wanted = try ConfigPath.parse(path, name: path)
    if let value = whole.value.value(at: wanted) { return JSONLeaf(path: wanted, value: value) }
    guard RunConfig.form.knows(wanted) else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "unknown-path", "there is no setting '\(path)'",
          help: RunConfig.form.suggestion(for: wanted)))
    }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "unset-path", "'\(path)' is not set in \(Spelling.file(config))",
        help: "'hptrain explain \(RunConfig.form.explained(wanted))' says what it may be"))
  }

  private func list(_ part: JSONLeaf, _ record: RunRecord) throws {
    var table = TextTable([.left, .left])
    for leaf in part.value.leaves(under: part.path) {
      table.add(
        "\(leaf.path) = \(leaf.value.spacedText)", record.origin(of: leaf).text)
    }
    var output = StandardOutput()
    for line in table.lines(indentation: 0) { try output.print(line) }
    try output.flush()
  }

  private static func json(_ leaf: JSONLeaf, _ origin: SettingOrigin) -> JSONValue {
    var members = [
      JSONMember("path", .string(leaf.path.description)), JSONMember("value", leaf.value),
    ]
    switch origin {
    case .standard, .data: members.append(JSONMember("origin", .string(origin.text)))
    case .written(let place):
      let isOverride = place.file == Override.sourceName
      members += [
        JSONMember("origin", .string(isOverride ? place.file : "file")),
        JSONMember("file", isOverride ? .null : .string(place.file)),
        JSONMember("line", isOverride ? .null : .integer(place.line)),
        JSONMember("column", isOverride ? .null : .integer(place.column)),
      ]
    case .model(let path):
      members += [JSONMember("origin", .string("file")), JSONMember("file", .string(path))]
    }
    return .object(
      members
        + ["file", "line", "column"].filter { key in !members.contains { $0.key == key } }
        .map { JSONMember($0, .null) })
  }
}

import ArgumentParser
import Configuration
import Training

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares two configurations, runs or models.",
    discussion: """
      Lists the settings that differ, with their defaults, by path; - stands where there is none. Of two \
      runs or models the figures follow, the better one marked with *.

        hptrain diff iris.json wine.json
        hptrain diff iris.json runs/iris
        hptrain diff runs/iris runs/iris-2
      """)

  private static let argument: ArgumentHelp =
    "A configuration file, the folder of a run, or a model."

  @Argument(help: argument, completion: .file(extensions: ["json", "safetensors"]))
  var first: String

  @Argument(help: argument, completion: .file(extensions: ["json", "safetensors"]))
  var second: String

  @Option(help: "How to write: text, or json with one object for each difference and figure.")
  var format = OutputFormat.text

  @Flag(help: "Exit with 1 if settings differ.")
  var exitCode = false

  func validate() throws {
    if first == "-", second == "-" {
      throw ValidationError("standard input can be read once only")
    }
  }

  func run() throws {
    try reporting(format) {
      let records = (try RunRecord.read(first), try RunRecord.read(second))
      if format == .text { Console.show(records.0.warnings + records.1.warnings) }
      let differences = records.0.differences(to: records.1)
      let figures = RunComparison(records.0, records.1)?.rows ?? []
      switch format {
      case .json:
        var output = StandardOutput()
        for difference in differences { try output.print(Self.json(difference).compactText) }
        for row in figures { try output.print(row.json.compactText) }
        try output.flush()
      case .text:
        if !differences.isEmpty { try show(table(differences)) }
        if !differences.isEmpty, !figures.isEmpty { try StandardOutput.print("") }
        if !figures.isEmpty { try show(table(figures)) }
        if differences.isEmpty { Console.print("no setting differs") }
      }
      if exitCode, !differences.isEmpty { throw ExitCode(1) }
    }
  }

  private func show(_ table: TextTable) throws {
    let lines = table.lines(indentation: 0, width: StandardOutput.lineWidth)
    try StandardOutput.print(lines.joined(separator: "\n"))
  }

  private func table(_ differences: [JSONDifference]) -> TextTable {
    var table = TextTable([.left, .left, .left])
    table.add("setting", first, second)
    for difference in differences {
      table.add(
        difference.name, difference.first?.value.spacedText ?? "-",
        difference.second?.value.spacedText ?? "-")
    }
    return table
  }

  private func table(_ rows: [RunComparison.Row]) -> TextTable {
    var table = TextTable([.left, .left, .left])
    table.add("figure", first, second)
    for row in rows { table.add(row.name, row.text(of: .first), row.text(of: .second)) }
    return table
  }

  private static func json(_ difference: JSONDifference) -> JSONValue {
    var members = [
      JSONMember("event", .string("setting")), JSONMember("name", .string(difference.name)),
    ]
    for (name, leaf) in [("first", difference.first), ("second", difference.second)] {
      guard let leaf else { continue }
      members.append(
        JSONMember(
          name, .object(["path": .string(leaf.path.description), "value": leaf.value])))
    }
    return .object(members)
  }
}

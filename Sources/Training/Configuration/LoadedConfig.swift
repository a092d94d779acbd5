import Configuration
import Datasets
import Network

/// A configuration as it was read, with everything that was found wrong with it.
package struct LoadedConfig: Sendable {
  package let config: RunConfig
  /// The text's values with their places, overrides applied.
  package let document: JSONValue
  package var diagnostics: [Diagnostic]
  /// Whether the parameters are those of a checkpoint, whatever the network else begins with.
  var beginsWithCheckpoint = false
  /// Relative paths start here.
  package let baseDirectory: String
  /// The file's name without its ending, or the name of the run.
  package let name: String

  /// A path of the configuration as seen from the working directory.
  func resolve(_ path: String) -> String { DataContext.resolve(path, in: baseDirectory) }

  private static let largestText = 4 << 20

  /// With which files of SQLite begin.
  private static let sqliteMark = Array("SQLite format 3\0".utf8)

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - path: a file, or `-` for standard input.
  ///   - overrides: values that win over those of the text, `path=value` each.
  /// - Throws: `Failure` if there is no text to read or an override is malformed. Everything about
  ///   the contents is among the diagnostics.
  package static func read(path: String, overrides: [String] = []) throws -> LoadedConfig {
    let contents =
      path == "-" ? try FileBytes(descriptor: 0, name: "-") : try FileBytes(path: path)
    if contents.withBytes({ $0.starts(with: sqliteMark) }) {
      throw Failure(
        Diagnostic(
          .error, .configuration, code: "not-a-configuration",
          "\(Spelling.file(path)) is an SQLite file, as studies are, and no configuration",
          help:
            "'hptrain tune table \(path)' lists the trials of a study, 'hptrain report \(path)' draws them"
        ))
    }
    if contents.withBytes({ SafetensorsHeader.begins($0) }) {
      let format = contents.withBytes { SafetensorsHeader.format(of: $0) }
      throw Failure(findingAboutTensors(path, format: format))
    }
    guard contents.bytes.count <= largestText else {
      throw Failure(
        Diagnostic(
          .error, .configuration, code: "too-large",
          "\(Spelling.file(path)) holds \(Spelling.bytes(contents.bytes.count)), more than any configuration does"
        ))
    }
    // What comes through a pipe has no folder in which its files are.
    let slash = path.lastIndex(of: "/")
    let folder = slash == path.startIndex ? "/" : slash.map { String(path[..<$0]) } ?? ""
    let file = slash.map { path[path.index(after: $0)...] } ?? path[...]
    let stem = file.lastIndex(of: ".").map { file[..<$0] } ?? file
    let hasName = RunConfig.isPlain(String(stem)) && !PipedInput.isDescriptor(path)
    return try parse(
      SourceText(name: path, bytes: contents.withBytes { Array($0) }), overrides: overrides,
      baseDirectory: PipedInput.isPiped(path) ? "" : folder,
      name: hasName ? String(stem) : "run")
  }

  /// What to say of a model, or another file of tensors, where a configuration is wanted.
  private static func findingAboutTensors(_ path: String, format: String?) -> Diagnostic {
    if format == Checkpoint.formatName {
      var finding = MisplacedCheckpoint.finding(of: path, wanted: "configuration")
      finding.category = .configuration
      return finding
    }
    let isModel = format == TrainedModel.formatName
    let file = path == "-" ? "MODEL" : ShellWord.quoted(path)
    // The setting is relative to the configuration, and the command to where it is typed.
    let absolute = path == "-" ? file : ShellWord.quoted(PathArithmetic.absolute(path))
    return Diagnostic(
      .error, .configuration, code: "not-a-configuration",
      "\(Spelling.file(path)) is a safetensors file, as models are, and no configuration",
      help: isModel
        ? "'hptrain show \(file) > config.json' writes the configuration of a model; another one begins with "
          + "its parameters by --set model.initial_parameters=\(absolute)"
        : "'hptrain import' makes a model of a configuration and the weights of another program")
  }

  /// Parses and checks a text against the keys.
  package static func parse(
    _ source: SourceText, overrides: [String] = [], baseDirectory: String = "",
    name: String = "run"
  ) throws -> LoadedConfig {
    let parsed = JSONParser.parse(source)
    var document = parsed.value
    for text in overrides {
      document = try Override.parse(text).applied(to: document, form: RunConfig.form)
    }
    return LoadedConfig(
      document: document, findings: parsed.diagnostics, isTruncated: parsed.isTruncated,
      baseDirectory: baseDirectory, name: name)
  }

  /// Checks values against the keys.
  ///
  /// - Parameters:
  ///   - findings: of whoever made the values.
  ///   - name: unless the configuration has one.
  private init(
    document: JSONValue, findings: [Diagnostic], isTruncated: Bool, baseDirectory: String,
    name: String
  ) {
    var reading = Reading(root: RunConfig.form, isTruncated: isTruncated)
    config = Codec<RunConfig>.object().read(document, &reading) ?? RunConfig()
    self.document = document
    diagnostics = Self.inTextOrder(findings + reading.diagnostics)
    self.baseDirectory = baseDirectory
    self.name = config.name ?? name
  }

  /// The same configuration with other values.
  func with(_ document: JSONValue) -> LoadedConfig {
    LoadedConfig(
      document: document, findings: [], isTruncated: false, baseDirectory: baseDirectory, name: name
    )
  }

  /// The findings of one text by line and column; those of others stay where they are.
  static func inTextOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.enumerated().sorted { first, second in
      let (a, b) = (first.element.place, second.element.place)
      guard let a, let b, a.file == b.file else { return first.offset < second.offset }
      return (a.line, a.column, first.offset) < (b.line, b.column, second.offset)
    }.map(\.element)
  }
}

import ArgumentParser
import Configuration
import Studies
import Tuning

struct TuneTable: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Lists the trials of a study with their settings, the best ones first.",
    discussion: """
      Of several objectives, the trials of the front come first, by number, and have a mark. The study may \
      be one of Optuna's.
      """)

  enum Order: String, ExpressibleByArgument, CaseIterable {
    case value
    case number
  }

  @OptionGroup var study: StudyOptions

  @Option(help: "By value, the best one or the front first, or by number.")
  var sort = Order.value

  @Option(parsing: .unconditional, help: "At most so many trials.")
  var most: Int?

  @Option(help: "How to write: text, csv, or json with one object a trial.")
  var format = TableFormat.text

  func validate() throws {
    if let most, most < 1 { throw ValidationError("--most must be at least 1") }
  }

  func run() throws {
    try reporting(format.ofDiagnostics) {
      let contents = try study.read()
      let ordered = sort == .value ? contents.ranked : contents.records
      let records = Array(ordered.prefix(most ?? .max))
      let front = Self.front(of: contents)
      var output = StandardOutput()
      switch format {
      case .text:
        if records.isEmpty { Console.print("no trial in '\(study.study)'") }
        for line in lines(records, front, contents) { try output.print(line) }
      case .csv:
        let titles = Self.titles(hasFront: front != nil) + contents.objectives + contents.names
        try output.print(titles.map(Self.field).joined(separator: ","))
        for record in records {
          let values = contents.objectives.indices.map { index in
            record.values.indices.contains(index) ? JSONNumber(record.values[index]).text : ""
          }
          let settings = contents.names.map { name in
            value(name, record, contents).map { $0.string ?? $0.compactText } ?? ""
          }
          var cells = [String(record.number), record.state.rawValue]
          if let front { cells.append(String(front.contains(record.number))) }
          cells += values + settings
          try output.print(cells.map(Self.field).joined(separator: ","))
        }
      case .json:
        for record in records {
          let isOfFront = front.map { $0.contains(record.number) }
          try output.print(TrialText.json(record, contents, isOfFront: isOfFront).compactText)
        }
      }
      try output.flush()
    }
  }

  /// The numbers of the trials of the front; `nil` where there is one objective, of which the first trial is the best.
  private static func front(of contents: StudyContents) -> Set<Int>? {
    contents.isMaximized.count > 1 ? Set(contents.best.map(\.number)) : nil
  }

  private func value(
    _ name: String, _ record: TrialRecord, _ contents: StudyContents
  ) -> JSONValue? {
    contents.settings[record.number]?.first { $0.key == name }?.value
  }

  private func lines(
    _ records: [TrialRecord], _ front: Set<Int>?, _ contents: StudyContents
  ) -> [String] {
    let names = ShortNames(contents.names)
    // Why trials failed, where some did.
    let hasReasons = records.contains { $0.diagnostic != nil }
    var alignments: [TextTable.Alignment] = [.right, .left]
    if front != nil { alignments.append(.left) }
    alignments += Array(repeating: .right, count: contents.objectives.count + contents.names.count)
    var titles = Self.titles(hasFront: front != nil) + contents.objectives
    titles += contents.names.map { names[$0] }
    if hasReasons {
      alignments.append(.left)
      titles.append("message")
    }
    var table = TextTable(alignments)
    table.add(titles)
    for record in records {
      let values = contents.objectives.indices.map { index in
        record.values.indices.contains(index)
          ? ObjectiveText.text(record.values[index], of: contents.objectives[index]) : ""
      }
      let settings = contents.names.map { name in
        value(name, record, contents).map {
          SettingText.text($0, of: contents.choiceNames[name])
        } ?? ""
      }
      let reason = hasReasons ? [record.diagnostic ?? ""] : []
      var cells = [String(record.number), record.state.rawValue]
      if let front { cells.append(front.contains(record.number) ? Self.mark : "") }
      table.add(cells + values + settings + reason)
    }
    return table.lines(indentation: 0, width: StandardOutput.lineWidth)
  }

  /// Those in front of the objectives.
  private static func titles(hasFront: Bool) -> [String] {
    hasFront ? ["trial", "state", "front"] : ["trial", "state"]
  }

  private static let mark = TerminalCharset.isUTF8 ? "★" : "*"

  private static func field(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

/// Which study is meant.
struct StudyOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The file of a study.", valueName: "study"),
    completion: .file(extensions: ["db"]))
  var study: String

  @Option(help: "The study, where the file has several.")
  var name: String?

  func read() throws -> StudyContents {
    let file = try StudyFile.open(path: study, name: name, access: .reading)
    defer { file.close() }
    return try StudyContents(file)
  }
}

/// A trial for programs.
enum TrialText {
  /// A figure of each objective, by its name.
  static func figures(_ values: [Double], of objectives: [String]) -> JSONValue {
    .object(
      zip(objectives, values).map { JSONMember($0, $1.isFinite ? .number($1) : .null) })
  }

  /// - Parameter isOfFront: whether no other trial is better; `nil` where that is not to be said.
  static func json(
    _ record: TrialRecord, _ contents: StudyContents, isOfFront: Bool? = nil
  ) -> JSONValue {
    var members = [
      JSONMember("trial", .integer(record.number)),
      JSONMember("state", .string(record.state.rawValue)),
    ]
    if let isOfFront { members.append(JSONMember("front", .boolean(isOfFront))) }
    members += [
      JSONMember("values", figures(record.values, of: contents.objectives)),
      JSONMember("settings", .object(contents.settings[record.number] ?? [])),
    ]
    if let iterations = record.iterations {
      members.append(JSONMember("iterations", .integer(iterations)))
    }
    if !record.adapted.isEmpty { members.append(JSONMember("adapted", .object(record.adapted))) }
    if let parent = record.parent {
      members.append(JSONMember("parent", .integer(parent)))
    }
    if let seconds = contents.seconds[record.number] {
      members.append(JSONMember("seconds", .number(seconds)))
    }
    if let diagnostic = record.diagnostic {
      members.append(JSONMember("message", .string(diagnostic)))
    }
    return .object(members)
  }
}

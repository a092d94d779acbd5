import ArgumentParser
import Configuration
import Studies
import Tuning

struct TuneTable: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Lists the trials of a study with their settings, the best ones first.",
    discussion: "The study may be one of Optuna's.")

  enum Order: String, ExpressibleByArgument, CaseIterable {
    case value
    case number
  }

  @OptionGroup var study: StudyOptions

  @Option(help: "By value, the best first, or by number.")
  var sort = Order.value

  @Option(help: "At most so many trials.")
  var most: Int?

  @Option(help: "How to write: text, csv, or json with one object a trial.")
  var format = TableFormat.text

  func validate() throws {
    if let most, most < 1 { throw ValidationError("--most must be at least 1") }
  }

  func run() throws {
    try reporting {
      let contents = try study.read()
      let records = Array(ordered(contents).prefix(most ?? .max))
      var output = StandardOutput()
      switch format {
      case .text:
        if records.isEmpty { Console.print("no trial in '\(study.study)'") }
        for line in lines(records, contents) { try output.print(line) }
      case .csv:
        try output.print(
          (["trial", "state"] + contents.objectives + contents.names).map(Self.field)
            .joined(separator: ","))
        for record in records {
          let values = contents.objectives.indices.map { index in
            record.values.indices.contains(index) ? JSONNumber(record.values[index]).text : ""
          }
          let settings = contents.names.map { name in
            value(name, record, contents).map { $0.string ?? $0.compactText } ?? ""
          }
          try output.print(
            ([String(record.number), record.state.rawValue] + values + settings).map(Self.field)
              .joined(separator: ","))
        }
      case .json:
        for record in records {
          try output.print(TrialText.json(record, contents).compactText)
        }
      }
      try output.flush()
    }
  }

  private func ordered(_ contents: StudyContents) -> [TrialRecord] {
    guard sort == .value, contents.isMaximized.count == 1 else { return contents.records }
    let sign = contents.isMaximized[0] ? -1.0 : 1
    return contents.records.sorted { first, second in
      let (a, b) = (rank(first), rank(second))
      if a != b { return a < b }
      let (x, y) = (first.values.first ?? .nan, second.values.first ?? .nan)
      if x != y, !x.isNaN, !y.isNaN { return sign * x < sign * y }
      return first.number < second.number
    }
  }

  private func rank(_ record: TrialRecord) -> Int {
    switch record.state {
    case .complete: 0
    case .pruned: 1
    case .running, .waiting: 2
    case .failed: 3
    }
  }

  private func value(
    _ name: String, _ record: TrialRecord, _ contents: StudyContents
  ) -> JSONValue? {
    contents.settings[record.number]?.first { $0.key == name }?.value
  }

  private func lines(_ records: [TrialRecord], _ contents: StudyContents) -> [String] {
    let names = ShortNames(contents.names)
    // Why trials failed, where some did.
    let hasReasons = records.contains { $0.diagnostic != nil }
    var alignments: [TextTable.Alignment] = [.right, .left]
    alignments += Array(repeating: .right, count: contents.objectives.count + contents.names.count)
    var titles = ["trial", "state"] + contents.objectives + contents.names.map { names[$0] }
    if hasReasons {
      alignments.append(.left)
      titles.append("message")
    }
    var table = TextTable(alignments)
    table.add(titles)
    for record in records {
      let values = contents.objectives.indices.map { index in
        record.values.indices.contains(index) ? TrainingReporter.short(record.values[index]) : ""
      }
      let settings = contents.names.map { name in
        value(name, record, contents).map {
          SettingText.text($0, of: contents.choiceNames[name])
        } ?? ""
      }
      let reason = hasReasons ? [record.diagnostic ?? ""] : []
      table.add([String(record.number), record.state.rawValue] + values + settings + reason)
    }
    return table.lines(indentation: 0, width: StandardOutput.lineWidth)
  }

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
  static func json(_ record: TrialRecord, _ contents: StudyContents) -> JSONValue {
    var members = [
      JSONMember("trial", .integer(record.number)),
      JSONMember("state", .string(record.state.rawValue)),
      JSONMember(
        "values",
        .object(
          zip(contents.objectives, record.values).map {
            JSONMember($0, $1.isFinite ? .number($1) : .null)
          })),
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

import Configuration
import Datasets

/// What becomes of each column of a table: an input, or left out for a reason.
struct ColumnChoice {
  private(set) var inputs: [Int] = []
  private(set) var ignored: [(index: Int, reason: String)] = []
  private(set) var settings: [String: ColumnConfig] = [:]
  private(set) var notes: [Diagnostic] = []
  private let table: TableProfile
  private let isSeries: Bool
  private let constant: Set<String>

  /// Of fewer than so many rows each nothing is learned of a category that holds for the next one, and of so many
  /// categories not all were counted.
  private static let mostCategories = 1_000
  private static let rowsPerCategory = 10
  private static let alwaysEnoughCategories = 10

  /// - Parameters:
  ///   - reserved: columns with another role.
  ///   - constant: the columns that have one value in the training part.
  ///   - isSeries: whether dates are what orders the rows, and no inputs.
  /// - Throws: `Failure` if no column is left to learn from.
  init(
    _ table: TableProfile, reserved: Set<Int>, constant: Set<String>, needsInput: Bool = true,
    isSeries: Bool = false
  ) throws(Failure) {
    self.table = table
    self.constant = constant
    self.isSeries = isSeries
    var doubtful: [(index: Int, reason: String, code: String)] = []
    for (index, column) in table.columns.enumerated() where !reserved.contains(index) {
      if let reason = uselessness(of: column) {
        ignored.append((index, reason))
        let help: String? =
          isSeries && column.kind == .time ? nil : column.dateFault?.help(column.name)
        notes.append(Self.note("no-information", column, reason, help: help))
      } else if let (reason, code) = doubt(about: column) {
        doubtful.append((index, reason, code))
      } else {
        inputs.append(index)
      }
    }
    // What identifies rows is better than nothing.
    if inputs.isEmpty, needsInput,
      let best = doubtful.filter({ Self.mayStand($0.code, table.columns[$0.index]) })
        .min(by: { Self.rank($0.code) < Self.rank($1.code) })
    {
      doubtful.removeAll { $0.index == best.index }
      inputs.append(best.index)
      let column = table.columns[best.index]
      notes.append(
        Diagnostic(
          .note, .data, code: best.code,
          "column '\(column.name)' is the only input, although \(best.reason)"))
    }
    for (index, reason, code) in doubtful {
      ignored.append((index, reason))
      let column = table.columns[index]
      let type = column.kind == .number ? "number" : "category"
      let setting = JSONValue.object([
        JSONMember("columns", .object([JSONMember(column.name, .string(type))]))
      ])
      notes.append(
        Self.note(
          code, column, reason,
          help: "to learn from it, take it out of data.ignore and write "
            + String(setting.spacedText.dropFirst().dropLast()) + " in data"))
    }
    ignored.sort { $0.index < $1.index }
    inputs.sort()
    guard !inputs.isEmpty || !needsInput else {
      throw Failure(
        notes + [
          Diagnostic(
            .error, .data, code: "no-features",
            "'\(table.file)' has no column to learn from")
        ])
    }
    for index in inputs { choose(table.columns[index]) }
  }

  /// Whether something can be learned from a column in doubt: of categories, from some rows each.
  private static func mayStand(_ code: String, _ column: ColumnProfile) -> Bool {
    code == "row-number" || column.kind == .number && !column.isCode
      || column.distinct * 3 <= column.rows
  }

  /// How bad it is to learn from a column that is in doubt.
  private static func rank(_ code: String) -> Int {
    switch code {
    case "row-number": 0
    case "many-categories": 1
    default: 2
    }
  }

  private static func note(
    _ code: String, _ column: ColumnProfile, _ reason: String, help: String?
  ) -> Diagnostic {
    Diagnostic(
      .note, .data, code: code, "column '\(column.name)' is left out: \(reason)", help: help)
  }

  /// That numbers are taken for names, for the texts beside them.
  static func noteOfNames(_ column: ColumnProfile) -> Diagnostic {
    let others = column.others
    let words = Spelling.shortened(others.map { "'\($0.text)'" })
    return Diagnostic(
      .note, .data, code: "mixed-column",
      "column '\(column.name)' holds numbers and \(words), so it is taken for a category",
      help:
        "if \(others.count == 1 ? "it is a mistake, mend it" : "they are mistakes, mend them"), "
        + "or leave the fields empty whose value is missing, and run init again")
  }

  /// Why nothing can be learned from a column.
  private func uselessness(of column: ColumnProfile) -> String? {
    switch column.kind {
    case .empty: "it holds no value"
    case .time where isSeries: "it holds times beside those that order the rows"
    case .time, .foreignDate:
      column.dateFault?.reason ?? (column.isConstant ? "all its dates are the same" : nil)
    case .number, .category:
      if column.isConstant, column.missing == 0 {
        "all its values are the same, '\(column.labels.first?.text ?? "")'"
      } else if column.missing * 5 > column.rows * 4 {
        "\(Spelling.grouped(column.missing)) of its \(Spelling.grouped(column.rows)) values are missing"
      } else if column.isConstant, column.kind == .number {
        "its values are all the same, where it has any"
      } else if constant.contains(column.name) {
        "its values are all the same in the rows that train"
      } else {
        nil
      }
    }
  }

  /// Why it would be a mistake to learn from a column, most of the time.
  private func doubt(about column: ColumnProfile) -> (reason: String, code: String)? {
    // In a series a quantity may grow from row to row.
    if column.isRowNumber, !isSeries || column.isUnnamed || column.isConsecutive {
      let reason =
        column.isAscending
        ? "its integers ascend from row to row, as row numbers do"
        : "it has no name of its own, and another integer in each row, as the index of a table"
      return (reason, "row-number")
    }
    let isCategory = column.kind == .category || column.isCode
    let identifies =
      isCategory && column.isNearlyUnique
      || column.isInteger && column.hasIdentifyingName && column.isMostlyNew
    if identifies, column.rows >= 10 {
      return (
        column.isNearlyUnique
          ? "nearly each row has another value, so it identifies rows"
          : "most rows have another value, so it identifies rows",
        "identifier"
      )
    }
    let most = min(
      Self.mostCategories, max(Self.alwaysEnoughCategories, column.rows / Self.rowsPerCategory))
    if isCategory, column.distinct > most {
      return (
        "\(column.distinctText) categories in \(Spelling.count(column.rows, "row")) are too many to learn from each",
        "many-categories"
      )
    }
    return nil
  }

  /// Settings of an input that the table as a whole does not have.
  private mutating func choose(_ column: ColumnProfile) {
    var setting = ColumnConfig()
    if column.isCode {
      setting.type = .category
      notes.append(
        Diagnostic(
          .note, .data, code: column.code == .leadingZero ? "leading-zeros" : "many-digits",
          "column '\(column.name)' has numbers \(column.code == .leadingZero ? "with leading zeros" : "beyond 2^53"), so they are taken for codes: a category",
          help: "to read them as numbers, remove its type from data.columns"))
    }
    if column.isMixed {
      setting.type = .category
      notes.append(Self.noteOfNames(column))
    }
    let isCategory = column.isCode || column.kind == .category
    // That a name is missing often says as much as a name does.
    if isCategory, column.missing * 20 > column.rows {
      var missing = ColumnMissingConfig()
      missing.strategy = .constant
      missing.value = .text("missing")
      setting.missing = missing
    }
    if setting.type != nil || setting.missing != nil { settings[column.name] = setting }
  }

  /// Which inputs are filled in where they lack values by the strategy of the table.
  var incomplete: [Int] {
    inputs.filter {
      table.columns[$0].missing > 0 && settings[table.columns[$0].name]?.missing == nil
    }
  }

  /// What becomes of missing values; `nil` if there are none.
  ///
  /// - Parameter rows: how many have no target.
  func missingText(withoutTarget rows: Int) -> String? {
    var parts: [String] = []
    if rows > 0 { parts.append("\(Spelling.count(rows, "row")) without a target left out") }
    func list(_ indices: [Int]) -> String {
      Spelling.shortened(
        indices.map { "\(table.columns[$0].name) (\(Spelling.grouped(table.columns[$0].missing)))" }
      )
    }
    let numbers = incomplete.filter { isNumber($0) || isDate($0) }
    let categories = incomplete.filter { !isNumber($0) && !isDate($0) }
    if !numbers.isEmpty { parts.append("the median fills in \(list(numbers))") }
    if !categories.isEmpty { parts.append("the most frequent category \(list(categories))") }
    let own = inputs.filter { settings[table.columns[$0].name]?.missing != nil }
    if !own.isEmpty { parts.append("a category of its own stands for \(list(own))") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private func isNumber(_ index: Int) -> Bool {
    table.columns[index].kind == .number && !table.columns[index].isCode
  }

  private func isDate(_ index: Int) -> Bool {
    [.time, .foreignDate].contains(table.columns[index].kind)
  }

  /// The inputs that are not categories.
  var quantities: Int { inputs.count { isNumber($0) || isDate($0) } }

  var ignoredNames: [String] { ignored.map { table.columns[$0.index].name } }

  /// Whether a part of the rows may hold a category that the training rows lack.
  var hasCategories: Bool {
    inputs.contains { !isNumber($0) && !isDate($0) }
  }

  /// `4 numbers, 2 categories`
  var summary: String {
    let numbers = inputs.count { isNumber($0) }
    let dates = inputs.count { isDate($0) }
    let categories = inputs.count - numbers - dates
    return [
      (numbers, "number", "numbers"), (categories, "category", "categories"),
      (dates, "date", "dates"),
    ].compactMap {
      $0.0 > 0 ? Spelling.count($0.0, $0.1, plural: $0.2) : nil
    }.joined(separator: ", ")
  }
}

extension ColumnProfile {
  /// Whether the column is called as identifiers are: `id`, `PassengerId`, `user_id`, `uuid`.
  var hasIdentifyingName: Bool {
    let folded = name.lowercased()
    return ["id", "uuid", "guid", "key", "index", "idx", "rowid", "row", "no", "nr"].contains(
      folded)
      || ["_id", "-id", " id", "uuid"].contains { folded.hasSuffix($0) }
      || name.hasSuffix("Id") || name.hasSuffix("ID")
  }
}

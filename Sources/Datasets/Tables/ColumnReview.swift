import Configuration

/// Looks for inputs that say nothing of a target: columns that number or identify the rows, or hold nothing.
///
/// What is certain to be of no use is left out. A column that the configuration names as a feature or in
/// `columns` is meant, and stays as long as it holds something.
package struct ColumnReview {
  /// The features to leave out, in the order of the table.
  let leftOut: [String]
  let warnings: [Diagnostic]

  /// In fewer rows numbers ascend, and texts differ, by chance.
  private static let fewestRows = 20

  init(_ config: CSVDataConfig, _ columns: TableColumns, _ table: LoadedTable) {
    let targets = Set(columns.targets)
    let candidates = columns.features.sorted().filter { !targets.contains($0) }.map {
      columns.names[$0]
    }
    let findings = candidates.compactMap { name -> (name: String, fault: Fault)? in
      Fault(of: name, in: table).map { (name, $0) }
    }
    let hasOthers = columns.features.count > findings.count
    var leftOut: [String] = []
    var warnings: [Diagnostic] = []
    for (name, fault) in findings {
      let isMeant = config.features?.contains(name) == true || config.columns[name] != nil
      switch fault {
      case .empty: break
      // Of a series a number that ascends may be the trend.
      case .ascending where config.window != nil, .identifier where config.window != nil: continue
      // What numbers rows is better than nothing.
      case .index, .ascending, .identifier:
        guard !isMeant, hasOthers else { continue }
      }
      if fault.isLeftOut { leftOut.append(name) }
      warnings.append(
        Diagnostic(
          .warning, .data, code: fault.code,
          fault.message(name, isUnnamed: table.unnamed.contains(name)),
          at: table.place(ofColumn: name), help: fault.help(name)))
    }
    self.leftOut = leftOut
    self.warnings = warnings
  }

  /// `Unnamed: 0`, as pandas calls a column without a name when it reads a file.
  package static func isNameOfPandas(_ name: String) -> Bool {
    let prefix = "Unnamed: "
    return name.hasPrefix(prefix)
      && name.dropFirst(prefix.count).allSatisfy { $0.isASCII && $0.isNumber || $0 == "." }
  }

  /// Why a column is no input.
  private enum Fault {
    case empty
    /// A column without a name of its own whose integers differ from row to row.
    case index
    case ascending
    case identifier(rows: Int)

    /// - Returns: `nil` for a column that may say something.
    init?(of name: String, in table: LoadedTable) {
      let column = table.column(name)
      let rows = table.rows
      guard column.missingCount < rows else {
        self = .empty
        return
      }
      guard column.missingCount == 0 else { return nil }
      switch column.contents {
      case .number(let numbers):
        let values = numbers.values
        defer { extendLifetime(numbers) }
        guard values.allSatisfy({ $0 == $0.rounded() }) else { return nil }
        let ascends = zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
        if table.unnamed.contains(name) || ColumnReview.isNameOfPandas(name) {
          // The index of a table that was shuffled or divided does not ascend.
          guard rows > 1, ascends || Set(values).count == rows else { return nil }
          self = .index
        } else if ascends, rows >= fewestRows {
          self = .ascending
        } else {
          return nil
        }
      case .category(_, let labels):
        // Numbers that are not read as such differ as those that are, and so do dates.
        guard labels.count == rows, rows >= fewestRows, DateRecognition(labels) == nil,
          NotationGuess(labels, delimiter: ASCII.comma) == nil
        else { return nil }
        self = .identifier(rows: rows)
      case .skipped: return nil
      }
    }

    var isLeftOut: Bool { if case .ascending = self { false } else { true } }

    var code: String {
      switch self {
      case .empty: "empty-column"
      case .index, .ascending: "row-number"
      case .identifier: "identifier"
      }
    }

    func message(_ name: String, isUnnamed: Bool) -> String {
      let column = "column \"\(name)\"" + (isUnnamed ? ", called so by its place," : "")
      return switch self {
      case .empty: "\(column) has no value in any row, and is left out"
      case .index: "\(column) numbers the rows, and is left out"
      case .ascending:
        "\(column) holds integers that ascend from row to row, as row numbers and identifiers do"
      case .identifier(let rows):
        "\(column) has another text in each of \(Spelling.grouped(rows)) rows, so it identifies them and is left out"
      }
    }

    func help(_ name: String) -> String {
      let ignore = "\"ignore\": \(JSONValue.array([.string(name)]).compactText)"
      func keep(_ type: ColumnConfig.Kind) -> String {
        "\"columns\": "
          + JSONValue.object([JSONMember(name, .string(type.rawValue))]).compactText
      }
      return switch self {
      case .empty: "\(ignore) in data says the same without this warning"
      case .index:
        "to learn from it, write \(keep(.number)) in data; \(ignore) leaves it out without this warning"
      case .ascending:
        "write \(ignore) in data to leave it out, or \(keep(.number)) to keep it without this warning"
      case .identifier:
        "to learn from it, write \(keep(.category)) in data; \(ignore) leaves it out without this warning"
      }
    }
  }
}

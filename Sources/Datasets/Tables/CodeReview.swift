import Configuration

/// Looks for columns that are read as numbers although their digits are codes, such as postcodes.
struct CodeReview {
  let warnings: [Diagnostic]

  /// - Parameter used: the columns that are inputs or targets. Where `columns` says the type of one, it is meant.
  init(_ config: CSVDataConfig, used: [String], _ table: LoadedTable) {
    let candidates = used.filter { name in
      guard config.columns[name]?.type == nil,
        case .number(let numbers) = table.column(name).contents
      else { return false }
      return numbers.values.allSatisfy { $0 == $0.rounded() || $0.isNaN }
    }
    // Columns of fractions, which are most of large files, cost no second look at the text.
    guard !candidates.isEmpty else {
      warnings = []
      return
    }
    warnings = table.codes(in: candidates).map { name, code, row in
      let place = table.place(name, row: row)
      let number = table.text(name, row: row)
      let column = "column \"\(name)\" is read as numbers"
      func setting(_ type: ColumnConfig.Kind) -> String {
        "\"columns\": " + JSONValue.object([JSONMember(name, .string(type.rawValue))]).compactText
      }
      return Diagnostic(
        .warning, .data, code: code == .leadingZero ? "leading-zeros" : "many-digits",
        code == .leadingZero
          ? "\(column), of which this one, with a leading zero, is \(number)"
          : "\(column), of which this one, beyond 2^53, is one with its neighbours",
        at: place,
        help:
          "if they are codes, write \(setting(.category)) in data; \(setting(.number)) reads them as numbers without this warning"
      )
    }
  }
}

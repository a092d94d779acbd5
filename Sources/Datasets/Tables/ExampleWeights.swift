import Configuration

/// How much the rows of a table count, by one of its columns.
struct ExampleWeights {
  private let name: String
  /// `nil` where the table has no such column: all rows then count alike.
  private let values: DoubleBuffer?

  /// Sums of weights, and one over them, stay numbers of single precision.
  private static let range = 1e-20...1e20

  init(_ name: String, in table: LoadedTable) {
    self.name = name
    guard table.hasColumn(name), case .number(let values) = table.column(name).contents else {
      self.values = nil
      return
    }
    self.values = values
  }

  /// The weight of a row; one that is next to nothing is 0.
  ///
  /// - Precondition: there was no finding.
  subscript(row: Int) -> Float {
    guard let value = values?[row] else { return 1 }
    return value < Self.range.lowerBound ? 0 : Float(value)
  }

  /// What is wrong with the weights of a part: at most one finding of a kind.
  ///
  /// - Parameter subject: what to call the part.
  func findings(_ part: TablePart, called subject: String) -> [Diagnostic] {
    guard let values, let first = part.rows.first else { return [] }
    func finding(
      _ code: String, _ message: String, help: String, where isWrong: (Double) -> Bool
    ) -> Diagnostic? {
      guard let row = part.rows.first(where: { isWrong(values[Int($0)]) }) else { return nil }
      let count = part.rows.count { isWrong(values[Int($0)]) }
      return Diagnostic(
        .error, .data, code: code,
        "\(message) in column '\(name)'"
          + (count > 1 ? " (and in \(Spelling.count(count - 1, "more row")))" : ""),
        at: part.table.place(name, row: Int(row)), help: help)
    }
    let wrong = [
      finding(
        "missing-value", "the weight of the row is missing", help: "0 leaves a row out of account"
      ) { $0.isNaN },
      finding("negative-weight", "a weight is below 0", help: "0 leaves a row out of account") {
        $0 < 0
      },
      finding("too-large", "a weight is beyond 1e20", help: "divide all weights by a number") {
        $0 > Self.range.upperBound
      },
    ].compactMap { $0 }
    guard wrong.isEmpty, part.rows.allSatisfy({ self[Int($0)] == 0 }) else { return wrong }
    return [
      Diagnostic(
        .error, .data, code: "no-weight",
        "all weights of \(subject) are 0 in column '\(name)', so that no row counts",
        at: part.table.place(name, row: Int(first)), help: "give at least one row a weight above 0")
    ]
  }
}

extension FittedTable {
  /// The weights of a table; `nil` where examples have none.
  func weights(_ table: LoadedTable) -> ExampleWeights? {
    encoding.target.weight.map { ExampleWeights($0, in: table) }
  }
}

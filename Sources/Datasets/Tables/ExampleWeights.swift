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
  /// - Parameters:
  ///   - window: of series; `nil` where every row is an example.
  ///   - subject: what to call the part.
  func findings(
    _ part: TablePart, _ window: WindowEncoding?, called subject: String
  ) -> [Diagnostic] {
    guard let values, let first = part.rows.first else { return [] }
    var found: [(finding: Diagnostic, more: Int)] = []
    for row in part.rows {
      guard let problem = Self.problem(of: values[Int(row)], in: name) else { continue }
      if let index = found.firstIndex(where: { $0.finding.code == problem.code }) {
        found[index].more += 1
      } else {
        found.append((problem.placed(at: part.table.place(name, row: Int(row))), 0))
      }
    }
    // Of a window the rows that are answered count.
    guard found.isEmpty, part.answerRows(window).allSatisfy({ self[Int($0)] == 0 }) else {
      return found.map { finding, more in
        var finding = finding
        if more > 0 { finding.message += " (and \(Spelling.count(more, "more row")))" }
        return finding
      }
    }
    return [
      Diagnostic(
        .error, .data, code: "no-weight",
        "all weights of \(subject) are 0 in column '\(name)', so that no row counts",
        at: part.table.place(name, row: Int(first)), help: "give at least one row a weight above 0")
    ]
  }

  /// Why a number is no weight; `nil` if it is one.
  ///
  /// - Parameter value: not a number where it is missing.
  static func problem(of value: Double, in column: String) -> Diagnostic? {
    if value.isNaN {
      return Diagnostic(
        .error, .data, code: "missing-value",
        "the weight of the row is missing in column '\(column)'",
        help: "0 leaves a row out of account")
    }
    if value < 0 {
      return Diagnostic(
        .error, .data, code: "negative-weight", "a weight is below 0 in column '\(column)'",
        help: "0 leaves a row out of account")
    }
    guard value > range.upperBound else { return nil }
    return Diagnostic(
      .error, .data, code: "too-large", "a weight is beyond 1e20 in column '\(column)'",
      help: "divide all weights by a number")
  }
}

extension FittedTable {
  /// The weights of a table; `nil` where examples have none.
  func weights(_ table: LoadedTable) -> ExampleWeights? {
    encoding.target.weight.map { ExampleWeights($0, in: table) }
  }
}

import Configuration

extension CSVColumn {
  /// One column of the rows of several tables, which hold the same kind of it.
  ///
  /// - Throws: `out-of-memory`.
  static func joining(_ columns: [CSVColumn], file: String) throws(Failure) -> CSVColumn {
    guard let first = columns.first else { preconditionFailure("no column to join") }
    let missing = columns.reduce(0) { $0 + $1.missingCount }
    switch first.contents {
    case .skipped: return first
    case .number:
      let buffers = columns.compactMap { column in
        if case .number(let values) = column.contents { values } else { nil }
      }
      let joined = try DoubleBuffer(joining: buffers, for: file)
      return CSVColumn(name: first.name, contents: .number(values: joined), missingCount: missing)
    case .category:
      var positions: [String: Int32] = [:]
      var labels: [String] = []
      var codes: [Int32] = []
      for case .category(let partCodes, let partLabels) in columns.map(\.contents) {
        let mapping = partLabels.map { label in
          if let position = positions[label] { return position }
          positions[label] = Int32(labels.count)
          labels.append(label)
          return Int32(labels.count - 1)
        }
        codes += partCodes.map { $0 < 0 ? $0 : mapping[Int($0)] }
      }
      return CSVColumn(
        name: first.name, contents: .category(codes: codes, labels: labels), missingCount: missing)
    }
  }

  /// The rows whose field is a number.
  func numberCount(_ notation: NumberNotation) -> Int {
    switch contents {
    case .number(let values): return values.count - missingCount
    case .category(let codes, let labels):
      let isNumber = labels.map { notation.reads($0) }
      return codes.count { $0 >= 0 && isNumber[Int($0)] }
    case .skipped: return 0
    }
  }
}

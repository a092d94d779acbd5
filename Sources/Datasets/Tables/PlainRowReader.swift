import Configuration

/// Encodes rows of nothing but plain numbers right where they stand, which most rows of large files are.
struct PlainRowReader {
  /// What becomes of a field.
  struct Column {
    /// Its place among the inputs; `nil` for a column that the model does not use.
    let input: Int?
    let scale: Scale
  }

  private let reader: PlainNumberReader
  private let columns: [Column]

  /// - Parameter end: of the text.
  init(
    _ columns: [Column], dialect: CSVDialect, missing: MissingTokens, end: UnsafeRawPointer
  ) {
    self.columns = columns
    reader = PlainNumberReader(scanner: CSVFieldScanner(dialect), missing: missing, end: end)
  }

  /// Encodes the row at `position`, and moves `position` past it.
  ///
  /// - Returns: false for a row of other fields or of another length, which stays where it is.
  func encode(
    at position: inout UnsafeRawPointer, into inputs: UnsafeMutablePointer<Float>
  ) -> Bool {
    columns.withUnsafeBufferPointer { columns in
      var next = position
      for index in columns.indices {
        var value = 0.0
        let stop = reader.read(at: &next, into: &value)
        guard stop == (index + 1 == columns.count ? .lineBreak : .delimiter) else { return false }
        guard let input = columns[index].input else { continue }
        let number = columns[index].scale.encode(value)
        guard number.isFinite else { return false }
        inputs[input] = number
      }
      position = next
      return true
    }
  }
}

extension RowEncoder {
  /// What becomes of each field of a row of plain numbers; `nil` where that is not all of a row.
  var plainColumns: [PlainRowReader.Column]? {
    var columns = Array(
      repeating: PlainRowReader.Column(input: nil, scale: .identity), count: fieldCount)
    for (index, feature) in features.enumerated() {
      guard case .number(let number, let field) = feature, number.isLinear, !number.hasIndicator,
        notations[index] == nil
      else { return nil }
      columns[field] = PlainRowReader.Column(input: index, scale: number.scale)
    }
    return columns
  }
}

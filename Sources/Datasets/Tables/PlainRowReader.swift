import Configuration

/// Encodes rows of nothing but plain numbers and what the model does not use right where they stand, which most rows of
/// large files are.
struct PlainRowReader {
  /// What becomes of a field.
  enum Column {
    /// The model does not use it.
    case unused
    case scaled(Scale, input: Int)
    case number(NumberFeature, input: Int)
    case binned(PiecewiseLinearFeature, input: Int)
  }

  private let reader: PlainNumberReader
  private let scanner: CSVFieldScanner
  private let columns: [Column]
  private let end: UnsafeRawPointer

  /// - Parameter end: of the text.
  init(
    _ columns: [Column], dialect: CSVDialect, missing: MissingTokens, end: UnsafeRawPointer
  ) {
    self.columns = columns
    self.end = end
    scanner = CSVFieldScanner(dialect)
    reader = PlainNumberReader(scanner: scanner, missing: missing, end: end)
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
        let stop: PlainNumberReader.Stop
        if case .unused = columns[index] {
          stop = skip(at: &next)
        } else {
          stop = reader.read(at: &next, into: &value)
        }
        guard stop == (index + 1 == columns.count ? .lineBreak : .delimiter) else { return false }
        guard columns[index].encode(value, into: inputs) else { return false }
      }
      position = next
      return true
    }
  }

  /// Moves past a field of any kind.
  private func skip(at position: inout UnsafeRawPointer) -> PlainNumberReader.Stop {
    var offset = 0
    var field = CSVField()
    let rest = UnsafeRawBufferPointer(start: position, count: end - position)
    guard let stop = try? scanner.scanField(in: rest, from: &offset, into: &field) else {
      return .other
    }
    position += offset
    return switch stop {
    case .delimiter: .delimiter
    case .lineBreak: .lineBreak
    case .endOfInput: .other
    }
  }
}

extension PlainRowReader.Column {
  /// - Returns: whether single precision holds what becomes of the number.
  @inline(__always)
  fileprivate func encode(_ value: Double, into inputs: UnsafeMutablePointer<Float>) -> Bool {
    switch self {
    case .unused: return true
    case .scaled(let scale, let input):
      inputs[input] = scale.encode(value)
      return inputs[input].isFinite
    case .number(let feature, let input):
      inputs[input] = feature.encode(value)
      if feature.hasIndicator { inputs[input + 1] = 0 }
      return inputs[input].isFinite
    case .binned(let feature, let input):
      let reach = feature.encode(value, into: inputs + input)
      if feature.hasIndicator { inputs[input + feature.bins] = 0 }
      return reach.isFinite
    }
  }
}

extension RowEncoder {
  /// What becomes of each field of a row of plain numbers; `nil` where that is not all of a row.
  var plainColumns: [PlainRowReader.Column]? {
    var columns = Array(repeating: PlainRowReader.Column.unused, count: fieldCount)
    var input = 0
    for (index, feature) in features.enumerated() {
      guard notations[index] == nil else { return nil }
      switch feature {
      case .number(let number, let field) where number.isLinear && !number.hasIndicator:
        columns[field] = .scaled(number.scale, input: input)
        input += number.width
      case .number(let number, let field):
        columns[field] = .number(number, input: input)
        input += number.width
      case .binned(let binned, let field):
        columns[field] = .binned(binned, input: input)
        input += binned.width
      case .category, .date, .coded, .hashed: return nil
      }
    }
    return columns
  }
}

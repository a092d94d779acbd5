import Configuration

/// One row of a CSV text, which may be used again for the next row without new memory.
///
/// It points into the bytes it was scanned from: use it before they are moved or freed.
package struct CSVRow {
  /// The line in which the row starts, counted from 1.
  package private(set) var line = 0
  package private(set) var fields: [CSVField] = []
  private(set) var file = ""
  private(set) var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
  private(set) var start = 0
  private var quote = ASCII.quote

  package init() {}

  /// How many fields there are, at least 1 in a row that was scanned.
  package var count: Int { fields.count }

  /// The bytes of a field without blanks and quotes around it, but with doubled quotes as they are.
  package func bytes(at index: Int) -> UnsafeRawBufferPointer {
    let field = fields[index]
    return UnsafeRawBufferPointer(rebasing: bytes[field.offset..<field.offset + field.length])
  }

  package func wasQuoted(at index: Int) -> Bool { fields[index].isQuoted }

  /// The text of a field, with doubled quotes halved.
  ///
  /// - Throws: `invalid-utf-8` at the place of the field.
  package func string(at index: Int) throws(Failure) -> String {
    let text = CSVText.string(bytes(at: index), field: fields[index], quote: quote)
    guard let text else { throw Failure(CSVText.invalid(at: place(ofField: index))) }
    return text
  }

  package func place(ofField index: Int) -> Place {
    let field = fields[index]
    return place(at: field.offset, length: field.length)
  }

  /// The place of the first field.
  package var place: Place { place(at: start, length: 1) }

  func place(at offset: Int, length: Int) -> Place {
    var locator = TextLocator(bytes, file: file, firstLineStart: start, firstLine: line)
    return locator.place(at: offset, length: length)
  }

  mutating func begin(
    in bytes: UnsafeRawBufferPointer, at start: Int, line: Int, file: String, quote: UInt8
  ) {
    self.bytes = bytes
    self.start = start
    self.line = line
    self.file = file
    self.quote = quote
    fields.removeAll(keepingCapacity: true)
  }

  mutating func append(_ field: CSVField) {
    fields.append(field)
  }
}

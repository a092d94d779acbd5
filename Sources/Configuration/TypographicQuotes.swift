/// Quotes as programs for letters write them, which people paste into configurations.
enum TypographicQuotes {
  private static let double = Set("“”„‟«»\"".unicodeScalars)
  private static let single = Set("‘’‚‛'".unicodeScalars)

  /// The text between such quotes on one line, and the offset behind it; `nil` where none begins, or none ends.
  static func string(in bytes: [UInt8], at offset: Int) -> (text: String, end: Int)? {
    guard bytes[offset] >= 0x80 else { return nil }
    let line = bytes[offset...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let scalars = String(decoding: line, as: UTF8.self).unicodeScalars
    guard let opening = scalars.first,
      let closings = [double, single].first(where: { $0.contains(opening) })
    else { return nil }
    var text = String.UnicodeScalarView()
    var end = offset + UTF8.width(opening)
    for scalar in scalars.dropFirst() {
      end += UTF8.width(scalar)
      // What is no UTF-8 is wider as it is decoded than it was.
      guard end <= line.endIndex else { return nil }
      if closings.contains(scalar) { return (String(text), end) }
      text.append(scalar)
    }
    return nil
  }
}

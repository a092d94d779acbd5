/// The texts that mark missing values.
///
/// Quoted or not, a field that reads like one of them is missing.
package struct MissingTokens: Sendable {
  /// In every column.
  private let tokens: TextSet
  /// In columns of numbers besides.
  private let numberTokens: TextSet
  /// The tokens that are numbers, such as -999, as numbers.
  package let values: [Double]

  package init(_ tokens: [String], inNumbers numberTokens: [String] = []) {
    self.tokens = TextSet(tokens)
    self.numberTokens = TextSet(numberTokens)
    values = (tokens + numberTokens).compactMap { token in
      let token = Array(token.utf8)
      let outcome = token.withUnsafeBytes { DecimalParser.parse($0) }
      guard case .number(let value) = outcome else { return nil }
      return value
    }
  }

  /// Whether some tokens are numbers, so that what looks like a number may be missing.
  var includesNumbers: Bool { !values.isEmpty }

  /// Whether a field of this value may be one of the tokens.
  func mayInclude(_ value: Double) -> Bool { values.contains(value) }

  func contains(_ text: UnsafeRawBufferPointer) -> Bool { tokens.contains(text) }

  /// Whether a field means a missing value although it would not in a column of categories.
  func containsInNumbersOnly(_ text: UnsafeRawBufferPointer) -> Bool {
    numberTokens.contains(text)
  }
}

/// A few short texts. Nearly all other texts are told from them by their first byte.
private struct TextSet: Sendable {
  private let texts: [[UInt8]]
  private let longest: Int
  private let hasEmpty: Bool
  /// The bit of each byte that a text begins with.
  private var firstBytes = SIMD4<UInt64>()

  init(_ texts: [String]) {
    self.texts = texts.map { Array($0.utf8) }
    longest = self.texts.map(\.count).max() ?? -1
    hasEmpty = texts.contains("")
    for byte in self.texts.compactMap(\.first) { firstBytes[Int(byte >> 6)] |= 1 << (byte & 63) }
  }

  @inline(__always)
  func contains(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.count <= longest else { return false }
    guard let first = text.first else { return hasEmpty }
    guard firstBytes[Int(first >> 6)] & 1 << (first & 63) != 0 else { return false }
    return texts.contains { $0.count == text.count && text.elementsEqual($0) }
  }
}

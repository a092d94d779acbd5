/// The texts that mark missing values.
///
/// Quoted or not, a field that reads like one of them is missing.
package struct MissingTokens: Sendable {
  package let tokens: [[UInt8]]
  /// The tokens that are numbers, such as -999, as numbers.
  private let values: [Double]
  private let longest: Int

  package init(_ tokens: [[UInt8]]) {
    self.tokens = tokens
    longest = tokens.map(\.count).max() ?? -1
    values = tokens.compactMap { token in
      let outcome = token.withUnsafeBytes { DecimalParser.parse($0) }
      guard case .number(let value) = outcome else { return nil }
      return value
    }
  }

  /// Whether some tokens are numbers, so that what looks like a number may be missing.
  var includesNumbers: Bool { !values.isEmpty }

  /// Whether a field of this value may be one of the tokens.
  func mayInclude(_ value: Double) -> Bool { values.contains(value) }

  func contains(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.count <= longest else { return false }
    return tokens.contains { $0.count == text.count && text.elementsEqual($0) }
  }
}

/// Digits that stand for a code rather than a quantity: as a number they would lose what tells them apart.
package enum CodeNumber: Sendable {
  /// `01234`, which as a number is `1234`.
  case leadingZero
  /// A whole number of more digits than a `Double` holds: beyond 2⁵³ not all of them are numbers of their own.
  case manyDigits

  /// - Returns: `nil` for all other texts.
  package init?(_ text: UnsafeRawBufferPointer) {
    guard let first = text.first, text.count > 1 else { return nil }
    if first == ASCII.zero {
      guard text.allSatisfy(ASCII.isDigit) else { return nil }
      self = .leadingZero
    } else {
      guard text.count >= Self.largestExact.count, text.allSatisfy(ASCII.isDigit) else {
        return nil
      }
      let isExact =
        text.count == Self.largestExact.count && !Self.largestExact.lexicographicallyPrecedes(text)
      guard !isExact else { return nil }
      self = .manyDigits
    }
  }

  private static let largestExact = Array("9007199254740992".utf8)
}

extension CSVTable {
  /// How much of a text is looked at for codes: where a column holds them, they are many.
  private static let sampleBytes = 4 << 20

  /// Looks for codes in columns that were read as numbers.
  ///
  /// - Returns: for each column that holds one the first, with its row.
  package func codes(in columns: [Int]) -> [Int: (code: CodeNumber, row: Int)] {
    var wanted = Set(columns)
    var found: [Int: (code: CodeNumber, row: Int)] = [:]
    forEachField(upTo: Self.sampleBytes) { text, row, column in
      guard wanted.contains(column), let code = CodeNumber(text) else { return true }
      found[column] = (code, row)
      wanted.remove(column)
      return !wanted.isEmpty
    }
    return found
  }
}

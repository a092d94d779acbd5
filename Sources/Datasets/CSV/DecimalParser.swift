/// What a text is as a number.
package enum DecimalOutcome: Sendable, Equatable {
  case number(Double)
  /// No decimal number, whatever else it may be.
  case notANumber
  /// `nan`, `inf` or `infinity`, or a number beyond the range of `Double`.
  case notFinite
}

/// Reads decimal numbers, rounded correctly, the same in all locales.
///
/// A number is an optional sign, digits with an optional point before, between or after them, and
/// an optional exponent: `-12.5`, `.5`, `5.`, `1e-3`.
package enum DecimalParser {
  /// Reads `text`, all of which must be the number.
  package static func parse(_ text: UnsafeRawBufferPointer) -> DecimalOutcome {
    guard let start = text.baseAddress else { return .notANumber }
    let end = start + text.count
    var scan = DecimalScan()
    guard let next = scan.read(from: start, to: end), next == end else {
      return isNamedNonFinite(text) ? .notFinite : .notANumber
    }
    return outcome(of: scan, text: text)
  }

  /// The value of a number whose digits were read from `text`.
  static func outcome(of scan: DecimalScan, text: UnsafeRawBufferPointer) -> DecimalOutcome {
    if let value = scan.exactlyRoundedValue { return .number(value) }
    // Many digits or large exponents: too seldom to be worth more than the standard library.
    guard let value = Double(String(decoding: text, as: UTF8.self)) else { return .notANumber }
    return value.isFinite ? .number(value) : .notFinite
  }

  private static func isNamedNonFinite(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let first = text.first else { return false }
    let isSigned = first == ASCII.plus || first == ASCII.minus
    let name = text.dropFirst(isSigned ? 1 : 0)
    return nonFiniteNames.contains { candidate in
      name.count == candidate.utf8CodeUnitCount
        && zip(name, UnsafeBufferPointer(start: candidate.utf8Start, count: name.count))
          .allSatisfy { $0 | ASCII.lowercaseBit == $1 }
    }
  }

  private static let nonFiniteNames: [StaticString] = ["nan", "inf", "infinity"]
}

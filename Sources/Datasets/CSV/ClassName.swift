/// What a class is called where it is a number: a whole one without the decimals that some programs write to it.
///
/// pandas turns 0 and 1 into 0.0 and 1.0 as soon as a value of the column is missing, so that files of one origin have
/// both.
package enum ClassName {
  /// `1` for `1.0`, and all else as it is.
  package static func withoutDecimals(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard text.last == ASCII.zero, let point = text.firstIndex(of: ASCII.dot), point > 0,
      text[(point + 1)...].allSatisfy({ $0 == ASCII.zero })
    else { return text }
    let whole = text[..<point]
    let digits = whole.first == ASCII.minus ? whole.dropFirst() : whole
    guard !digits.isEmpty, digits.allSatisfy(ASCII.isDigit) else { return text }
    return UnsafeRawBufferPointer(rebasing: whole)
  }

  package static func withoutDecimals(_ text: String) -> String {
    var text = text
    return text.withUTF8 {
      String(decoding: withoutDecimals(UnsafeRawBufferPointer($0)), as: UTF8.self)
    }
  }

  /// Whether a name is one of a whole number.
  static func isWholeNumber(_ name: String) -> Bool {
    let digits = name.utf8.first == ASCII.minus ? name.utf8.dropFirst() : name.utf8[...]
    return !digits.isEmpty && digits.allSatisfy(ASCII.isDigit)
  }

  /// The codes of texts by their names: texts of one name have the code of the first of them.
  ///
  /// - Parameters:
  ///   - codes: of each row its index in `labels`, -1 where it has none.
  ///   - labels: the texts as the file writes them.
  static func codes(_ codes: [Int32], of labels: [String]) -> [Int32] {
    var firsts: [String: Int32] = [:]
    var merged: [Int32] = []
    for label in labels {
      let name = withoutDecimals(label)
      let code = firsts[name] ?? Int32(merged.count)
      firsts[name] = code
      merged.append(code)
    }
    guard firsts.count < labels.count else { return codes }
    return codes.map { $0 < 0 ? $0 : merged[Int($0)] }
  }
}

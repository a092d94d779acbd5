/// Text within HTML and SVG.
package enum Markup {
  /// The text with what would end it or begin an element written as references; control characters, which no document
  /// may hold, are left out.
  package static func escaped(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}": break
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

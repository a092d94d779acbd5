extension Diagnostic {
  /// The finding as compilers print it: place, message, the line with a caret, and the help.
  ///
  /// - Parameter color: whether to use ANSI colours, which go through `TerminalText.shown`.
  package func text(color: Bool = false) -> String {
    let paint = Paint(isOn: color)
    let tone: Paint.Tone =
      switch severity {
      case .error: .red
      case .warning: .yellow
      case .note: .cyan
      }
    let prefix = place.map { "\(TerminalText.line($0.file)):\($0.line):\($0.column): " } ?? ""
    var lines = [
      paint(prefix, .bold) + paint("\(severity.rawValue): ", tone)
        + paint(TerminalText.line(message), .bold)
    ]
    let margin = String(repeating: " ", count: max(5, String(place?.line ?? 0).count + 2))
    if let place, let excerpt = place.visibleExcerpt {
      let number = String(place.line)
      let gutter = String(repeating: " ", count: margin.count - number.count - 1) + number + " "
      lines.append(paint(gutter + "| ", .blue) + excerpt.text)
      let marks = "^" + String(repeating: "~", count: excerpt.width - 1)
      lines.append(
        paint(margin + "| ", .blue) + String(repeating: " ", count: excerpt.caret)
          + paint(marks, tone))
    }
    if let help { lines.append(paint(margin + "= ", .blue) + "help: " + TerminalText.line(help)) }
    return lines.joined(separator: "\n")
  }

  /// The finding as one object for editors and scripts.
  package var json: JSONValue {
    var members = [
      JSONMember("event", .string("diagnostic")),
      JSONMember("severity", .string(severity.rawValue)),
      JSONMember("code", .string(code)),
      JSONMember("message", .string(message)),
    ]
    if let place {
      members += [
        JSONMember("file", .string(place.file)), JSONMember("line", .integer(place.line)),
        JSONMember("column", .integer(place.column)), JSONMember("width", .integer(place.width)),
      ]
    }
    if let help { members.append(JSONMember("help", .string(help))) }
    return .object(members)
  }
}

extension Place {
  /// A window of the line that fits a terminal, the caret's offset in it and its width.
  fileprivate var visibleExcerpt: (text: String, caret: Int, width: Int)? {
    guard let excerpt else { return nil }
    let widest = 100
    var scalars = Array(excerpt.unicodeScalars.prefix(excerptColumn + 2 * widest))
    var caret = min(max(0, excerptColumn - 1), scalars.count)
    var clipped = ""
    if scalars.count > widest, caret > widest / 2 {
      let cut = caret - widest / 2
      scalars.removeFirst(cut)
      caret -= cut - 1
      clipped = "…"
    }
    let isCut = scalars.count > widest
    let text = String(String.UnicodeScalarView(scalars.prefix(widest).map(TerminalText.scalar)))
    return (
      clipped + text + (isCut ? "…" : ""), caret,
      max(1, min(width, widest - min(caret, widest - 1)))
    )
  }
}

/// ANSI colours, or none, for texts that go through `TerminalText.shown`.
package struct Paint: Sendable {
  package enum Tone: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "1;31"
    case green = "32"
    case yellow = "1;33"
    case blue = "34"
    case cyan = "36"
  }

  package let isOn: Bool

  package init(isOn: Bool) { self.isOn = isOn }

  package func callAsFunction(_ text: String, _ tone: Tone) -> String {
    guard isOn, !text.isEmpty else { return text }
    return TerminalText.sequence("[\(tone.rawValue)m") + text + TerminalText.sequence("[0m")
  }
}

/// The labels left of a plot, and the ends of its lines.
enum PlotLabel {
  /// In characters.
  static let width = 8

  static func padded(_ label: String, to width: Int = PlotLabel.width) -> String {
    String(repeating: " ", count: max(0, width - label.count)) + label
  }

  /// A line without blanks at its end.
  static func trimmed(_ line: String) -> String {
    var line = line
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }
}

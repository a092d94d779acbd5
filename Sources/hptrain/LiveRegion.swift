import Configuration

/// Lines at the bottom of a terminal that are drawn again and again, while others are written above them.
///
/// The cursor rests where the first of them begins: whatever a terminal makes of lines that are too long once it is made
/// narrower, erasing from the cursor on takes all of them away.
struct LiveRegion {
  private var isDrawn = false
  /// What is to stand above it when it is drawn next.
  private var queue: [String] = []

  /// Keeps a line until the region is drawn or cleared, so that the terminal is written to once.
  mutating func add(above line: String) { queue.append(TerminalText.shown(line)) }

  /// - Parameter lines: each shorter than the terminal is wide, and fewer than it is high.
  mutating func draw(_ lines: [String]) {
    guard !lines.isEmpty else { return clear() }
    // What is old is erased behind what is new, so that nothing flickers.
    let above = queue.map { $0 + "\u{1B}[K\n" }.joined()
    let text = lines.map { TerminalText.shown($0) + "\u{1B}[K" }.joined(separator: "\n")
    let up = lines.count > 1 ? "\u{1B}[\(lines.count - 1)A" : ""
    // Should the terminal become narrower on the way there, lines end at its edge (DECAWM).
    Console.writeRaw("\r" + above + "\u{1B}[?7l" + text + "\u{1B}[J\r" + up + "\u{1B}[?7h")
    isDrawn = true
    queue = []
  }

  mutating func clear() {
    let text = (isDrawn ? "\r\u{1B}[J" : "") + queue.map { $0 + "\n" }.joined()
    if !text.isEmpty { Console.writeRaw(text) }
    isDrawn = false
    queue = []
  }
}

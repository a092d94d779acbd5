import Configuration

/// A bar with what people want to know of work that goes on, as much of it as fits a line.
struct ProgressLine {
  /// What the bar is of, where there are several; else empty.
  let title: String
  /// Of the work, from 0 to 1.
  let share: Double
  let epoch: Int
  let epochs: Int
  let loss: Double
  /// Examples a second.
  let rate: Double
  /// Seconds that are left.
  let remaining: Double

  private static let longestBar = 40
  private static let shortestBar = 8

  /// A line that is shorter than the terminal is wide, so that it never wraps.
  ///
  /// - Parameter width: of the terminal, in characters.
  func text(width: Int, isASCII: Bool, paint: Paint) -> String {
    let room = max(0, width - 1)
    // Numbers keep their places while they grow, so that only the bar moves.
    let number = Self.right(String(epoch), String(epochs).count)
    let epochs = "epoch \(number)/\(self.epochs)"
    let loss = "loss " + Self.left(TrainingReporter.short(self.loss), 8)
    let rate = Spelling.grouped(Int(max(0, self.rate.isFinite ? self.rate : 0)))
    let left = Self.right(TrainingReporter.time(remaining), 5) + " left"
    let head = (title.isEmpty ? "" : title + "  ") + Self.right("\(Int(share * 100)) %", 5)
    let choices: [[String]] = [
      [epochs, loss, Self.right("\(rate) examples/s", 18), left],
      [epochs, loss, Self.right("\(rate)/s", 9), left],
      [epochs, loss, left], [loss, left], [left], [],
    ]
    for parts in choices {
      let tail = parts.map { "  " + $0 }.joined()
      let bar = min(Self.longestBar, room - head.count - tail.count - 1)
      guard bar >= Self.shortestBar else { continue }
      return head + " " + Self.bar(share, bar, isASCII, paint) + tail
    }
    return String(head.suffix(room))
  }

  private static func bar(_ share: Double, _ width: Int, _ isASCII: Bool, _ paint: Paint) -> String
  {
    let filled = min(width, max(0, Int(share * Double(width))))
    let done = String(repeating: isASCII ? "=" : "━", count: filled)
    // In one tone the two have to differ by their shapes.
    let rest = String(
      repeating: isASCII ? "-" : paint.isOn ? "━" : "─", count: width - filled)
    return paint(done, .cyan) + paint(rest, .dim)
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

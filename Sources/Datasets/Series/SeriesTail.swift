import Configuration

/// The last rows of one series of a text, encoded.
struct SeriesTail {
  let name: String?
  private let length: Int
  private let width: Int
  /// Whether the series goes on by months, whose days differ.
  private let countsDays: Bool
  /// Whether it takes no further rows, since one was wrong.
  var hasEnded = false
  /// Rows so far, but for those that were left out.
  private(set) var count = 0
  /// Rows that were left out.
  var dropped = 0
  /// The inputs of up to `length` rows; row r stands at r modulo `length`.
  private var inputs: [Float] = []
  private(set) var time: TimeStamp?
  private(set) var days = MonthDays()
  /// The last row that does not follow the one before it by the regular step, and what to say of it.
  private var gap: (row: Int, finding: Diagnostic)?

  init(name: String?, length: Int, width: Int, countsDays: Bool) {
    self.name = name
    self.countsDays = countsDays
    self.length = length
    self.width = width
  }

  /// Takes the next row.
  mutating func append(
    _ row: UnsafeBufferPointer<Float>, at time: TimeStamp?, gap finding: Diagnostic?
  ) {
    if count < length {
      inputs.append(contentsOf: row)
    } else {
      let start = count % length * width
      for index in 0..<width { inputs[start + index] = row[index] }
    }
    if let finding { gap = (count, finding) }
    if countsDays, let time { days.insert(time.value) }
    let previous = self.time
    self.time = time
    if let previous { self.time?.follow(previous) }
    count += 1
  }

  /// The irregular step that a window of the last rows would reach over.
  var lastGap: Diagnostic? {
    gap.flatMap { $0.row > count - length ? $0.finding : nil }
  }

  var isFull: Bool { count >= length }

  /// Copies the last `length` rows, the oldest first.
  ///
  /// - Precondition: there are as many.
  func copyWindow(to target: UnsafeMutablePointer<Float>) {
    let start = count % length * width
    let tail = inputs.count - start
    inputs.withUnsafeBufferPointer { inputs in
      guard let base = inputs.baseAddress else { return }
      target.update(from: base + start, count: tail)
      (target + tail).update(from: base, count: start)
    }
  }
}

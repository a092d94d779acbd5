/// When the next file that is written by time is due: after the interval, but never so soon that writing takes
/// more than a hundredth of the time.
///
/// The first ones come sooner, each after twice the time of the one before, so that a run that is killed
/// young has something to go on from, too.
struct CheckpointPace {
  /// The most that may be spent on writing, as a share of the time.
  private static let share = 0.01
  private static let firstSeconds = 0.25
  /// What is written in a second as long as nothing was measured.
  private static let bytesPerSecond = 1e9

  /// In seconds; 0 for never.
  private let interval: Double
  private let start: ContinuousClock.Instant
  private var last: ContinuousClock.Instant
  private var cost: Double
  /// Asked for at each iteration.
  private var next: ContinuousClock.Instant

  /// - Parameter bytes: what is written each time.
  init(interval: Double, bytes: Int) {
    self.interval = interval
    start = .now
    last = start
    next = start
    cost = Double(bytes) / Self.bytesPerSecond
    setNext()
  }

  func isDue(_ now: ContinuousClock.Instant) -> Bool { interval > 0 && now >= next }

  mutating func began(_ now: ContinuousClock.Instant) {
    last = now
    setNext()
  }

  /// - Parameter seconds: what training lost by the last one.
  mutating func ended(seconds: Double) {
    cost = seconds
    setNext()
  }

  private mutating func setNext() {
    let age = (last - start) / .seconds(1)
    let wait = max(min(interval, max(age, Self.firstSeconds)), cost / Self.share)
    next = last + .seconds(wait)
  }
}

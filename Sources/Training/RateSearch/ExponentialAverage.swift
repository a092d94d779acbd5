/// The mean of the values so far in which each weighs less by a constant factor than the one after it,
/// without the bias to the zero that it starts from (Kingma and Ba, Adam, ICLR 2015, section 3).
struct ExponentialAverage {
  private let decay: Double
  private var sum = 0.0
  private var weight = 0.0

  /// - Parameter window: a value weighs one over this much; 1 and less average nothing.
  init(window: Double) { decay = 1 - 1 / max(1, window) }

  mutating func add(_ value: Double) -> Double {
    sum = decay * sum + (1 - decay) * value
    weight = decay * weight + (1 - decay)
    return sum / weight
  }

  /// Averages a sequence from both ends, so that nothing is shifted: of an average from the start alone, each
  /// slope comes late by about the window.
  static func smooth(_ values: [Double], window: Double) -> [Double] {
    var forward = ExponentialAverage(window: window)
    var backward = forward
    let fromStart = values.map { forward.add($0) }
    let fromEnd = values.reversed().map { backward.add($0) }.reversed()
    return zip(fromStart, fromEnd).map { ($0 + $1) / 2 }
  }
}

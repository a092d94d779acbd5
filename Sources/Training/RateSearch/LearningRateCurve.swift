import Glibc

/// The loss over the learning rate as a range test found it, and the rates that it speaks for.
///
/// Two rules are in use. The loss falls fastest at the **steepest** rate, by the logarithm of the rate (Smith
/// 2017; the `steep` of fast.ai). A tenth of the rate at which the loss is **smallest** keeps a distance to
/// where it rises (Gugger 2018; the `minimum` of fast.ai). Each fails in its way: the first takes a rate that
/// is close to divergence where the loss falls in a cliff, the second one that is far too large where
/// few examples are learned by heart before the rates get large. The smaller of the two is **suggested**:
/// too small a rate costs epochs, too large a one the run.
package struct LearningRateCurve: Sendable {
  package struct Point: Sendable, Equatable {
    package let learningRate: Double
    /// Of the batch, before its update.
    package let loss: Double
    /// Without what the batch differs from others by, averaged over its neighbors.
    package let smoothedLoss: Double
  }

  package enum End: String, Sendable {
    /// The rates ended.
    case completed
    /// The loss exceeded four times its best.
    case diverged
    /// The loss was infinite or undefined.
    case notFinite = "not_finite"
  }

  /// By ascending rates; those with a finite loss.
  package let points: [Point]
  package let end: End
  /// The rate at which the loss falls fastest; `nil` if it hardly falls at any.
  package let steepest: Double?
  /// The rate at which the loss is smallest; `nil` if it hardly falls at any.
  package let minimum: Double?

  /// A tenth of the rate at which the loss is smallest.
  package var minimumTenth: Double? { minimum.map { $0 / 10 } }

  /// The smaller of the two rates.
  package var suggestion: Double? {
    guard let steepest, let minimumTenth else { return nil }
    return min(steepest, minimumTenth)
  }

  /// Whether the loss was still falling where the rates ended.
  package var endsWhileFalling: Bool {
    end == .completed && minimum != nil && minimum == points.last?.learningRate
  }

  /// Windows of the averages, as shares of all iterations. What stands out in one of them alone is chance, so
  /// that the median of what they say is taken; the middle one is shown.
  private static let windowShares = [0.02, 0.04, 0.08]
  /// The share of its first value that the loss has to fall by.
  private static let leastFall = 0.01

  /// - Parameters:
  ///   - rates: by iteration, ascending.
  ///   - losses: of the batch of each iteration, finite.
  ///   - references: of the same batches in a network that has not learned.
  ///   - iterations: how many there would have been without an early end.
  package init(rates: [Double], losses: [Double], references: [Double], iterations: Int, end: End) {
    let start = references.reduce(0, +) / Double(max(1, references.count))
    let middle = Self.windowShares[Self.windowShares.count / 2] * Double(iterations)
    let all = Self.corrected(losses, references, start, shares: losses.map { _ in 1 })
    // The less loss is left, the less of it is what batches differ by.
    let left = ExponentialAverage.smooth(all, window: middle).map { loss in
      start > 0 ? min(1, max(0, loss / start)) : 1
    }
    let corrected = Self.corrected(losses, references, start, shares: left)
    let curves = Self.windowShares.map { share in
      (
        window: share * Double(iterations),
        losses: ExponentialAverage.smooth(corrected, window: share * Double(iterations))
      )
    }
    let shown = curves[curves.count / 2].losses
    self.end = end
    points = rates.indices.map {
      Point(learningRate: rates[$0], loss: losses[$0], smoothedLoss: shown[$0])
    }
    guard let least = shown.min(), start - least > Self.leastFall * abs(start) else {
      (steepest, minimum) = (nil, nil)
      return
    }
    let minima = curves.map { Self.minimum(of: $0.losses) }
    minimum = Self.median(minima).map { rates[$0] }
    let logarithms = rates.map { log($0) }
    steepest = Self.median(
      zip(curves, minima).compactMap { curve, end in
        Self.steepest(curve.losses, over: logarithms, window: curve.window, upTo: end)
      }
    ).map { rates[$0] }
  }

  /// The losses without a share of what their batches differ by from the mean.
  private static func corrected(
    _ losses: [Double], _ references: [Double], _ start: Double, shares: [Double]
  ) -> [Double] {
    let corrected = losses.indices.map {
      losses[$0] - shares[$0] * (references[$0] - start)
    }
    // What comes at the end may be beyond all measure, and would be all that an average knows.
    let most = start + max(0, start - (corrected.min() ?? start))
    return corrected.map { min($0, most) }
  }

  private static func minimum(of losses: [Double]) -> Int {
    losses.indices.min { losses[$0] < losses[$1] } ?? 0
  }

  /// Where the loss falls fastest before its minimum, from half a window before to half a window behind.
  private static func steepest(
    _ losses: [Double], over logarithms: [Double], window: Double, upTo end: Int
  ) -> Int? {
    let reach = max(1, Int((window / 2).rounded()))
    var best: (index: Int, slope: Double)?
    for index in stride(from: reach, through: end - reach, by: 1) {
      let slope =
        (losses[index + reach] - losses[index - reach])
        / (logarithms[index + reach] - logarithms[index - reach])
      if slope < best?.slope ?? 0 { best = (index, slope) }
    }
    return best?.index
  }

  private static func median(_ indices: [Int]) -> Int? {
    indices.isEmpty ? nil : indices.sorted()[indices.count / 2]
  }
}

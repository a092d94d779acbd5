import Glibc

/// How good the probabilities of a yes are at every threshold, and whether they can be believed.
package struct RankCurves: Sendable {
  package struct Point: Sendable, Equatable {
    package let x: Double
    package let y: Double
  }

  /// A bin of the reliability diagram (Niculescu-Mizil and Caruana, ICML 2005).
  package struct Bin: Sendable, Equatable {
    /// The mean probability that was predicted.
    package let predicted: Double
    /// The share that is a yes.
    package let actual: Double
    package let weight: Double
  }

  /// The rate of false positives and that of true ones, from the largest threshold to the smallest.
  package let receiverOperating: [Point]
  /// Recall and precision, from the largest threshold to the smallest.
  package let precisionRecall: [Point]
  /// Bins with as many answers each, by the probability.
  package let calibration: [Bin]
  /// The area under the first curve, by trapezoids.
  package let area: Double
  /// The precision at each threshold, weighted by the growth of recall.
  package let averagePrecision: Double
  /// The mean distance of prediction and share over the bins, weighted (Guo et al., ICML 2017).
  package let calibrationError: Double

  /// - Returns: `nil` where all answers are yes or all are no, or one is not a number.
  package init?(_ answers: [RankedAnswer], bins: Int = 10) {
    let ranked = answers.sorted()
    let yes = ranked.reduce(0.0) { $0 + ($1.isActual ? Double($1.weight) : 0) }
    let no = ranked.reduce(0.0) { $0 + Double($1.weight) } - yes
    guard yes > 0, no > 0, ranked.allSatisfy({ !$0.probability.isNaN }) else { return nil }
    var (operating, precisions) = ([Point(x: 0, y: 0)], [Point]())
    var (right, wrong, area, average) = (0.0, 0.0, 0.0, 0.0)
    var index = ranked.count
    while index > 0 {
      let probability = ranked[index - 1].probability
      let before = (right, wrong)
      while index > 0, ranked[index - 1].probability == probability {
        index -= 1
        let weight = Double(ranked[index].weight)
        if ranked[index].isActual { right += weight } else { wrong += weight }
      }
      guard right + wrong > 0 else { continue }
      operating.append(Point(x: wrong / no, y: right / yes))
      precisions.append(Point(x: right / yes, y: right / (right + wrong)))
      area += (wrong - before.1) / no * (right + before.0) / (2 * yes)
      average += (right - before.0) / yes * right / (right + wrong)
    }
    receiverOperating = operating
    precisionRecall = precisions
    self.area = area
    averagePrecision = average
    calibration = Self.bins(ranked, min(bins, max(1, ranked.count / 5)))
    let whole = calibration.reduce(0) { $0 + $1.weight }
    calibrationError = calibration.reduce(0) {
      $0 + $1.weight / whole * abs($1.predicted - $1.actual)
    }
  }

  /// Answers of one probability may lie in two bins.
  private static func bins(_ ranked: [RankedAnswer], _ count: Int) -> [Bin] {
    (0..<count).compactMap { bin in
      let part = ranked[ranked.count * bin / count..<ranked.count * (bin + 1) / count]
      let weight = part.reduce(0.0) { $0 + Double($1.weight) }
      guard weight > 0 else { return nil }
      return Bin(
        predicted: part.reduce(0.0) { $0 + Double($1.probability) * Double($1.weight) } / weight,
        actual: part.reduce(0.0) { $0 + ($1.isActual ? Double($1.weight) : 0) } / weight,
        weight: weight)
    }
  }
}

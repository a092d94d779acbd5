import Configuration
import Datasets
import Glibc
import Network
import Numerics

/// Mean squared error, in squared units of the target.
package struct MSEMetric: Metric {
  package static let type = "mse"
  package static let summary = "Mean squared error, in squared units of the target."
  package static let guidance = Guidance.choice(
    """
    Numbers, where large errors count by their square. Its unit is the square of the \
    target's: to read it, take rmse.
    """,
    typical: "To compare with papers that report it.",
    example: #""metrics": ["mse"]"#)
  package static let synonyms = ["mean_squared_error"]
  package static let task = LearningTask.regression
  package static let isHigherBetter = false

  package init() {}

  package static let keys: [Key<Self>] = []

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    ErrorAccumulator(target, link: link, figure: .meanSquare)
  }
}

/// Root of the mean squared error, in units of the target.
package struct RMSEMetric: Metric {
  package static let type = "rmse"
  package static let summary = "Root of the mean squared error, in units of the target."
  package static let guidance = Guidance.choice(
    """
    Numbers: a typical error in the target's own unit, in which large ones count more. A \
    few outliers rule it: look at mae beside it.
    """,
    typical: "The first figure of every regression, with r2.",
    example: #""metrics": ["rmse", "r2"]"#)
  package static let synonyms = ["root_mean_squared_error"]
  package static let task = LearningTask.regression
  package static let isHigherBetter = false

  package init() {}

  package static let keys: [Key<Self>] = []

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    ErrorAccumulator(target, link: link, figure: .rootMeanSquare)
  }
}

/// Mean absolute error, in units of the target.
package struct MAEMetric: Metric {
  package static let type = "mae"
  package static let summary = "Mean absolute error, in units of the target."
  package static let guidance = Guidance.choice(
    """
    Numbers: the mean error in the target's own unit, which outliers hardly move. Much \
    below rmse it tells that few errors are large.
    """,
    typical: "Forecasts and prices.",
    example: #""metrics": ["rmse", "mae"]"#)
  package static let synonyms = ["mean_absolute_error", "l1"]
  package static let task = LearningTask.regression
  package static let isHigherBetter = false

  package init() {}

  package static let keys: [Key<Self>] = []

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    ErrorAccumulator(target, link: link, figure: .meanAbsolute)
  }
}

/// Coefficient of determination, `1 − Σ(t − o)² / Σ(t − t̄)²`; the mean over several targets, of which one that does not
/// vary counts 1 where it is predicted exactly and else 0, as in scikit-learn. It is not a number where none varies.
package struct R2Metric: Metric {
  package static let type = "r2"
  package static let summary =
    "Coefficient of determination; 1 is perfect, 0 no better than the mean."
  package static let guidance = Guidance.choice(
    """
    Numbers: what share of the variance is explained, whatever the unit. Below 0 the \
    mean would do better. Of little use where the target hardly varies.
    """,
    typical: "0.5 to 0.9 on tables; beside rmse.",
    example: #""metrics": ["rmse", "r2"]"#)
  package static let synonyms = ["r_squared", "r2_score", "r^2"]
  package static let task = LearningTask.regression
  package static let isHigherBetter = true
  package static let requirement: String? = "targets that vary"

  package init() {}

  package static let keys: [Key<Self>] = []

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    ErrorAccumulator(target, link: link, figure: .determination)
  }
}

/// The sums behind all errors of numbers, per target column, in the original units.
private final class ErrorAccumulator: MetricAccumulator {
  enum Figure {
    case meanSquare
    case rootMeanSquare
    case meanAbsolute
    case determination
  }

  private struct Sums: RunState {
    var squares = 0.0
    var absolutes = 0.0
    /// Mean and sum of squared deviations of the targets, by Welford's recurrence (1962), with weights by
    /// West's (1979).
    var targetMean = 0.0
    var targetDeviations = 0.0

    var varies: Bool { targetDeviations > 0 }

    /// Where there is no deviation to be explained, 1 for what was predicted exactly and else 0, as scikit-learn
    /// counts one target of several.
    var determination: Double {
      guard varies else { return squares == 0 ? 1 : 0 }
      return 1 - squares / targetDeviations
    }

    mutating func exchange(_ archive: inout StateArchive) {
      archive.value("squares", &squares)
      archive.value("absolutes", &absolutes)
      archive.value("target_mean", &targetMean)
      archive.value("target_deviations", &targetDeviations)
    }
  }

  private let figure: Figure
  private let divisors: [Double]
  /// Whether the outputs are the logarithms of the predictions.
  private let isLogarithm: Bool
  private var sums: [Sums]
  private var weight = 0.0

  init(_ target: TargetEncoding, link: Link, figure: Figure) {
    self.figure = figure
    isLogarithm = link == .exponential
    divisors = target.columns.map(\.scale.divisor)
    sums = Array(repeating: Sums(), count: target.columns.count)
  }

  func reset() {
    for index in sums.indices { sums[index] = Sums() }
    weight = 0
  }

  func add(_ answers: Answers) {
    for row in 0..<answers.count {
      let weight = answers.weight(row)
      // What weighs nothing is not there.
      guard weight > 0 else { continue }
      self.weight += weight
      let (outputs, targets) = (answers.output(row), answers.target(row))
      for column in 0..<answers.width {
        let divisor = divisors[column]
        let target = Double(targets[column]) * divisor
        let output = Double(outputs[column])
        let difference = (isLogarithm ? exp(output) : output) * divisor - target
        sums[column].squares += weight * difference * difference
        sums[column].absolutes += weight * abs(difference)
        let deviation = target - sums[column].targetMean
        sums[column].targetMean += deviation * weight / self.weight
        sums[column].targetDeviations += weight * deviation * (target - sums[column].targetMean)
      }
    }
  }

  var value: Double {
    let total = weight * Double(sums.count)
    guard total > 0 else { return .nan }
    switch figure {
    case .meanSquare: return sums.reduce(0) { $0 + $1.squares } / total
    case .rootMeanSquare: return (sums.reduce(0) { $0 + $1.squares } / total).squareRoot()
    case .meanAbsolute: return sums.reduce(0) { $0 + $1.absolutes } / total
    case .determination:
      // Not a number, and not an infinite one, where nothing is to be explained.
      guard sums.contains(where: \.varies) else { return .nan }
      return sums.reduce(0) { $0 + $1.determination } / Double(sums.count)
    }
  }

  /// By the formula of Chan, Golub and LeVeque (1979), over the means of the ranks.
  func takeTotals(of own: any MetricAccumulator, over ranks: any Communicator) {
    guard let own = own as? ErrorAccumulator else { return }
    var totals =
      [own.weight]
      + own.sums.flatMap { [$0.squares, $0.absolutes, own.weight * $0.targetMean] }
    ranks.sum(&totals)
    weight = totals[0]
    for column in sums.indices {
      sums[column].squares = totals[1 + 3 * column]
      sums[column].absolutes = totals[2 + 3 * column]
      sums[column].targetMean = weight > 0 ? totals[3 + 3 * column] / weight : 0
    }
    var deviations = zip(own.sums, sums).map { part, whole in
      let difference = part.targetMean - whole.targetMean
      return part.targetDeviations + own.weight * difference * difference
    }
    ranks.sum(&deviations)
    for column in sums.indices { sums[column].targetDeviations = deviations[column] }
  }

  func exchange(_ archive: inout StateArchive) {
    for column in sums.indices {
      archive.within("sums.\(column)") { sums[column].exchange(&$0) }
    }
    archive.value("weight", &weight)
  }
}

import Configuration
import Datasets
import Network
import Numerics

/// A figure of how good predictions are; the configured object makes accumulators. An answer counts as much as
/// it weighs, as with the `sample_weight` of scikit-learn.
package protocol Metric: GuidedVariant {
  static var task: LearningTask { get }
  static var isHigherBetter: Bool { get }
  /// Whether every value lies between 0 and 1.
  static var isFraction: Bool { get }
  /// Whether the metric is about the tokens of a text.
  static var isForTexts: Bool { get }
  /// What the examples need for the figure to be defined, for messages: `targets that vary`; `nil` if nothing but
  /// some weight.
  static var requirement: String? { get }

  /// Whether the metric says something of a target of its task.
  ///
  /// - Parameter link: from the outputs to predictions, as the loss says.
  /// - Throws: `PlanError` if it does not.
  func check(_ target: TargetEncoding, link: Link) throws(PlanError)

  /// The metric with the defaults that depend on the target filled in.
  func resolved(for target: TargetEncoding) -> Self

  /// - Parameters:
  ///   - target: what is predicted, with the scales of numbers.
  ///   - link: from the outputs to predictions, as the loss says.
  ///   - examples: the most that are taken in before a reset.
  func makeAccumulator(_ target: TargetEncoding, link: Link, examples: Int)
    -> any MetricAccumulator

  /// What accumulators for so many examples take besides a few numbers, in bytes.
  func accumulatorBytes(_ target: TargetEncoding, examples: Int) -> Int
}

extension Metric {
  package func check(_ target: TargetEncoding, link: Link) throws(PlanError) {}

  package func resolved(for target: TargetEncoding) -> Self { self }

  package func accumulatorBytes(_ target: TargetEncoding, examples: Int) -> Int { 0 }
}

extension Metric {
  package static var isFraction: Bool { false }
  package static var isForTexts: Bool { false }
  package static var requirement: String? { nil }
}

/// Takes in examples batch by batch; it allocates nothing after it was made.
package protocol MetricAccumulator: AnyObject {
  func reset()

  func add(_ answers: Answers)

  /// Not a number where the examples leave the figure undefined, as those do that all weigh nothing.
  var value: Double { get }

  /// What it holds of the examples so far.
  func exchange(_ archive: inout StateArchive)

  /// Becomes what the accumulators of all ranks would be as one.
  ///
  /// - Parameter own: that of this rank, made for the same metric; it stays as it is.
  func takeTotals(of own: any MetricAccumulator, over ranks: any Communicator)

  /// How many answers it keeps, each for itself, of the room that it has for them; `nil` where it keeps sums.
  var keptAnswers: Int? { get }
}

extension MetricAccumulator {
  package var keptAnswers: Int? { nil }

  /// Adds up what `exchange` names, which are sums over answers in most.
  package func takeTotals(of own: any MetricAccumulator, over ranks: any Communicator) {
    var sums = StateArchive.numbers(of: own)
    ranks.sum(&sums)
    StateArchive.put(sums, into: self)
  }
}

/// Everything that `training.metrics` can name.
package enum Metrics {
  package static let catalog = Catalog<any Metric>(
    kind: "metric",
    [
      entry(Accuracy.self),
      entry(TopKAccuracy.self),
      entry(Precision.self),
      entry(Recall.self),
      entry(F1.self),
      entry(ROCAUC.self),
      entry(ExactMatch.self),
      entry(Jaccard.self),
      entry(RankError.self),
      entry(QuadraticKappa.self),
      entry(Perplexity.self),
      entry(BitsPerCharacter.self),
      entry(MSEMetric.self),
      entry(RMSEMetric.self),
      entry(MAEMetric.self),
      entry(R2Metric.self),
    ],
    describe: { $0 })

  private static func entry<Config: Metric>(_ config: Config.Type) -> Catalog<any Metric>.Entry {
    .init(config) { $0 }
  }

  /// What is shown if the configuration names no metric.
  package static func standard(
    for task: LearningTask, isText: Bool = false, link: Link
  ) -> [any Metric] {
    switch task {
    case .classification where isText && link == .softmax: [Perplexity(), BitsPerCharacter()]
    case .classification where link == .sequential: [Accuracy(), RankError(), QuadraticKappa()]
    case .classification: [Accuracy()]
    case .regression: [RMSEMetric(), R2Metric()]
    }
  }
}

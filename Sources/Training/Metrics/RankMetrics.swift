import Configuration
import Datasets
import Network
import Numerics

/// How many classes the answer is off, on average.
package struct RankError: RankMetric {
  package static let type = "rank_error"
  package static let summary = "Mean of how many steps the answer is off, for classes in an order."
  package static let guidance = Guidance.choice(
    """
    Classes that follow each other, as grades do: an answer two grades off counts twice as \
    much as one. Accuracy counts both alike.
    """,
    typical: "Beside accuracy, with the loss ordinal.",
    example: #""metrics": ["accuracy", "rank_error"]"#)
  package static let synonyms = ["mae_of_ranks", "rank_mae", "mean_rank_error"]
  package static let isHigherBetter = false
  static let figure: @Sendable (RankSums) -> Double = { $0.meanDistance }

  package init() {}

  package static let keys: [Key<Self>] = []
}

/// The weighted kappa of Cohen (1968) with squares of distances: by how much answers agree with the classes beyond what
/// answers would that know how often each class occurs and nothing else.
package struct QuadraticKappa: RankMetric {
  package static let type = "quadratic_kappa"
  package static let summary =
    "Agreement beyond chance, by squares of how many steps the answer is off; 1 is perfect, 0 chance."
  package static let guidance = Guidance.choice(
    """
    Classes that follow each other, of which some are rare: always answering the middle one \
    has a small rank_error, and a kappa of 0.
    """,
    typical: "Grades of essays and of illnesses, where papers report it.",
    example: #""metrics": ["rank_error", "quadratic_kappa"]"#)
  package static let synonyms = ["qwk", "quadratic_weighted_kappa", "kappa", "cohen_kappa"]
  package static let isHigherBetter = true
  package static let requirement: String? = "classes or answers that differ"
  static let figure: @Sendable (RankSums) -> Double = { $0.kappa }

  package init() {}

  package static let keys: [Key<Self>] = []
}

/// A figure of how far answers are from classes in an order.
protocol RankMetric: Metric {
  static var figure: @Sendable (RankSums) -> Double { get }
}

extension RankMetric {
  package static var task: LearningTask { .classification }

  package func check(_ target: TargetEncoding, link: Link) throws(PlanError) {
    guard target.isExclusive, target.isOrdered || link == .sequential else {
      throw PlanError(
        code: "task", "\(Self.type) needs classes in an order",
        help: "use the loss \"\(Ordinal.type)\", or give the target an order in data.columns")
    }
  }

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    RankAnswerAccumulator(Decision(target, link: link), figure: Self.figure)
  }
}

/// Sums over answers and classes by their places in the order, each as much as it weighs.
struct RankSums: RunState {
  private var weight = 0.0
  private var distances = 0.0
  private var squares = 0.0
  private var answers = 0.0
  private var answerSquares = 0.0
  private var classes = 0.0
  private var classSquares = 0.0

  mutating func reset() { self = RankSums() }

  mutating func add(_ answer: Double, _ label: Double, weight: Double) {
    self.weight += weight
    distances += weight * abs(answer - label)
    squares += weight * (answer - label) * (answer - label)
    answers += weight * answer
    answerSquares += weight * answer * answer
    classes += weight * label
    classSquares += weight * label * label
  }

  var meanDistance: Double { weight > 0 ? distances / weight : .nan }

  /// Not a number where all answers and classes are one and the same.
  var kappa: Double {
    guard weight > 0 else { return .nan }
    // What the squares would be on average if answers and classes had nothing to do with each other.
    let chance = answerSquares + classSquares - 2 * answers * classes / weight
    return chance > 0 ? 1 - squares / chance : .nan
  }

  mutating func exchange(_ archive: inout StateArchive) {
    archive.value("weight", &weight)
    archive.value("distances", &distances)
    archive.value("squares", &squares)
    archive.value("answers", &answers)
    archive.value("answer_squares", &answerSquares)
    archive.value("classes", &classes)
    archive.value("class_squares", &classSquares)
  }
}

private final class RankAnswerAccumulator: MetricAccumulator {
  private var sums = RankSums()
  private let decision: Decision
  private let figure: @Sendable (RankSums) -> Double

  init(_ decision: Decision, figure: @escaping @Sendable (RankSums) -> Double) {
    self.decision = decision
    self.figure = figure
  }

  func reset() { sums.reset() }

  func add(_ answers: Answers) {
    for row in 0..<answers.count {
      let answer = decision.label(answers.output(row), count: answers.width)
      sums.add(Double(answer), Double(answers.target(row)[0]), weight: answers.weight(row))
    }
  }

  var value: Double { figure(sums) }

  func exchange(_ archive: inout StateArchive) { archive.within("sums") { sums.exchange(&$0) } }
}

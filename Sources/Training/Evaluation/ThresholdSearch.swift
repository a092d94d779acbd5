import Configuration

/// What a wrong answer of either kind costs.
package struct ErrorCosts: Sendable, Equatable {
  package var falsePositive = 1.0
  package var falseNegative = 1.0

  package init(falsePositive: Double = 1, falseNegative: Double = 1) {
    self.falsePositive = falsePositive
    self.falseNegative = falseNegative
  }
}

/// What a threshold is to make as good as can be.
package enum ThresholdGoal: Sendable, Equatable {
  case f1
  /// The largest precision among thresholds with at least this recall.
  case precision(recall: Double)
  /// The largest recall among thresholds with at least this precision.
  case recall(precision: Double)
  /// The smallest mean cost of an example.
  case cost(ErrorCosts)
}

/// How good the answers are that a threshold gives.
package struct ThresholdFigures: Sendable, Equatable {
  package let threshold: Double
  /// Of the yes.
  package let score: LabelScore
  package let accuracy: Double
  /// How many there are, or what they weigh.
  package let falsePositives: Double
  package let falseNegatives: Double
  /// The mean of an example.
  package let cost: Double

  init(
    threshold: Double, right: Double, predicted: Double, actual: Double, weight: Double,
    costs: ErrorCosts
  ) {
    self.threshold = threshold
    score = LabelScore(predicted: predicted, actual: actual, right: right)
    falsePositives = predicted - right
    falseNegatives = actual - right
    accuracy = (weight - falsePositives - falseNegatives) / weight
    cost =
      (falsePositives * costs.falsePositive + falseNegatives * costs.falseNegative) / weight
  }
}

/// Finds the threshold on the probability of yes that is best for examples whose answers are known.
///
/// The search is exact: of two thresholds with no probability between them the answers are the same, so
/// there is one candidate in each gap, its middle. The gaps are those between neighbouring different
/// probabilities, and those to 0 and to 1, in which all answers are the same.
///
/// Of candidates that are equally good the one with the larger other figure is taken where there is one
/// (the recall for the largest precision, and the other way round), then the one nearest to 0.5, then the
/// smaller one.
package struct ThresholdSearch: Sendable {
  /// Ascending by probability.
  private let answers: [RankedAnswer]
  /// How many are yes.
  package let positives: Int
  package let costs: ErrorCosts
  /// What those that are yes, and all answers, weigh.
  private let weightOfYes: Double
  private let weight: Double

  package var count: Int { answers.count }
  package var negatives: Int { count - positives }

  /// - Parameter answers: at least one, in any order.
  package init(_ answers: [RankedAnswer], costs: ErrorCosts) {
    self.answers = answers.sorted()
    positives = answers.count { $0.isActual }
    weightOfYes = answers.reduce(0) { $0 + ($1.isActual ? Double($1.weight) : 0) }
    weight = answers.reduce(0) { $0 + Double($1.weight) }
    self.costs = costs
  }

  /// The figures that a threshold gives.
  package func figures(at threshold: Double) -> ThresholdFigures {
    var (right, predicted) = (0.0, 0.0)
    for answer in answers.reversed() {
      guard Double(answer.probability) > threshold else { break }
      predicted += Double(answer.weight)
      if answer.isActual { right += Double(answer.weight) }
    }
    return figures(threshold, right: right, predicted: predicted)
  }

  private func figures(
    _ threshold: Double, right: Double, predicted: Double
  ) -> ThresholdFigures {
    ThresholdFigures(
      threshold: threshold, right: right, predicted: predicted, actual: weightOfYes,
      weight: weight, costs: costs)
  }

  /// The figures of every candidate, from the largest threshold to the smallest.
  private func forEachCandidate(_ body: (ThresholdFigures) -> Void) {
    var (right, predicted) = (0.0, 0.0)
    var above = 1.0
    var index = answers.count
    while true {
      let below = index > 0 ? Double(answers[index - 1].probability) : 0
      let middle = (above + below) / 2
      // Above a probability of 1 and below one of 0 there is no gap, and no answer may be yes at 1.
      let isGap = below < above || (index == answers.count && above == 1)
      // A model file holds numbers of single precision.
      if isGap, middle.fitsSinglePrecision {
        body(figures(middle, right: right, predicted: predicted))
      }
      guard index > 0 else { return }
      above = below
      while index > 0, Double(answers[index - 1].probability) == above {
        index -= 1
        predicted += Double(answers[index].weight)
        if answers[index].isActual { right += Double(answers[index].weight) }
      }
    }
  }

  /// - Throws: `Failure` that names the best that can be reached if no threshold reaches what the goal
  ///   demands.
  package func best(for goal: ThresholdGoal) throws -> ThresholdFigures {
    var best: ThresholdFigures?
    /// Of the figure that has to reach a bound, the largest.
    var largest = 0.0
    forEachCandidate { candidate in
      if let (figure, bound) = goal.demand(on: candidate) {
        largest = max(largest, figure)
        if figure < bound { return }
      }
      if best.map({ goal.prefers(candidate, to: $0) }) ?? true { best = candidate }
    }
    if let best { return best }
    let name = if case .recall = goal { "precision" } else { "recall" }
    throw Failure(
      Diagnostic(
        .error, .data, code: "unreachable",
        "no threshold has that \(name): the largest is \(JSONNumber(largest).text)",
        help: "ask for less"))
  }
}

extension ThresholdGoal {
  /// The figure that has to reach a bound, and the bound.
  fileprivate func demand(on figures: ThresholdFigures) -> (figure: Double, bound: Double)? {
    switch self {
    case .f1, .cost: nil
    case .precision(let recall): (figures.score.recall, recall)
    case .recall(let precision): (figures.score.precision, precision)
    }
  }

  /// Larger is better, the first number first.
  private func merits(_ figures: ThresholdFigures) -> [Double] {
    let goal =
      switch self {
      case .f1: [figures.score.f1]
      case .cost: [-figures.cost]
      case .precision: [figures.score.precision, figures.score.recall]
      case .recall: [figures.score.recall, figures.score.precision]
      }
    return goal + [-abs(figures.threshold - 0.5), -figures.threshold]
  }

  fileprivate func prefers(_ first: ThresholdFigures, to second: ThresholdFigures) -> Bool {
    let (first, second) = (merits(first), merits(second))
    for (one, other) in zip(first, second) where one != other { return one > other }
    return false
  }
}

extension ModelEvaluation {
  /// Has the model answer the examples, to find the threshold for them.
  ///
  /// - Parameter costs: of wrong answers.
  /// - Throws: `Failure` if the examples are all yes or all no, or an output is not a number.
  package func thresholdSearch(
    costs: ErrorCosts, evaluator: Evaluator
  ) throws -> ThresholdSearch {
    let isExclusive = model.encoding.target.isExclusive
    let link = type(of: model.loss).link
    var answers: [RankedAnswer] = []
    answers.reserveCapacity(examples.set.count)
    var isDefined = true
    _ = evaluator.evaluate(examples.set) { batch in
      let found = batch.answers
      for row in 0..<found.count {
        let probability = Decision.probabilityOfYes(
          found.output(row), count: found.width, link: link)
        let target = found.target(row)[0]
        let weight = found.weight(row)
        // What weighs nothing is not there.
        guard weight > 0 else { continue }
        if probability.isNaN { isDefined = false }
        answers.append(
          RankedAnswer(
            probability: probability,
            isActual: isExclusive ? target == 1 : Decision.isActual(target),
            weight: Float(weight)))
      }
    }
    guard isDefined else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "not-finite", "the model's answer to an example is not a number"))
    }
    let search = ThresholdSearch(answers, costs: costs)
    guard search.positives > 0, search.negatives > 0 else {
      let name = model.encoding.target.nameOfYes
      throw Failure(
        Diagnostic(
          .error, .data, code: "one-class",
          "\(search.positives > 0 ? "every" : "no") example is '\(name)'",
          help: "a threshold needs examples of both answers"))
    }
    return search
  }

  /// Refuses a model whose answers no threshold decides.
  ///
  /// - Parameter name: what the user called the model.
  package static func checkBinary(_ model: TrainedModel, named name: String) throws {
    let target = model.encoding.target
    guard model.encoding.positions == nil, target.isBinary else {
      let answer =
        model.encoding.positions != nil
        ? "answers with sequences"
        : target.task == .regression
          ? "predicts numbers"
          : target.isExclusive
            ? "tells \(target.classes.count) classes apart"
            : "answers \(target.columns.count) questions with yes or no"
      throw Failure(
        Diagnostic(
          .error, .data, code: "not-binary",
          "'\(name)' \(answer), but a threshold decides between two answers"))
    }
  }
}

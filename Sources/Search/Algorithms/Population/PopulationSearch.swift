import Configuration

/// Population-based training (Jaderberg et al., Population Based Training of Neural Networks, 2017), a
/// generation at a time: members train side by side for some epochs; then the worst take over the parameters
/// and hyperparameters of the best and change the latter, and all go on.
///
/// A trial is one member during one generation. The members of a generation are numbered one after the other,
/// those of the next follow.
package struct PopulationSearch: SearchAlgorithm {
  package static let type = "population"
  package static let synonyms = ["pbt", "population_based_training", "population_based"]
  package static let summary =
    "Members train side by side; the worst copy the best and change what they copied."
  package static let isAdaptive = true
  package static let guidance = Guidance.choice(
    """
    Where the best rate or regularization changes while training, and a run is long: what comes out is a \
    trained model and a schedule of hyperparameters. Only what leaves the parameters their shapes can be \
    searched. For settings to train with from the start take tpe.
    """,
    typical: "10 to 30 members, 10 to 40 generations; rate, dropout, decay and batch size.",
    example: #""algorithm": {"type": "population", "population_size": 16, "interval": 2}"#)

  package var populationSize = 10
  package var interval: Int?
  package var quantileFraction = 0.2
  package var perturbation = 1.2
  package var resampleProbability = 0.25

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "population_size", \.populationSize, in: .between(2, 10_000),
      synonyms: ["popsize", "population", "members", "num_samples"],
      help: "How many members there are; as many trials are one generation.",
      guidance: .amount(
        tooLow: "All descend from one or two first guesses after a few generations.",
        tooHigh: "Each is a whole training.", typical: "10 to 30; 80 in the paper at most.",
        example: #""population_size": 16"#)),
    .integer(
      "interval", \.interval, in: .between(1, 1_000_000_000), unit: "epochs",
      synonyms: ["perturbation_interval", "ready_interval"],
      help: "How long a generation is; by default a tenth of the epochs.",
      guidance: .amount(
        tooLow: "Who is ahead after so short a time is luck, or a small rate that pays at once.",
        tooHigh: "Few generations: hyperparameters hardly change while training.",
        typical: "Absent; as long as it takes for a change to show in the objective.",
        example: #""interval": 2"#)),
    .number(
      "quantile_fraction", \.quantileFraction, in: .between(0.01, 0.5), unit: "of the members",
      synonyms: ["truncation", "quantile"],
      help:
        "The share of the members that is replaced in each generation, and the share that is copied.",
      guidance: .amount(
        tooLow: "Bad members are trained on.",
        tooHigh: "One lead takes over the population, and the search is narrow from then on.",
        typical: "0.2 (Jaderberg et al. 2017).", example: #""quantile_fraction": 0.2"#)),
    .number(
      "perturbation", \.perturbation, in: .between(1.001, 100), synonyms: ["perturbation_factor"],
      help: "Numbers that were copied are multiplied or divided by this.",
      guidance: .amount(
        tooLow: "A rate needs many generations to change by an order of magnitude.",
        tooHigh: "What was good is left at once.", typical: "1.2; 2 for few generations.",
        example: #""perturbation": 1.2"#)),
    .number(
      "resample_probability", \.resampleProbability, in: .between(0, 1),
      synonyms: ["resample", "mutation_rate"],
      help:
        "How often a value that was copied is drawn from its whole range; choices change only so.",
      guidance: .amount(
        tooLow: "What no member began with is out of reach; choices stay as they are.",
        tooHigh: "A search at random from good parameters.", typical: "0.25.",
        example: #""resample_probability": 0.25"#)),
  ]

  package var trialNeed: TrialNeed? {
    TrialNeed(
      key: "population_size", count: populationSize, .known,
      otherwise: "no member goes on from another")
  }

  package func propose(_ query: Query) -> Point { succession(query).point }

  /// What a trial goes on from.
  package struct Succession: Sendable, Equatable {
    package let point: Point
    /// The number of the trial whose parameters it takes; `nil`: it begins with new ones.
    package let parent: Int?

    package init(point: Point, parent: Int?) {
      self.point = point
      self.parent = parent
    }
  }

  /// The hyperparameters of a trial, and whose parameters it goes on with.
  ///
  /// - Parameter query: whose observations are all trials of the generations before.
  package func succession(_ query: Query) -> Succession {
    let member = query.number % populationSize
    let begin = Succession(point: SobolSearch.point(query), parent: nil)
    guard query.number >= populationSize else { return begin }
    let trials = Trials(query)
    let last = max(0, trials.points.count - populationSize)..<trials.points.count
    let ranked = trials.bestFirst.filter { last.contains($0) && trials.losses[$0].isFinite }
    guard !ranked.isEmpty else { return begin }
    let share = max(1, Int(quantileFraction * Double(populationSize)))
    let own = last.lowerBound + member
    // Those that failed are among the worst; whoever else is left goes on.
    let keeps = max(1, last.count - max(share, last.count - ranked.count))
    if ranked.prefix(keeps).contains(own) {
      return Succession(point: trials.points[own], parent: trials.numbers[own])
    }
    var random = RandomSequence(seed: query.seed, .population, step: query.number)
    let parent = ranked[random.index(below: min(share, keeps))]
    return Succession(
      point: changed(trials.points[parent], in: query.space, &random),
      parent: trials.numbers[parent])
  }

  private func changed(
    _ point: Point, in space: SearchSpace, _ random: inout RandomSequence
  ) -> Point {
    var values = [Double?](repeating: nil, count: point.values.count)
    for index in values.indices where space.isActive(index, in: values) {
      let domain = space.dimensions[index].domain
      let isDrawn = random.uniform() < resampleProbability
      let (unit, grows) = (random.uniform(), random.uniform() < 0.5)
      guard let value = point.values[index], !isDrawn else {
        values[index] = domain.value(at: unit)
        continue
      }
      values[index] = moved(value, in: domain, grows: grows)
    }
    return Point(values)
  }

  /// The least move of a number that is not logarithmic, as a share of its range: at 0 no factor moves it.
  private static let leastMove = 0.02

  private func moved(_ value: Double, in domain: Domain, grows: Bool) -> Double {
    let scaled = grows ? value * perturbation : value / perturbation
    switch domain {
    case .category: return value
    case .real(_, _, isLogarithmic: true): return domain.nearest(to: scaled)
    case .real(let low, let high, isLogarithmic: false):
      let move = max(abs(scaled - value), Self.leastMove * (high - low))
      return domain.nearest(to: grows ? value + move : value - move)
    case .integer(_, _, let step, let isLogarithmic):
      let least = isLogarithmic ? 0 : Self.leastMove * domain.valueCount * Double(step)
      let move = max(abs(scaled - value), least, Double(step))
      return domain.nearest(to: grows ? value + move : value - move)
    }
  }
}

import Configuration

/// Evolution: `CovarianceAdaptation` where all hyperparameters are numbers that are always there,
/// `GeneticAlgorithm` where there are choices or conditions.
package struct EvolutionarySearch: SearchAlgorithm {
  package static let type = "evolutionary"
  package static let synonyms = ["cma", "cmaes", "cma-es", "cma_es", "genetic", "ga", "nsga2"]
  package static let summary = "CMA-ES for numbers; a genetic algorithm with choices or conditions."
  package static let isAdaptive = true
  package static let guidance = Guidance.choice(
    """
    For hundreds to thousands of trials: of numbers that depend on each other (CMA-ES turns with \
    their valleys), or of many choices. With fewer than about 100 trials take tpe.
    """,
    typical: "As it is, with 200 or more trials.",
    example: #""algorithm": {"type": "evolutionary", "step_size": 0.14}"#)

  package var populationSize: Int?
  package var stepSize = 0.14

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "population_size", \.populationSize, in: .between(4, 1_000_000),
      synonyms: ["popsize", "population", "lambda", "n_population"],
      help: """
        Trials of a generation; without it 4 + 3 ln n of n numbers, and with choices or conditions \
        as many parents as a fifth of the trials, at least 15.
        """,
      guidance: .amount(
        tooLow: "It runs into the next minimum, and noise leads it astray.",
        tooHigh: "Few generations: it is still searching coarsely when the trials are used up.",
        typical: "Absent; 20 to 50 for noisy results or many minima, with 1,000 trials.",
        example: #""population_size": 20"#)),
    .number(
      "step_size", \.stepSize, in: .inside(0, 1), synonyms: ["sigma", "sigma0"],
      help: """
        The first standard deviation around the middle as a share of each range; of numbers \
        without choices and conditions.
        """,
      guidance: .amount(
        tooLow: "It sees the middle only, and takes generations to get away from there.",
        tooHigh: "Much lies at the bounds, and it takes generations to contract.",
        typical: "0.1 to 0.3.",
        example: #""step_size": 0.14"#)),
  ]

  package var trialNeed: TrialNeed? {
    populationSize.map {
      TrialNeed(
        key: "population_size", count: $0, .known,
        otherwise: "no trial comes after a whole generation")
    }
  }

  package func propose(_ query: Query) -> Point {
    let dimensions = query.space.dimensions
    guard !dimensions.isEmpty else { return Point([]) }
    if query.space.isUnconditional, dimensions.allSatisfy({ !$0.domain.isCategory }) {
      return EvolutionStrategy(query, populationSize: populationSize, stepSize: stepSize).propose()
    }
    return GeneticAlgorithm(query, parentCount: populationSize)?.propose()
      ?? SobolSearch.point(query)
  }
}

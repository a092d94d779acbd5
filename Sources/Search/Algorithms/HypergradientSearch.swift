import Configuration

/// One training in which the learning rate and the weight decay are adapted by their own gradients; the values
/// of a trial are those that it starts from. The first trial starts from the values of the configuration,
/// further ones, and whatever else is searched, from the points of a scrambled Sobol sequence.
package struct HypergradientSearch: SearchAlgorithm {
  package static let type = "hypergradient"
  package static let synonyms = ["hypergradient_descent", "gradient", "gradient_based"]
  package static let summary =
    "Adapts learning rate and weight decay by their own gradients, while training."
  package static let isAdaptive = false
  package static let guidance = Guidance.choice(
    """
    Where a training is so long that there is time for one only, or for an order of magnitude to begin \
    with. It looks one step ahead, which favours rates that are a little small; tpe sees what a rate comes \
    to in the end.
    """,
    typical: "One trial, with learning_rate as log_uniform over four orders of magnitude.",
    example: #""algorithm": "hypergradient""#)

  package var stepSize: Double?

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "step_size", \.stepSize, in: .inside(0, 10), synonyms: ["hypergradient_rate", "beta"],
      help: "As of training.hypergradient; by default as there.",
      guidance: .amount(
        tooLow: "The start decides: a rate that is too small stays so.",
        tooHigh: "A few batches throw the rate up or down.", typical: "Absent.",
        example: #""step_size": 0.4"#))
  ]

  package func propose(_ query: Query) -> Point {
    let sobol = SobolSearch.point(query)
    guard query.number == 0, let start = query.start else { return sobol }
    return start
  }
}

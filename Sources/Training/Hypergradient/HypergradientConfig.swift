import Configuration

/// Hyperparameters of the optimizer that are adapted by their own gradients while training (Baydin, Cornish,
/// Martínez Rubio, Schmidt, Wood, Online Learning Rate Adaptation with Hypergradient Descent, ICLR 2018).
package struct HypergradientConfig: ConfigObject {
  package var learningRate: AdaptedRange?
  package var weightDecay: AdaptedRange?
  package var stepSize = 0.4

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "learning_rate_range", \.learningRate, .object(), synonyms: ["lr_range"],
      help: "Where the learning rate may go; without it the rate is not adapted.",
      guidance: .choice(
        """
        A range around what is usual for the optimizer. The rate begins with the optimizer's own, \
        which may be far too small, and a schedule still multiplies it.
        """,
        typical: "Two orders of magnitude to both sides.",
        example: #""learning_rate_range": {"low": 0.00001, "high": 0.1}"#)),
    Key(
      "weight_decay_range", \.weightDecay, .object(), synonyms: ["wd_range"],
      help: """
        Where the weight decay may go, by the gradient of the validation part; without it the decay \
        is not adapted. For sgd, adamw and lion.
        """,
      guidance: .choice(
        """
        Where the validation loss rises while the training loss falls, and nobody knows how much decay \
        that wants. What the validation part decides about it no longer judges fairly.
        """,
        typical: "Absent; 1e-5 to 1 for adamw.",
        example: #""weight_decay_range": {"low": 0.00001, "high": 1}"#)),
    .number(
      "step_size", \.stepSize, in: .inside(0, 10), synonyms: ["beta", "hypergradient_rate"],
      help: "How fast the logarithms move, for each update at the start and ever less later.",
      guidance: .amount(
        tooLow: "The start decides: a rate that is too small stays so.",
        tooHigh: "A few batches throw the rate up or down.", typical: "0.4.",
        example: #""step_size": 0.4"#)),
  ]
}

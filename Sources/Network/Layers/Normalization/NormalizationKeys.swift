import Configuration
import Numerics

/// A layer that scales and shifts what it normalized: `y = gamma · x̂ + beta`.
protocol NormalizationConfig: LayerConfig {
  var epsilon: Double { get set }
  var affine: Bool { get set }
  var gammaInitializer: any Initializer { get set }
  var betaInitializer: any Initializer { get set }
}

extension Key where Root: NormalizationConfig {
  static var epsilon: Key {
    .number(
      "epsilon", \.epsilon, in: .above(0), synonyms: ["eps"],
      help: "Added to the variance, so that nothing is divided by zero.",
      guidance: .amount(
        tooLow: "Channels that hardly vary are blown up to noise: the loss spikes.",
        tooHigh: "Channels of small variance come out small: the normalization hardly acts.",
        typical: "1e-5 in PyTorch, 1e-3 in Keras.",
        example: #""epsilon": 1e-5"#))
  }

  static var affine: Key {
    .boolean(
      "affine", \.affine, synonyms: ["scale", "center", "elementwise_affine"],
      help: "Whether a scale (gamma) and a shift (beta) are learned.",
      guidance: .choice(
        """
        true nearly always: the scale gives back what the normalization takes. false to save \
        the parameters where a linear layer follows at once, which can scale by itself.
        """,
        typical: "true in PyTorch and Keras.",
        example: #""affine": true"#))
  }

  static var gammaInitializer: Key {
    Key(
      "gamma_initializer", \.gammaInitializer, Initializers.catalog.codec,
      help: "First values of the scale.",
      guidance: .choice(
        """
        ones; zeros in the last normalization of a residual block, which then begins as if \
        it were not there (Goyal et al. 2017).
        """,
        typical: "ones in PyTorch and Keras.",
        example: #""gamma_initializer": "zeros""#))
  }

  static var betaInitializer: Key {
    Key(
      "beta_initializer", \.betaInitializer, Initializers.catalog.codec,
      help: "First values of the shift.",
      guidance: .choice(
        """
        zeros; a small constant keeps units of a relu behind it open at first, which is \
        seldom needed.
        """,
        typical: "zeros in PyTorch and Keras.",
        example: #""beta_initializer": "zeros""#))
  }
}

extension NormalizationConfig {
  /// Plans scale and shift of so many channels, if they are learned.
  func planAffine(
    _ count: Int, _ plan: inout NetworkPlan
  ) -> (gamma: Parameter, beta: Parameter)? {
    guard affine else {
      warnOfInitializers(&plan)
      return nil
    }
    let shape = Shape(count)
    let fans = Fans(input: count, output: count)
    return (
      plan.parameter("gamma", shape, role: .normalization, gammaInitializer, fans: fans),
      plan.parameter("beta", shape, role: .normalization, betaInitializer, fans: fans)
    )
  }

  private func warnOfInitializers(_ plan: inout NetworkPlan) {
    if !(gammaInitializer is Ones) {
      plan.warn(
        key: "gamma_initializer", code: "inert",
        "an initializer for the scale, and \"affine\" is false")
    }
    if !(betaInitializer is Zeros) {
      plan.warn(
        key: "beta_initializer", code: "inert",
        "an initializer for the shift, and \"affine\" is false")
    }
  }
}

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
      help: "Added to the variance, so that nothing is divided by zero.")
  }

  static var affine: Key {
    .boolean(
      "affine", \.affine, synonyms: ["scale", "center", "elementwise_affine"],
      help: "Whether a scale (gamma) and a shift (beta) are learned.")
  }

  static var gammaInitializer: Key {
    Key(
      "gamma_initializer", \.gammaInitializer, Initializers.catalog.codec,
      help: "First values of the scale.")
  }

  static var betaInitializer: Key {
    Key(
      "beta_initializer", \.betaInitializer, Initializers.catalog.codec,
      help: "First values of the shift.")
  }
}

extension NormalizationConfig {
  /// Plans scale and shift of so many channels, if they are learned.
  func planAffine(
    _ count: Int, _ plan: inout NetworkPlan
  ) -> (gamma: Parameter, beta: Parameter)? {
    guard affine else { return nil }
    let shape = Shape(count)
    let fans = Fans(input: count, output: count)
    return (
      plan.parameter("gamma", shape, role: .normalization, gammaInitializer, fans: fans),
      plan.parameter("beta", shape, role: .normalization, betaInitializer, fans: fans)
    )
  }
}

import Configuration
import Numerics

/// Uniform between two bounds.
package struct Uniform: Initializer {
  package static let type = "uniform"
  package static let summary = "Uniform in [minimum, maximum)."
  package static let guidance = Guidance.choice(
    """
    To repeat a model that was begun so. Otherwise xavier_uniform, which knows how many \
    inputs there are.
    """,
    typical: "Within ±0.05, Keras's default for embeddings.",
    example: #""kernel_initializer": {"type": "uniform", "minimum": -0.05, "maximum": 0.05}"#)
  package static let synonyms = ["random_uniform"]

  package var minimum = -0.05
  package var maximum = 0.05

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "minimum", \.minimum, synonyms: ["min", "low"], help: "Lower end.",
      guidance: .amount(
        tooLow: "Values far below 0 saturate the units behind; the first loss is huge.",
        tooHigh: "Too near the maximum all units start alike and learn the same.",
        typical: "As far below 0 as the maximum is above: −0.05 in Keras.",
        example: #""minimum": -0.1, "maximum": 0.1"#)),
    .number(
      "maximum", \.maximum, synonyms: ["max", "high"], help: "Upper end.",
      guidance: .amount(
        tooLow: "Too near the minimum all units start alike and learn the same.",
        tooHigh: "Values far above 0 saturate the units behind; the first loss is huge.",
        typical: "0.05 in Keras; 1 / √inputs in PyTorch's layers.",
        example: #""minimum": -0.1, "maximum": 0.1"#)),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    guard minimum > maximum else { return }
    reading.report(
      code: "contradiction",
      "'minimum' (\(JSONNumber(minimum).text)) is larger than 'maximum' (\(JSONNumber(maximum).text))",
      at: (json["minimum"] ?? json).location)
  }

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    values.fillUniform(minimum, maximum, random)
  }
}

/// Normal with a given mean and standard deviation.
package struct Normal: Initializer {
  package static let type = "normal"
  package static let summary = "Normal with mean and standard_deviation."
  package static let guidance = Guidance.choice(
    """
    Embeddings and transformers, by a deviation from their papers. Elsewhere he_normal \
    or xavier_normal, which know how many inputs there are.
    """,
    typical: "A deviation of 0.02 in GPT-2.",
    example: #""kernel_initializer": {"type": "normal", "standard_deviation": 0.02}"#)
  package static let synonyms = ["random_normal", "gaussian"]

  package var mean = 0.0
  package var standardDeviation = 0.05

  package init() {}

  init(standardDeviation: Double) { self.standardDeviation = standardDeviation }

  package static let keys: [Key<Self>] = [
    .number(
      "mean", \.mean, help: "Mean.",
      guidance: .amount(
        tooLow: """
          Below 0, sums over many inputs drift down: units of a relu behind them may never \
          open.
          """,
        tooHigh: "Above 0, sums over many inputs drift up and saturate the units behind them.",
        typical: "0 for kernels; anything else is for scales and biases.",
        example: #""mean": 0.0, "standard_deviation": 0.02"#)),
    .number(
      "standard_deviation", \.standardDeviation, in: .atLeast(0), synonyms: ["std", "stddev"],
      help: "Standard deviation.",
      guidance: .amount(
        tooLow: """
          Signals shrink from layer to layer: the loss stays where it began for many \
          iterations.
          """,
        tooHigh: "Signals grow from layer to layer: the first loss is huge, or not a number.",
        typical: """
          0.05 in Keras, 0.02 in GPT-2 and BERT; 1 / √inputs is what other initializers choose \
          by themselves.
          """,
        example: #""standard_deviation": 0.02"#)),
  ]

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    values.fillNormal(mean: mean, standardDeviation: standardDeviation, random)
  }
}

/// Normal, but values beyond two standard deviations are drawn again. The deviation is that of the
/// normal distribution before it is cut, as in PyTorch and Keras.
package struct TruncatedNormal: Initializer {
  package static let type = "truncated_normal"
  package static let summary = "Normal, cut off at two standard deviations."
  package static let guidance = Guidance.choice(
    "As normal, without the rare large values that saturate a unit from the start.",
    typical: "A deviation of 0.02 in BERT and ViT.",
    example: #""kernel_initializer": {"type": "truncated_normal", "standard_deviation": 0.02}"#)
  package static let synonyms = ["trunc_normal"]

  package var mean = 0.0
  package var standardDeviation = 0.05

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "mean", \.mean, help: "Mean.",
      guidance: .amount(
        tooLow: """
          Below 0, sums over many inputs drift down: units of a relu behind them may never \
          open.
          """,
        tooHigh: "Above 0, sums over many inputs drift up and saturate the units behind them.",
        typical: "0 for kernels; anything else is for scales and biases.",
        example: #""mean": 0.0, "standard_deviation": 0.02"#)),
    .number(
      "standard_deviation", \.standardDeviation, in: .atLeast(0), synonyms: ["std", "stddev"],
      help: "Standard deviation of the whole normal distribution.",
      guidance: .amount(
        tooLow: """
          Signals shrink from layer to layer: the loss stays where it began for many \
          iterations.
          """,
        tooHigh: "Signals grow from layer to layer: the first loss is huge, or not a number.",
        typical: """
          0.05 in Keras, 0.02 in GPT-2 and BERT; 1 / √inputs is what other initializers choose \
          by themselves.
          """,
        example: #""standard_deviation": 0.02"#)),
  ]

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    for index in values.indices {
      // Each value has numbers of its own to draw from again; one try in twenty-two fails.
      var attempt = 0
      var value = random.normal(index)
      while abs(value) > 2, attempt < 64 {
        attempt += 1
        value = random.normal((attempt << 32) + index)
      }
      values[index] = Float(mean + standardDeviation * min(2, max(-2, value)))
    }
  }
}

import Configuration
import Numerics

/// Uniform between two bounds.
package struct Uniform: Initializer {
  package static let type = "uniform"
  package static let summary = "Uniform in [minimum, maximum)."
  package static let synonyms = ["random_uniform"]

  package var minimum = -0.05
  package var maximum = 0.05

  package init() {}

  package static let keys: [Key<Self>] = [
    .number("minimum", \.minimum, synonyms: ["min", "low"], help: "Lower end."),
    .number("maximum", \.maximum, synonyms: ["max", "high"], help: "Upper end."),
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
  package static let synonyms = ["random_normal", "gaussian"]

  package var mean = 0.0
  package var standardDeviation = 0.05

  package init() {}

  init(standardDeviation: Double) { self.standardDeviation = standardDeviation }

  package static let keys: [Key<Self>] = [
    .number("mean", \.mean, help: "Mean."),
    .number(
      "standard_deviation", \.standardDeviation, in: .atLeast(0), synonyms: ["std", "stddev"],
      help: "Standard deviation."),
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
  package static let synonyms = ["trunc_normal"]

  package var mean = 0.0
  package var standardDeviation = 0.05

  package init() {}

  package static let keys: [Key<Self>] = [
    .number("mean", \.mean, help: "Mean."),
    .number(
      "standard_deviation", \.standardDeviation, in: .atLeast(0), synonyms: ["std", "stddev"],
      help: "Standard deviation of the whole normal distribution."),
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

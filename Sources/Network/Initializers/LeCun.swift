import Configuration
import Numerics

/// Uniform with variance 1 / fan in: bound √(3 / fan in) (LeCun, Bottou, Orr, Müller, Efficient
/// BackProp, 1998).
package struct LeCunUniform: Initializer {
  package static let type = "lecun_uniform"
  package static let summary = "Uniform with variance 1 / fan in, made for SELU and tanh."
  package static let guidance = Guidance.choice(
    "As lecun_normal with another shape of distribution, which seldom matters.",
    typical: "Networks of the 1990s with tanh.",
    example: #""kernel_initializer": "lecun_uniform""#)

  package var scale = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [.scale(\.scale)]

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    let bound = scale * (3 / Double(fans.input)).squareRoot()
    values.fillUniform(-bound, bound, random)
  }
}

/// Normal with variance 1 / fan in (LeCun, Bottou, Orr, Müller, Efficient BackProp, 1998).
package struct LeCunNormal: Initializer {
  package static let type = "lecun_normal"
  package static let summary = "Normal with variance 1 / fan in, made for SELU and tanh."
  package static let guidance = Guidance.choice(
    "Layers before selu, which needs it; last layers of about as many inputs as outputs.",
    typical: "Self-normalizing networks (Klambauer et al. 2017).",
    example: #""kernel_initializer": "lecun_normal""#)
  package static let synonyms = ["lecun"]

  package var scale = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [.scale(\.scale)]

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    let deviation = scale * (1 / Double(fans.input)).squareRoot()
    values.fillNormal(mean: 0, standardDeviation: deviation, random)
  }
}

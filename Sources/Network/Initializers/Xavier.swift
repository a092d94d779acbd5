import Configuration
import Numerics

/// Uniform with variance 2 / (fan in + fan out): bound √(6 / (fan in + fan out)) (Glorot and Bengio,
/// AISTATS 2010).
package struct XavierUniform: Initializer {
  package static let type = "xavier_uniform"
  package static let aliases = ["glorot_uniform"]
  package static let summary = "Uniform with variance 2 / (fan in + fan out)."
  package static let guidance = Guidance.choice(
    """
    Layers before tanh, sigmoid, softmax or nothing. Before relu signals shrink by √2 \
    with each layer: he_normal.
    """,
    typical: "Keras's default.",
    example: #""kernel_initializer": "xavier_uniform""#)
  package static let synonyms = ["xavier", "glorot"]

  package var scale = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [.scale(\.scale)]

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    let bound = scale * (6 / Double(fans.input + fans.output)).squareRoot()
    values.fillUniform(-bound, bound, random)
  }
}

/// Normal with variance 2 / (fan in + fan out) (Glorot and Bengio, AISTATS 2010).
package struct XavierNormal: Initializer {
  package static let type = "xavier_normal"
  package static let aliases = ["glorot_normal"]
  package static let summary = "Normal with variance 2 / (fan in + fan out)."
  package static let guidance = Guidance.choice(
    "As xavier_uniform with another shape of distribution, which seldom matters.",
    typical: "Papers that say Glorot normal.",
    example: #""kernel_initializer": "xavier_normal""#)

  package var scale = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [.scale(\.scale)]

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    let deviation = scale * (2 / Double(fans.input + fans.output)).squareRoot()
    values.fillNormal(mean: 0, standardDeviation: deviation, random)
  }
}

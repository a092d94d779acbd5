import Configuration
import Numerics

/// Uniform with variance 2 / fan in: bound √(6 / fan in) (He, Zhang, Ren, Sun, ICCV 2015).
package struct HeUniform: Initializer {
  package static let type = "he_uniform"
  package static let summary = "Uniform with variance 2 / fan in, made for ReLU."
  package static let guidance = Guidance.choice(
    "As he_normal with another shape of distribution, which seldom matters.",
    typical: "Dense layers before relu.",
    example: #""kernel_initializer": "he_uniform""#)
  package static let synonyms = ["kaiming_uniform"]

  package var scale = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [.scale(\.scale)]

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    let bound = scale * (6 / Double(fans.input)).squareRoot()
    values.fillUniform(-bound, bound, random)
  }
}

/// Normal with variance 2 / fan in (He, Zhang, Ren, Sun, ICCV 2015).
package struct HeNormal: Initializer {
  package static let type = "he_normal"
  package static let summary = "Normal with variance 2 / fan in, made for ReLU."
  package static let guidance = Guidance.choice(
    """
    Layers before relu, leaky_relu, elu, gelu and swish. Before tanh or a last layer: \
    xavier_uniform.
    """,
    typical: "Residual networks (He et al. 2015).",
    example: #""kernel_initializer": "he_normal""#)
  package static let synonyms = ["he", "kaiming", "kaiming_normal"]

  package var scale = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [.scale(\.scale)]

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    let deviation = scale * (2 / Double(fans.input)).squareRoot()
    values.fillNormal(mean: 0, standardDeviation: deviation, random)
  }
}

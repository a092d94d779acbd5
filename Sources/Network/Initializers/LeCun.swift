import Configuration
import Numerics

/// Uniform with variance 1 / fan in: bound √(3 / fan in) (LeCun, Bottou, Orr, Müller, Efficient
/// BackProp, 1998).
package struct LeCunUniform: Initializer {
  package static let type = "lecun_uniform"
  package static let summary = "Uniform with variance 1 / fan in, made for SELU and tanh."

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

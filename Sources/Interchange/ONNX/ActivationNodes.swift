import Configuration
import Network

extension Graph {
  /// Writes an activation along the last dimension, or another one where channels lie elsewhere.
  ///
  /// - Parameters:
  ///   - axis: the dimension that a rowwise function works along.
  ///   - place: the layer, for an error.
  /// - Throws: `Failure` naming an activation that cannot be written.
  mutating func activate(
    _ value: Value, _ activation: any Activation, axis: Int, at place: LayerPlace
  ) throws -> Value {
    switch activation {
    case is Linear: return value
    case is ReLU: return node(Node(.relu), value)
    case let leaky as LeakyReLU:
      return node(Node(.leakyRelu).with("alpha", Float(leaky.negativeSlope)), value)
    case let elu as ELU: return node(Node(.elu).with("alpha", Float(elu.alpha)), value)
    case is SELU:
      return node(Node(.selu).with("alpha", SELU.alpha).with("gamma", SELU.scale), value)
    case let gelu as GELU: return activate(value, gelu)
    case is Sigmoid: return node(Node(.sigmoid), value)
    case is Tanh: return node(Node(.tanh), value)
    case is Softmax: return node(Node(.softmax).with("axis", axis), value)
    case is Softplus: return node(Node(.softplus), value)
    case let swish as Swish:
      let steepness = number(Float(swish.beta), named: "beta")
      let scaled = swish.beta == 1 ? value : node(Node(.mul), value, steepness)
      let gate = node(Node(.sigmoid), scaled)
      return node(Node(.mul), value, gate)
    default:
      throw place.failure("the activation \(type(of: activation).type) has no operator in ONNX")
    }
  }

  /// σ as `1 / (1 + exp(−x))`, for probabilities: the operator Sigmoid of a runtime may be a rational function that is
  /// off by a part of small ones, and 0 below −18.
  mutating func logistic(_ value: Value) -> Value {
    let one = number(Float(1), named: "one")
    let odds = node(Node(.exp), node(Node(.neg), value))
    return node(Node(.div), one, node(Node(.add), odds, one))
  }

  /// The operator Gelu came with operator set 20 only.
  private mutating func activate(_ value: Value, _ gelu: GELU) -> Value {
    let half = number(Float(0.5), named: "half")
    let one = number(Float(1), named: "one")
    let inner: Value
    switch gelu.approximation {
    case .none:
      let divisor = number(Float(2).squareRoot(), named: "root")
      let scaled = node(Node(.div), value, divisor)
      inner = node(Node(.erf), scaled)
    case .tanh:
      let scale = number(GELU.tanhScale, named: "scale")
      let cube = number(GELU.tanhCube, named: "cube")
      let square = node(Node(.mul), value, value)
      let weighted = node(Node(.mul), square, cube)
      let factor = node(Node(.add), weighted, one)
      let argument = node(Node(.mul), value, factor)
      let scaled = node(Node(.mul), argument, scale)
      inner = node(Node(.tanh), scaled)
    }
    let sum = node(Node(.add), inner, one)
    let share = node(Node(.mul), sum, half)
    return node(Node(.mul), value, share)
  }
}

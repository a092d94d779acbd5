import Network
import Numerics
import TestSupport

/// Compares the gradients that a network computes with central differences of a loss.
///
/// The loss is the sum of the outputs, each with a random weight, added in double precision. Each
/// array (the values that arrive at the layers under test, and each parameter) is moved along
/// random directions of length 1.
///
/// Where a function has a kink, such as ReLU at 0, a difference across it is wrong by chance. So
/// each direction is tried with a long and a short step, and the whole check at three random points:
/// a derivative that is wrong shows in all of them.
struct GradientCheck {
  private let model: TestNetwork
  private let mode: Pass.Mode
  /// What arrives at the layers under test, where it has a gradient.
  private let arriving: Slot?
  private let outputWeights: [Float]
  private var generator: SplitMix64

  private static let steps: [Float] = [1 / 256, 1 / 4096]

  /// The error of layers, written as the items of a list, at the best of the points.
  ///
  /// - Parameter mode: `differentiation` compares with the outputs of evaluation.
  static func error(
    layers: String, input: Shape, rows: Int, vocabularySize: Int? = nil,
    mode: Pass.Mode = .training
  ) throws -> Double {
    try [1, 2, 3].map { (seed: UInt64) in
      var check = try GradientCheck(
        layers: layers, input: input, rows: rows, vocabularySize: vocabularySize, mode: mode,
        seed: seed)
      return check.largestError()
    }.min() ?? .infinity
  }

  private init(
    layers: String, input: Shape, rows: Int, vocabularySize: Int?, mode: Pass.Mode, seed: UInt64
  ) throws {
    self.mode = mode
    model = try TestNetwork.random(
      layers, input: input, rows: rows, vocabularySize: vocabularySize)
    arriving = vocabularySize == nil ? model.network.layers[0].output : nil
    generator = SplitMix64(seed: seed)
    outputWeights = generator.floats(rows * model.network.answers.shape.count)
    model.fillParameters(seed: seed &+ 1)
    model.fillInput(vocabularySize: vocabularySize, &generator)
  }

  /// The largest error of a directional derivative, relative to the length of the gradient.
  private mutating func largestError() -> Double {
    model.network.forward(model.memory, model.pass(mode))
    model.gradients(model.network.answers).fill(outputWeights)
    model.network.backward(model.memory, model.pass(mode))

    var arrays: [(UnsafeMutableBufferPointer<Float>, [Float])] = []
    // Numbers pass the first layer as they are; tokens have no gradient.
    if let arriving {
      arrays.append((model.values(arriving), Array(model.gradients(arriving))))
    }
    for parameter in model.memory.plan.parameters where parameter.isTrainable {
      arrays.append((model.values(parameter), Array(model.gradients(parameter))))
    }
    return arrays.reduce(0) { max($0, error(of: $1.1, for: $1.0)) }
  }

  private mutating func error(
    of gradient: [Float], for values: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let origin = Array(values)
    defer { values.fill(origin) }
    let scale = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    var largest = 0.0
    for _ in 0..<4 {
      let direction = unitDirection(count: origin.count)
      let derivative = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      let errors = Self.steps.map { step in
        values.fill(zip(origin, direction).map { $0 + step * $1 })
        let above = loss()
        values.fill(zip(origin, direction).map { $0 - step * $1 })
        let below = loss()
        let difference = (above - below) / (2 * Double(step))
        return abs(difference - derivative) / max(scale, 1e-3)
      }
      let error = errors.min() ?? .infinity
      largest = error.isFinite ? max(largest, error) : .infinity
    }
    return largest
  }

  private mutating func unitDirection(count: Int) -> [Float] {
    let direction = generator.floats(count)
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return direction.map { $0 / length }
  }

  private func loss() -> Double {
    let first = arriving == nil ? 0 : 1
    let pass = model.pass(mode == .training ? .training : .evaluation)
    for layer in model.network.layers[first...] { layer.forward(model.memory, pass) }
    return zip(model.values(model.network.answers), outputWeights)
      .reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}

import Configuration
import Numerics

/// A penalty on the size of a kernel, `l1 · Σ|w| + l2 · Σw²`, which adds `l1 · sign(w) + 2 · l2 · w` to
/// its gradient. The loss that is reported does not include it.
package struct Penalty: Sendable, Equatable {
  package var l1: Double
  package var l2: Double

  package init(l1: Double, l2: Double) {
    self.l1 = l1
    self.l2 = l2
  }

  package var isNone: Bool { l1 == 0 && l2 == 0 }
}

extension Key {
  package static func l1(_ property: WritableKeyPath<Root, Double> & Sendable) -> Key {
    .number(
      "l1", property, in: .atLeast(0), help: "Weight of the sum of absolute values.", guidance: .l1)
  }

  package static func l2(_ property: WritableKeyPath<Root, Double> & Sendable) -> Key {
    .number("l2", property, in: .atLeast(0), help: "Weight of the sum of squares.", guidance: .l2)
  }

  static func l1(_ property: WritableKeyPath<Root, Double?> & Sendable) -> Key {
    .number(
      "l1", property, in: .atLeast(0),
      help: "Weight of the sum of the kernel's absolute values; wins over training.regularization.",
      guidance: .l1)
  }

  static func l2(_ property: WritableKeyPath<Root, Double?> & Sendable) -> Key {
    .number(
      "l2", property, in: .atLeast(0),
      help: "Weight of the sum of the kernel's squares; wins over training.regularization.",
      guidance: .l2)
  }
}

// The same for a layer as for all of them.
extension Guidance {
  fileprivate static let l1 = Guidance.amount(
    tooLow: "All inputs keep some weight, also those that say nothing.",
    tooHigh: "Weights of useful inputs vanish as well: the training loss rises.",
    typical: """
      1e-5 to 1e-3 in networks; 0.01 to 0.2 to choose the inputs of a linear model with \
      scaled data.
      """,
    example: #""l1": 1e-4"#)

  fileprivate static let l2 = Guidance.amount(
    tooLow: "The network overfits: the training loss falls on while the validation loss rises.",
    tooHigh: """
      Kernels are drawn to zero: training and validation loss both stay high, close \
      together.
      """,
    typical: """
      1e-5 to 1e-3; half of what PyTorch calls weight_decay, since it weighs the squares \
      themselves.
      """,
    example: #""l2": 1e-4"#)
}

/// Adds the gradient of a penalty to that of a kernel.
package struct PenaltyKernel: TileKernel {
  private let values: UnsafePointer<Float>
  private let gradients: UnsafeMutablePointer<Float>
  private let count: Int
  private let l1: Float
  private let twiceL2: Float

  package init(_ penalty: Penalty, _ parameter: Parameter, memory: Memory) {
    values = UnsafePointer(memory.value(parameter))
    gradients = memory.gradient(parameter)
    count = parameter.shape.count
    l1 = Float(penalty.l1)
    twiceL2 = Float(2 * penalty.l2)
  }

  package var tileCount: Int { Tiling.tiles(elements: count) }

  package static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: PenaltyKernel.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let (values, gradients) = (self.values, self.gradients)
    let (l1, twiceL2) = (self.l1, self.twiceL2)
    for index in Tiling.range(of: tile, count: count) {
      let value = values[index]
      let sign: Float = value > 0 ? 1 : value < 0 ? -1 : 0
      gradients[index] += l1 * sign + twiceL2 * value
    }
  }
}

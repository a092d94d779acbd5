import Configuration
import Numerics

/// A rule that moves parameters against their gradients; the configured object is the rule.
package protocol Optimizer: ConfigVariant {
  var learningRate: Double { get set }
  /// Flat arrays as long as the parameters that the rule keeps from step to step; zero at first.
  var stateCount: Int { get }

  /// Updates a range of parameters.
  ///
  /// - Parameters:
  ///   - step: the number of the update, counted from 1.
  ///   - learningRate: of this step, as the schedule says.
  func update(_ range: UpdateRange, step: Int, learningRate: Double)
}

/// A range of the flat arrays: as many parameters, gradients and states, as vectors.
package struct UpdateRange {
  package let parameters: Vectors
  package let gradients: Vectors
  /// How many vectors.
  package let count: Int
  fileprivate let firstState: UnsafeMutablePointer<Float>?
  fileprivate let stateStride: Int

  /// The optimizer's array of that number, at the range.
  ///
  /// - Precondition: `index` is below the optimizer's `stateCount`.
  package func state(_ index: Int) -> Vectors {
    guard let firstState else { preconditionFailure("the optimizer has no state") }
    return Vectors(firstState + index * stateStride)
  }
}

/// Everything that `training.optimizer` can name.
package enum Optimizers {
  package static let catalog = Catalog<any Optimizer>(
    kind: "optimizer", defaultType: Adam.type,
    [
      entry(SGD.self),
      entry(Adam.self),
      entry(AdamW.self),
      entry(AMSGrad.self),
      entry(NAdam.self),
      entry(Adamax.self),
      entry(RMSprop.self),
      entry(Adagrad.self),
      entry(Adadelta.self),
      entry(Lion.self),
    ],
    describe: { $0 })

  private static func entry<Config: Optimizer>(
    _ config: Config.Type
  ) -> Catalog<any Optimizer>.Entry {
    .init(config) { $0 }
  }
}

extension Key where Root: Optimizer {
  static var learningRate: Key {
    .number(
      "learning_rate", \.learningRate, in: .above(0), synonyms: ["lr", "eta", "step_size", "rate"],
      help: "Size of the steps; a schedule changes it while training.")
  }
}

// Keys that several optimizers share.
extension Key {
  static func beta1(_ property: WritableKeyPath<Root, Double> & Sendable) -> Key {
    .number(
      "beta1", property, in: .from(0, below: 1), synonyms: ["beta_1"],
      help: "How much of the mean gradient is kept at each step.")
  }

  static func beta2(_ property: WritableKeyPath<Root, Double> & Sendable) -> Key {
    .number(
      "beta2", property, in: .from(0, below: 1), synonyms: ["beta_2"],
      help: "How much of the second mean is kept at each step.")
  }

  static func epsilon(_ property: WritableKeyPath<Root, Double> & Sendable) -> Key {
    .number(
      "epsilon", property, in: .above(0), synonyms: ["eps"],
      help: "Keeps the divisor from zero.")
  }

  static func weightDecay(_ property: WritableKeyPath<Root, Double> & Sendable) -> Key {
    .number(
      "weight_decay", property, in: .atLeast(0), synonyms: ["decay", "wd"],
      help: "Adds this multiple of every parameter to its gradient.")
  }

  static func decoupledWeightDecay(_ property: WritableKeyPath<Root, Double> & Sendable) -> Key {
    .number(
      "weight_decay", property, in: .atLeast(0), synonyms: ["decay", "wd"],
      help: "Share of every parameter that each step takes off, times the learning rate.")
  }
}

/// One update of all parameters, cut into tiles.
package struct OptimizerKernel: TileKernel {
  private let optimizer: any Optimizer
  private let parameters: UnsafeMutablePointer<Float>
  private let gradients: UnsafeMutablePointer<Float>
  private let states: UnsafeMutablePointer<Float>?
  private let count: Int
  private let step: Int
  private let learningRate: Double

  package init?(_ optimizer: any Optimizer, memory: Memory, step: Int, learningRate: Double) {
    guard let parameters = memory.parameters.baseAddress,
      let gradients = memory.gradients.baseAddress
    else { return nil }
    self.optimizer = optimizer
    self.parameters = parameters
    self.gradients = gradients
    states = optimizer.stateCount > 0 ? memory.optimizerState(0).baseAddress : nil
    count = memory.parameters.count
    self.step = step
    self.learningRate = learningRate
  }

  package static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: OptimizerKernel.self).pointee.run(tile) }
  }

  package var tileCount: Int { Tiling.tiles(elements: count, of: tileSize) }

  /// At most 1,024 tiles, whatever the size of the model.
  private var tileSize: Int { max(Tiling.elements, (count / 1024 + 15) / 16 * 16 + 16) }

  private func run(_ tile: Int) {
    let first = tile * tileSize
    let range = UpdateRange(
      parameters: Vectors(parameters + first), gradients: Vectors(gradients + first),
      count: (min(count, first + tileSize) - first) / Vector.scalarCount,
      firstState: states.map { $0 + first }, stateStride: count)
    optimizer.update(range, step: step, learningRate: learningRate)
  }
}

import Configuration
import Numerics

/// A rule that moves parameters against their gradients; the configured object is the rule.
package protocol Optimizer: GuidedVariant {
  var learningRate: Double { get set }
  var weightDecay: Double { get }
  /// Whether a step is linear in the weight decay, as where nothing divides it.
  static var isLinearInDecay: Bool { get }
  /// Flat arrays as long as the parameters that the rule keeps from step to step; zero at first.
  var stateCount: Int { get }

  /// Updates a range of parameters.
  ///
  /// - Parameters:
  ///   - step: the number of the update, counted from 1.
  ///   - learningRate: of this step, as the schedule says.
  ///   - weightDecay: of this step: that of the configuration, unless it is adapted.
  func update(
    _ range: UpdateRange, step: Int, learningRate: Double, weightDecay: Double
  )
}

extension Optimizer {
  package static var isLinearInDecay: Bool { false }

  package static var foreignKeys: [String: ForeignKey] { ["decay": adviceOnDecay] }

  /// In Keras `decay` is of the rate, elsewhere of the weights.
  static var adviceOnDecay: ForeignKey {
    """
    what draws the weights to zero is 'weight_decay'; a rate that falls, as by 'decay' in Keras, \
    is "learning_rate_schedule": "inverse_time"
    """
  }
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
  /// - Parameter typical: values that are usual for the optimizer.
  static func learningRate(typical: String, example: String) -> Key {
    .number(
      "learning_rate", \.learningRate, in: .above(0), synonyms: ["lr", "eta", "step_size", "rate"],
      help: "Size of the steps; a schedule changes it while training.",
      guidance: .amount(
        tooLow: "The loss falls slowly and evenly, and is still falling when the run ends.",
        tooHigh: """
          The loss leaps from epoch to epoch, gets stuck high from the start, or is not a \
          number and the run ends as diverged.
          """,
        typical: typical,
        example: example))
  }
}

// Keys that several optimizers share.
extension Key {
  static func beta1(
    _ property: WritableKeyPath<Root, Double> & Sendable,
    typical: String = "0.9 for almost everything; 0.95 where gradients are very noisy."
  ) -> Key {
    .number(
      "beta1", property, in: .from(0, below: 1), synonyms: ["beta_1"],
      help: "How much of the mean gradient is kept at each step.",
      guidance: .amount(
        tooLow: "Each batch steers for itself: the loss is noisy, all the more with small batches.",
        tooHigh: """
          The direction is that of long ago: the loss overshoots and swings, and answers late \
          when the rate changes.
          """,
        typical: typical,
        example: #""beta1": 0.9"#))
  }

  /// - Parameter guidance: of an optimizer whose second mean is not that of squares.
  static func beta2(
    _ property: WritableKeyPath<Root, Double> & Sendable, guidance: Guidance? = nil
  ) -> Key {
    .number(
      "beta2", property, in: .from(0, below: 1), synonyms: ["beta_2"],
      help: "How much of the second mean is kept at each step.",
      guidance: guidance
        ?? .amount(
          tooLow: """
            The divisor knows the last batches only: it is noisy, rare large gradients count no \
            more than small ones, and the loss may never settle (Reddi, Kale, Kumar 2018).
            """,
          tooHigh: """
            The divisor is old: when gradients grow suddenly, steps are far too large and the \
            loss spikes, and it takes 1 / (1 − beta2) steps to recover.
            """,
          typical: """
            0.999 in PyTorch and Keras; 0.95 to 0.99 for transformers (GPT-3: 0.95), which spike \
            less with it.
            """,
          example: #""beta2": 0.99"#))
  }

  static func epsilon(
    _ property: WritableKeyPath<Root, Double> & Sendable,
    typical: String =
      "1e-8 in PyTorch, 1e-7 in Keras; 1e-6 to 1e-4 where a run spikes late.",
    example: String = #""epsilon": 1e-8"#
  ) -> Key {
    .number(
      "epsilon", property, in: .above(0), synonyms: ["eps"],
      help: "Keeps the divisor from zero.",
      guidance: .amount(
        tooLow: """
          Where gradients are almost zero, noise is blown up to full steps: late in training \
          the loss spikes without a reason.
          """,
        tooHigh: """
          It outweighs the divisor: steps shrink with the gradients as with a slow sgd, and \
          the loss falls slowly.
          """,
        typical: typical,
        example: example))
  }

  static func weightDecay(
    _ property: WritableKeyPath<Root, Double> & Sendable,
    typical: String =
      "0, or 1e-5 to 1e-3; it is divided like the gradients and so acts unevenly, which adamw mends.",
    example: String = #""weight_decay": 1e-4"#
  ) -> Key {
    .number(
      "weight_decay", property, in: .atLeast(0), synonyms: ["decay", "wd"],
      help: "Adds this multiple of every parameter to its gradient.",
      guidance: .amount(
        tooLow: "The network overfits: the training loss falls on while the validation loss rises.",
        tooHigh: """
          The parameters are drawn to zero: training and validation loss both stay high, close \
          together.
          """,
        typical: typical,
        example: example))
  }

  static func decoupledWeightDecay(
    _ property: WritableKeyPath<Root, Double> & Sendable, typical: String, example: String
  ) -> Key {
    .number(
      "weight_decay", property, in: .atLeast(0), synonyms: ["decay", "wd"],
      help: "Share of every parameter that each step takes off, times the learning rate.",
      guidance: .amount(
        tooLow: "The network overfits: the training loss falls on while the validation loss rises.",
        tooHigh: """
          The parameters are drawn to zero: training and validation loss both stay high, close \
          together.
          """,
        typical: typical,
        example: example))
  }
}

/// One update of the parameters, cut into tiles.
package struct OptimizerKernel: TileKernel {
  private let optimizer: any Optimizer
  private let parameters: UnsafeMutablePointer<Float>
  private let gradients: UnsafeMutablePointer<Float>
  private let states: UnsafeMutablePointer<Float>?
  private let stateStride: Int
  private let range: Range<Int>
  private let step: Int
  private let learningRate: Double
  private let weightDecay: Double

  /// - Parameter range: of the flat arrays, which begins and ends with a vector; `nil` for all.
  package init?(
    _ optimizer: any Optimizer, memory: Memory, range: Range<Int>? = nil, step: Int,
    learningRate: Double, weightDecay: Double? = nil
  ) {
    guard let parameters = memory.parameters.baseAddress,
      let gradients = memory.gradients.baseAddress
    else { return nil }
    self.optimizer = optimizer
    self.parameters = parameters
    self.gradients = gradients
    states = optimizer.stateCount > 0 ? memory.optimizerState(0).baseAddress : nil
    stateStride = memory.parameters.count
    self.range = range ?? memory.parameters.indices
    self.step = step
    self.learningRate = learningRate
    self.weightDecay = weightDecay ?? optimizer.weightDecay
  }

  package static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: OptimizerKernel.self).pointee.run(tile) }
  }

  package var tileCount: Int { Tiling.tiles(elements: range.count, of: tileSize) }

  /// At most 1,024 tiles, whatever the size of the model.
  private var tileSize: Int { max(Tiling.elements, (range.count / 1024 + 15) / 16 * 16 + 16) }

  private func run(_ tile: Int) {
    let first = range.lowerBound + tile * tileSize
    let part = UpdateRange(
      parameters: Vectors(parameters + first), gradients: Vectors(gradients + first),
      count: (min(range.upperBound, first + tileSize) - first) / Vector.scalarCount,
      firstState: states.map { $0 + first }, stateStride: stateStride)
    optimizer.update(
      part, step: step, learningRate: learningRate, weightDecay: weightDecay)
  }
}

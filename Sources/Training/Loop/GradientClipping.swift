import Configuration
import Numerics

/// Bounds the gradients before an update.
package struct GradientClippingConfig: ConfigObject {
  package enum Kind: String, CaseIterable, Sendable {
    /// The root of the sum of squares of all gradients (Pascanu, Mikolov, Bengio, ICML 2013).
    case norm
    /// Each gradient for itself.
    case value
  }

  package var type = Kind.norm
  package var threshold = 1.0

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "type", \.type, .choice, help: "What is bounded: the norm of all gradients, or each one.",
      guidance: .choice(
        """
        norm keeps the direction of the step and only shortens it; value bounds each number \
        for itself and turns the step, which helps where single weights run away.
        """,
        typical: "norm in nearly every recipe since Pascanu, Mikolov and Bengio (2013).",
        example: #""type": "norm", "threshold": 1.0"#)),
    .number(
      "threshold", \.threshold, in: .above(0),
      synonyms: [
        "max_norm", "clip_value", "max", "norm", "value", "max_value", "clipnorm", "clip_norm",
        "clipvalue",
      ],
      help: "The bound.",
      guidance: .amount(
        tooLow: "Every step is shortened, as at a lower learning rate: the loss falls slowly.",
        tooHigh: "It never acts: spikes of the loss stay.",
        typical:
          "norm: 1 for transformers (GPT-3), 1 to 5 for recurrent networks; value: 0.1 to 1.",
        example: #""threshold": 1.0"#)),
  ]

  /// Bounds all gradients in place. Tiles and the order of their sums depend on shapes only.
  ///
  /// - Parameter partialSums: room for one number a tile.
  func apply(
    to memory: Memory, partialSums: UnsafeMutableBufferPointer<Double>, pool: ThreadPool
  ) {
    let gradients = memory.gradients
    guard let values = gradients.baseAddress else { return }
    let tiles = Self.tileCount(gradients.count)
    switch type {
    case .value:
      pool.run(
        ClampKernel(values: values, count: gradients.count, bound: Float(threshold)), tiles: tiles)
    case .norm:
      let norm = GradientNorm.of(memory, partialSums: partialSums, pool: pool)
      // A gradient that is not finite shows best as it is.
      guard norm > threshold, norm.isFinite else { return }
      // The small number is PyTorch's.
      let factor = Float(threshold / (norm + 1e-6))
      pool.run(
        ScaleKernel(values: values, count: gradients.count, factor: factor), tiles: tiles)
    }
  }

  static func tileCount(_ count: Int) -> Int { Tiling.tiles(elements: count) }
}

private struct ClampKernel: TileKernel {
  let values: UnsafeMutablePointer<Float>
  let count: Int
  let bound: Float

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: ClampKernel.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let (values, bound) = (self.values, self.bound)
    for index in Tiling.range(of: tile, count: count) {
      let value = values[index]
      values[index] = value > bound ? bound : value < -bound ? -bound : value
    }
  }
}

private struct ScaleKernel: TileKernel {
  let values: UnsafeMutablePointer<Float>
  let count: Int
  let factor: Float

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: ScaleKernel.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let (values, factor) = (self.values, self.factor)
    for index in Tiling.range(of: tile, count: count) { values[index] *= factor }
  }
}

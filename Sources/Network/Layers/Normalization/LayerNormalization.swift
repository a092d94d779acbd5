import Configuration
import Numerics

/// Normalizes the last dimension of each example, position by position (Ba, Kiros, Hinton, Layer
/// normalization, 2016).
package struct LayerNormalizationConfig: NormalizationConfig {
  package static let type = "layer_normalization"
  package static let keepsShape = true
  package static let summary = "Normalizes each example over its last dimension."
  package static let guidance = Guidance.choice(
    """
    Transformers and recurrent networks, and whatever the size of the batch. In \
    convolutional networks batch_normalization is better.
    """,
    typical: "First in each residual block, and once before the last dense layer (GPT-2).",
    example: #"{"type": "layer_normalization"}"#)
  package static let synonyms = ["layer_norm", "layernorm", "layernormalization", "ln"]

  package var epsilon = 1e-5
  package var affine = true
  package var gammaInitializer: any Initializer = Ones()
  package var betaInitializer: any Initializer = Zeros()
  package var trainable = true
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    .epsilon,
    .affine,
    .gammaInitializer,
    .betaInitializer,
    .trainable(\.trainable),
    .name,
  ]

  package static let addsInputGradient = true
  package var keepsOutputGradient: Bool { true }

  package var treatsStepsAlike: Bool { true }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    let channels = input.shape.dimensions.last ?? 1
    guard channels > 1 else {
      throw PlanError(
        code: "shape",
        "one number at a time has no variance, and the last dimension of \(input.shape) is 1")
    }
    return LayerNormalization(
      epsilon: Float(epsilon), affine: planAffine(channels, &plan), channels: channels,
      input: input, output: plan.outputSlot(input.shape), &plan)
  }
}

/// `y = gamma · x̂ + beta` with `x̂ = (x − μ) / √(σ² + ε)` and the moments of each row of `channels` numbers.
///
/// Shapes: input and output `rows × … × channels`, gamma and beta `channels`.
struct LayerNormalization: Layer {
  let epsilon: Float
  let gamma: Parameter?
  let beta: Parameter?
  let channels: Int
  let input: Slot
  let output: Slot
  /// `batchRows × … × 2`: μ and 1 / √(σ² + ε) of each row, for backward.
  private let moments: TrainingSlot?

  init(
    epsilon: Float, affine: (gamma: Parameter, beta: Parameter)?, channels: Int, input: Slot,
    output: Slot, _ plan: inout NetworkPlan
  ) {
    self.epsilon = epsilon
    gamma = affine?.gamma
    beta = affine?.beta
    self.channels = channels
    self.input = input
    self.output = output
    moments = plan.memory.trainingSlot(Shape(input.shape.count / channels, 2))
    let rows = plan.memory.batchRows(times: input.shape.count / channels)
    plan.memory.share(2 * channels * ColumnReduction.tileCount(rows: rows, columns: channels))
  }

  var operation: Operation {
    .layerNormalization(gamma: gamma, beta: beta, epsilon: Double(epsilon))
  }

  private func rows(_ pass: Pass) -> Int { pass.rows * input.shape.count / channels }

  func forward(_ memory: Memory, _ pass: Pass) {
    let kernel = LayerNormalizationForward(
      epsilon: epsilon, gamma: gamma.map { UnsafePointer(memory.value($0)) },
      beta: beta.map { UnsafePointer(memory.value($0)) }, source: memory.value(input),
      target: memory.value(output),
      moments: pass.keepsForBackward ? moments.map { memory.value($0) } : nil, rows: rows(pass),
      columns: channels)
    pass.pool.run(kernel, tiles: kernel.tileCount)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    guard let moments else { return }
    let kernel = LayerNormalizationBackward(
      gamma: gamma.map { UnsafePointer(memory.value($0)) }, source: memory.value(input),
      moments: memory.value(moments), gradient: memory.gradient(output),
      sourceGradient: input.hasGradient ? memory.gradient(input) : nil,
      adds: input.addsGradient, rows: rows(pass), columns: channels, parts: memory.shared)
    pass.pool.run(kernel, tiles: kernel.tileCount)
    guard let gamma, let beta, gamma.isTrainable else { return }
    func add(_ offset: Int, to parameter: Parameter) {
      pass.pool.run(
        PartialSums(
          of: memory.shared + offset, partCount: kernel.tileCount, stride: 2 * channels,
          count: channels, into: memory.gradient(parameter), beta: pass.gradientBeta))
    }
    add(0, to: gamma)
    add(channels, to: beta)
  }
}

private struct LayerNormalizationForward: TileKernel {
  let epsilon: Float
  let gamma: UnsafePointer<Float>?
  let beta: UnsafePointer<Float>?
  let source: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Float>
  let moments: UnsafeMutablePointer<Float>?
  let rows: Int
  let columns: Int

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: columns) }
  var tileCount: Int { Tiling.tiles(elements: rows, of: rowsPerTile) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: LayerNormalizationForward.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    for row in Tiling.range(of: tile, count: rows, size: rowsPerTile) {
      let values = source + row * columns
      let result = target + row * columns
      let (mean, inverseDeviation) = moments(of: values)
      if let moments { (moments[2 * row], moments[2 * row + 1]) = (mean, inverseDeviation) }
      if let gamma, let beta {
        for first in Lanes.firsts(columns) {
          let count = columns - first
          let normalized = (Lanes(values + first, count) - mean) * inverseDeviation
          (normalized * Lanes(gamma + first, count) + Lanes(beta + first, count))
            .store(to: result + first, count)
        }
      } else {
        for first in Lanes.firsts(columns) {
          let count = columns - first
          ((Lanes(values + first, count) - mean) * inverseDeviation)
            .store(to: result + first, count)
        }
      }
    }
  }

  /// μ and 1 / √(σ² + ε) of a row.
  @inline(__always)
  private func moments(
    of row: UnsafePointer<Float>
  ) -> (mean: Float, inverseDeviation: Float) {
    let share = 1 / Float(columns)
    var sums = Lanes(repeating: 0)
    for first in Lanes.firsts(columns) { sums += Lanes(row + first, columns - first) }
    let mean = sums.total * share
    var squares = Lanes(repeating: 0)
    for first in Lanes.firsts(columns) {
      let count = columns - first
      let deviation = (Lanes(row + first, count) - mean).first(count)
      squares += deviation * deviation
    }
    return (mean, 1 / (squares.total * share + epsilon).squareRoot())
  }
}

/// With g = ∂L/∂y · gamma: ∂L/∂x = (g − mean(g) − x̂ · mean(g · x̂)) / √(σ² + ε).
private struct LayerNormalizationBackward: TileKernel {
  let gamma: UnsafePointer<Float>?
  let source: UnsafePointer<Float>
  let moments: UnsafePointer<Float>
  let gradient: UnsafePointer<Float>
  let sourceGradient: UnsafeMutablePointer<Float>?
  /// Whether the gradient of the source is added to what is there.
  let adds: Bool
  let rows: Int
  let columns: Int
  /// For each tile its sums for the gradient of gamma and behind them of beta.
  let parts: UnsafeMutablePointer<Float>

  var tileCount: Int { ColumnReduction.tileCount(rows: rows, columns: columns) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: LayerNormalizationBackward.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    let gammaSums = parts + tile * 2 * columns
    gammaSums.update(repeating: 0, count: 2 * columns)
    for row in ColumnReduction.rows(of: tile, rows: rows, columns: columns) {
      run(row, gammaSums: gammaSums, betaSums: gammaSums + columns)
    }
  }

  @inline(__always)
  private func run(
    _ row: Int, gammaSums: UnsafeMutablePointer<Float>, betaSums: UnsafeMutablePointer<Float>
  ) {
    let values = source + row * columns
    let gradients = gradient + row * columns
    let (mean, inverseDeviation) = (moments[2 * row], moments[2 * row + 1])
    var plain = Lanes(repeating: 0)
    var weighted = Lanes(repeating: 0)
    for first in Lanes.firsts(columns) {
      let count = columns - first
      let gradient = Lanes(gradients + first, count)
      let normalized = (Lanes(values + first, count) - mean) * inverseDeviation
      let product = gradient * normalized
      (Lanes(gammaSums + first, count) + product).store(to: gammaSums + first, count)
      (Lanes(betaSums + first, count) + gradient).store(to: betaSums + first, count)
      let factor = factor(first, count)
      plain += gradient * factor
      weighted += product * factor
    }
    guard let sourceGradient else { return }
    let result = sourceGradient + row * columns
    let share = 1 / Float(columns)
    let (plainMean, weightedMean) = (plain.total * share, weighted.total * share)
    for first in Lanes.firsts(columns) {
      let count = columns - first
      let gradient = Lanes(gradients + first, count) * factor(first, count)
      let normalized = (Lanes(values + first, count) - mean) * inverseDeviation
      var sum = (gradient - plainMean - normalized * weightedMean) * inverseDeviation
      if adds { sum += Lanes(result + first, count) }
      sum.store(to: result + first, count)
    }
  }

  @inline(__always)
  private func factor(_ first: Int, _ count: Int) -> Lanes {
    gamma.map { Lanes($0 + first, count) } ?? Lanes(repeating: 1)
  }
}

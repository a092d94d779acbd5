import Configuration
import Glibc
import Numerics

/// Normalizes the last dimension of each example, position by position (Ba, Kiros, Hinton, Layer
/// normalization, 2016).
package struct LayerNormalizationConfig: NormalizationConfig {
  package static let type = "layer_normalization"
  package static let keepsShape = true
  package static let summary = "Normalizes each example over its last dimension."
  package static let synonyms = ["layer_norm", "layernorm", "layernormalization", "ln"]

  package var epsilon = 1e-5
  package var affine = true
  package var gammaInitializer: any Initializer = Ones()
  package var betaInitializer: any Initializer = Zeros()
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    .epsilon,
    .affine,
    .gammaInitializer,
    .betaInitializer,
    .name,
  ]

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    let channels = input.shape.dimensions.last ?? 1
    guard channels > 1 else {
      throw PlanError(
        code: "shape",
        "one number at a time has no variance, and the last dimension of \(input.shape) is 1")
    }
    return LayerNormalization(
      epsilon: Float(epsilon), affine: planAffine(channels, &plan), channels: channels,
      input: input, output: plan.memory.slot(input.shape, gradient: true), &plan)
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
    let rows = plan.memory.batchRows(times: input.shape.count / channels)
    plan.memory.share(2 * channels * ColumnReduction.tileCount(rows: rows, columns: channels))
  }

  private func rows(_ pass: Pass) -> Int { pass.rows * input.shape.count / channels }

  func forward(_ memory: Memory, _ pass: Pass) {
    let kernel = LayerNormalizationForward(
      epsilon: epsilon, gamma: gamma.map { UnsafePointer(memory.value($0)) },
      beta: beta.map { UnsafePointer(memory.value($0)) }, source: memory.value(input),
      target: memory.value(output), rows: rows(pass), columns: channels)
    pass.pool.run(kernel, tiles: kernel.tileCount)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    let kernel = LayerNormalizationBackward(
      epsilon: epsilon, gamma: gamma.map { UnsafePointer(memory.value($0)) },
      source: memory.value(input), gradient: memory.gradient(output),
      sourceGradient: input.hasGradient ? memory.gradient(input) : nil, rows: rows(pass),
      columns: channels, parts: memory.shared)
    pass.pool.run(kernel, tiles: kernel.tileCount)
    guard let gamma, let beta else { return }
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

/// Mean and 1 / √(σ² + ε) of a row.
@inline(__always)
private func moments(
  _ row: UnsafePointer<Float>, count: Int, epsilon: Float
) -> (mean: Float, inverseDeviation: Float) {
  let share = 1 / Float(count)
  let mean = sum(count) { row[$0] } * share
  let variance =
    sum(count) {
      let deviation = row[$0] - mean
      return deviation * deviation
    } * share
  return (mean, 1 / (variance + epsilon).squareRoot())
}

/// A sum in sixteen lanes, whose order does not depend on the processor.
@inline(__always)
private func sum(_ count: Int, _ term: (Int) -> Float) -> Float {
  var lanes = SIMD16<Float>(repeating: 0)
  var index = 0
  while index + 16 <= count {
    for lane in 0..<16 { lanes[lane] += term(index + lane) }
    index += 16
  }
  var rest: Float = 0
  while index < count {
    rest += term(index)
    index += 1
  }
  return lanes.sum() + rest
}

private struct LayerNormalizationForward: TileKernel {
  let epsilon: Float
  let gamma: UnsafePointer<Float>?
  let beta: UnsafePointer<Float>?
  let source: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Float>
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
      let (mean, inverseDeviation) = moments(values, count: columns, epsilon: epsilon)
      if let gamma, let beta {
        for column in 0..<columns {
          result[column] =
            (values[column] - mean) * inverseDeviation * gamma[column] + beta[column]
        }
      } else {
        for column in 0..<columns { result[column] = (values[column] - mean) * inverseDeviation }
      }
    }
  }
}

/// With g = ∂L/∂y · gamma: ∂L/∂x = (g − mean(g) − x̂ · mean(g · x̂)) / √(σ² + ε).
private struct LayerNormalizationBackward: TileKernel {
  let epsilon: Float
  let gamma: UnsafePointer<Float>?
  let source: UnsafePointer<Float>
  let gradient: UnsafePointer<Float>
  let sourceGradient: UnsafeMutablePointer<Float>?
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
    let columns = columns
    let gammaSums = parts + tile * 2 * columns
    let betaSums = gammaSums + columns
    gammaSums.update(repeating: 0, count: 2 * columns)
    for row in ColumnReduction.rows(of: tile, rows: rows, columns: columns) {
      let values = source + row * columns
      let gradients = gradient + row * columns
      let (mean, inverseDeviation) = moments(values, count: columns, epsilon: epsilon)
      for column in 0..<columns {
        gammaSums[column] += gradients[column] * (values[column] - mean) * inverseDeviation
        betaSums[column] += gradients[column]
      }
      guard let sourceGradient else { continue }
      let result = sourceGradient + row * columns
      if let gamma {
        for column in 0..<columns { result[column] = gradients[column] * gamma[column] }
      } else {
        result.update(from: gradients, count: columns)
      }
      let share = 1 / Float(columns)
      let plain = sum(columns) { result[$0] } * share
      let weighted =
        sum(columns) { result[$0] * (values[$0] - mean) } * inverseDeviation * share
      for column in 0..<columns {
        let normalized = (values[column] - mean) * inverseDeviation
        result[column] = (result[column] - plain - normalized * weighted) * inverseDeviation
      }
    }
  }
}

import Configuration
import Numerics

/// `y = x·W + b` for every row of a matrix: what dense layers and the ends of attention have in common.
///
/// Shapes: x `rows × inputs`, W `inputs × outputs`, b `outputs`, y `rows × outputs`.
struct Projection: Sendable {
  let inputs: Int
  let outputs: Int
  private let kernel: Parameter
  private let bias: Parameter?

  /// Plans kernel and bias for the current layer.
  ///
  /// - Parameters:
  ///   - prefix: what the names of both parameters begin with.
  ///   - shape: that of an example; its last dimension is x, all others count rows.
  ///   - blocks: equal parts of the outputs, each of which is initialized for itself.
  /// - Throws: `PlanError` if a batch has more rows than BLAS counts.
  init(
    _ prefix: String = "", over shape: Shape, outputs: Int, blocks: Int = 1, useBias: Bool,
    kernelInitializer: any Initializer, biasInitializer: any Initializer, l1: Double?, l2: Double?,
    _ plan: inout NetworkPlan
  ) throws(PlanError) {
    let inputs = shape.dimensions.last ?? 1
    let rows = shape.dimensions.dropLast().reduce(Double(plan.memory.batchRows)) { $0 * Double($1) }
    guard rows < Double(Int32.max) else {
      throw PlanError(
        code: "too-large",
        "a batch of \(plan.memory.batchRows) times \(shape) is more than can be computed")
    }
    self.inputs = inputs
    self.outputs = outputs
    let fans = Fans(input: inputs, output: outputs / blocks)
    kernel = plan.parameter(
      prefix + "kernel", Shape(inputs, outputs), role: .kernel, kernelInitializer, fans: fans,
      blocks: blocks, l1: l1, l2: l2)
    bias =
      useBias
      ? plan.parameter(
        prefix + "bias", Shape(outputs), role: .bias, biasInitializer, fans: fans, blocks: blocks)
      : nil
  }

  /// Computes `f(x·W + b)`; without a function `x·W + b`.
  func forward(
    _ input: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, rows: Int,
    activation: (any Activation)? = nil, _ memory: Memory, _ pass: Pass
  ) {
    let product = MatrixMultiply(
      rows: rows, columns: outputs, depth: inputs, StoredMatrix(input, stride: inputs),
      StoredMatrix(memory.value(kernel), stride: outputs), into: target, stride: outputs)
    let kernel = ProjectionForward(
      product: product, bias: bias.map { UnsafePointer(memory.value($0)) },
      activation: activation)
    pass.pool.run(kernel, tiles: product.tileCount)
  }

  /// Computes the gradients of kernel, bias and, if asked for, x from that of y.
  func backward(
    _ input: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>?, rows: Int, _ memory: Memory, _ pass: Pass
  ) {
    let beta = pass.gradientBeta
    let backward = ProjectionBackward(
      kernelGradient: MatrixMultiply(
        rows: inputs, columns: outputs, depth: rows,
        StoredMatrix(input, stride: inputs).transposed, StoredMatrix(gradient, stride: outputs),
        into: memory.gradient(kernel), stride: outputs, beta: beta),
      inputGradient: inputGradient.map {
        MatrixMultiply(
          rows: rows, columns: inputs, depth: outputs, StoredMatrix(gradient, stride: outputs),
          StoredMatrix(memory.value(kernel), stride: outputs).transposed, into: $0,
          stride: inputs)
      },
      biasGradient: bias.map {
        ColumnSums(
          gradient, rows: rows, columns: outputs, into: memory.gradient($0), beta: beta)
      })
    pass.pool.run(backward, tiles: backward.tileCount)
  }
}

/// A tile of `f(x·W + b)`: bias, product and activation while the tile is in cache.
private struct ProjectionForward: TileKernel {
  let product: MatrixMultiply
  let bias: UnsafePointer<Float>?
  let activation: (any Activation)?

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: ProjectionForward.self).pointee.run(tile)
    }
  }

  private func run(_ index: Int) {
    let tile = product.tile(index)
    let width = tile.columns.count
    let first = product.c + tile.columns.lowerBound
    if let bias {
      for row in tile.rows {
        (first + row * product.strideC).update(from: bias + tile.columns.lowerBound, count: width)
      }
    }
    product.multiply(tile: tile, beta: bias == nil ? 0 : 1)
    guard let activation else { return }
    if width == product.strideC {
      activation.forward(first + tile.rows.lowerBound * width, count: tile.rows.count * width)
    } else {
      for row in tile.rows { activation.forward(first + row * product.strideC, count: width) }
    }
  }
}

/// The three gradients, which do not depend on each other, as tiles of one pass.
private struct ProjectionBackward: TileKernel {
  let kernelGradient: MatrixMultiply
  let inputGradient: MatrixMultiply?
  let biasGradient: ColumnSums?

  var tileCount: Int {
    kernelGradient.tileCount + (inputGradient?.tileCount ?? 0) + (biasGradient?.tileCount ?? 0)
  }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: ProjectionBackward.self).pointee.run(tile)
    }
  }

  private func run(_ index: Int) {
    let afterKernel = index - kernelGradient.tileCount
    guard afterKernel >= 0 else {
      return kernelGradient.multiply(
        tile: kernelGradient.tile(index), beta: kernelGradient.beta)
    }
    let afterInput = afterKernel - (inputGradient?.tileCount ?? 0)
    guard afterInput >= 0 else {
      inputGradient.map { $0.multiply(tile: $0.tile(afterKernel), beta: $0.beta) }
      return
    }
    biasGradient?.sum(tile: afterInput)
  }
}

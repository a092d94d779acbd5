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
    function: FusedFunction? = nil, _ memory: Memory, _ pass: Pass
  ) {
    let product = MatrixMultiply(
      rows: rows, columns: outputs, depth: inputs, StoredMatrix(input, stride: inputs),
      StoredMatrix(memory.value(kernel), stride: outputs), into: target, stride: outputs)
    let kernel = ProjectionForward(
      product: product, bias: bias.map { UnsafePointer(memory.value($0)) }, function: function)
    pass.pool.run(kernel, tiles: product.tileCount)
  }

  /// Computes the gradients of kernel, bias and, if it has one, the input from that of `f(x·W + b)`.
  ///
  /// - Parameters:
  ///   - gradient: if there is a derivative, it becomes that of the sums.
  ///   - derivative: that of f.
  func backward(
    _ input: Slot, gradient: UnsafeMutablePointer<Float>, derivative: FusedDerivative? = nil,
    rows: Int, _ memory: Memory, _ pass: Pass
  ) {
    let beta = pass.gradientBeta
    let stored = StoredMatrix(gradient, stride: outputs)
    var kernelGradient = MatrixMultiply(
      rows: inputs, columns: outputs, depth: rows,
      StoredMatrix(memory.value(input), stride: inputs).transposed, stored,
      into: memory.gradient(kernel), stride: outputs, beta: beta)
    let byColumns = kernelGradient.cutByColumns()
    // Columns that are differentiated by the tile that multiplies them stay in cache, if there are enough.
    let fusesDerivative =
      derivative.map { !$0.isRowwise && 2 * byColumns.tileCount > kernelGradient.tileCount }
      ?? false
    if fusesDerivative { kernelGradient = byColumns }
    if let derivative, !fusesDerivative {
      pass.pool.apply(derivative, to: gradient, rows: rows)
    }
    let parameters = ParameterGradients(
      kernel: kernelGradient,
      bias: bias.map {
        ColumnSums(
          gradient, rows: rows, columns: outputs, into: memory.gradient($0), beta: beta)
      }, gradient: gradient, derivative: fusesDerivative ? derivative : nil)
    let inputGradient =
      input.hasGradient
      ? MatrixMultiply(
        rows: rows, columns: inputs, depth: outputs, stored,
        StoredMatrix(memory.value(kernel), stride: outputs).transposed,
        into: memory.gradient(input), stride: inputs, beta: input.addsGradient ? 1 : 0) : nil
    if fusesDerivative {
      pass.pool.run(parameters, tiles: parameters.tileCount)
      if let inputGradient { pass.pool.run(inputGradient) }
    } else {
      let backward = ProjectionBackward(parameters: parameters, input: inputGradient)
      pass.pool.run(backward, tiles: backward.tileCount)
    }
  }
}

/// A tile of `f(x·W + b)`: bias, product and function while the tile is in cache.
private struct ProjectionForward: TileKernel {
  let product: MatrixMultiply
  let bias: UnsafePointer<Float>?
  let function: FusedFunction?

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: ProjectionForward.self).pointee.run(tile)
    }
  }

  private func run(_ index: Int) {
    let tile = product.tile(index)
    let (width, stride) = (tile.columns.count, product.strideC)
    if let bias {
      let source = bias + tile.columns.lowerBound
      for row in tile.rows {
        (product.c + row * stride + tile.columns.lowerBound).update(from: source, count: width)
      }
    }
    product.multiply(tile: tile, beta: bias == nil ? 0 : 1)
    guard let function else { return }
    if width == stride {
      function.apply(first: tile.rows.lowerBound * width, count: tile.rows.count * width)
    } else {
      for row in tile.rows {
        function.apply(first: row * stride + tile.columns.lowerBound, count: width)
      }
    }
  }
}

/// The gradients of kernel and bias; a tile is one of the kernel's, and the first of some columns sums their
/// bias.
private struct ParameterGradients: TileKernel {
  let kernel: MatrixMultiply
  let bias: ColumnSums?
  /// Shape `rows × outputs`.
  let gradient: UnsafeMutablePointer<Float>
  /// What the gradient has yet to be multiplied by; only where tiles have whole columns.
  let derivative: FusedDerivative?

  var tileCount: Int { kernel.tileCount }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: ParameterGradients.self).pointee.run(tile)
    }
  }

  func run(_ index: Int) {
    let tile = kernel.tile(index)
    if let derivative {
      for row in 0..<kernel.depth {
        derivative.apply(
          to: gradient, first: row * kernel.columns + tile.columns.lowerBound,
          count: tile.columns.count)
      }
    }
    if tile.rows.lowerBound == 0 { bias?.sum(tile.columns) }
    kernel.multiply(tile: tile, beta: kernel.beta)
  }
}

/// All gradients, which do not depend on each other, as tiles of one pass. The tiles of both products
/// alternate, so that each thread finds its part of the rows in both.
private struct ProjectionBackward: TileKernel {
  let parameters: ParameterGradients
  let input: MatrixMultiply?

  private var inputTiles: Int { input?.tileCount ?? 0 }
  var tileCount: Int { parameters.tileCount + inputTiles }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: ProjectionBackward.self).pointee.run(tile)
    }
  }

  private func run(_ index: Int) {
    // How many of the tiles up to this one, and up to the next, are of the input.
    let before = index * inputTiles / tileCount
    guard let input, (index + 1) * inputTiles / tileCount > before else {
      return parameters.run(index - before)
    }
    input.multiply(tile: input.tile(before), beta: input.beta)
  }
}

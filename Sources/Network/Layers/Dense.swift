import Configuration
import Numerics

/// A fully connected layer: `y = f(x·W + b)`.
package struct DenseConfig: LayerConfig {
  package static let type = "dense"
  package static let summary = "A fully connected layer: activation(input · kernel + bias)."
  package static let synonyms = ["linear", "fully_connected", "fc", "inner_product"]

  package var units: Int?
  package var activation: any Activation = Linear()
  package var useBias = true
  package var kernelInitializer: any Initializer = XavierUniform()
  package var biasInitializer: any Initializer = Zeros()
  package var l1: Double?
  package var l2: Double?
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "units", \.units, in: .between(1, 10_000_000),
      synonyms: ["neurons", "out_features", "output_dim", "size", "width", "hidden_size"],
      help: "Outputs of the layer; the last layer may leave it out: one for each class or target."),
    .activation(\.activation),
    .useBias(\.useBias),
    .kernelInitializer(\.kernelInitializer),
    .biasInitializer(\.biasInitializer),
    .l1(\.l1),
    .l2(\.l2),
    .name,
  ]

  package var outputActivation: (any Activation)? { activation }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    guard input.shape.rank == 1 else {
      throw PlanError(
        code: "shape", "dense takes a flat input, but \(input.shape) arrives here",
        help: "put {\"type\": \"flatten\"} before it")
    }
    guard let units = units ?? (plan.isLastLayer ? plan.outputUnits : nil) else {
      throw PlanError(
        code: "missing-units", "this dense layer needs 'units'",
        help:
          "only the last dense layer may leave it out, with nothing but activations, dropout or normalization behind it"
      )
    }
    let inputs = input.shape.count
    let fans = Fans(input: inputs, output: units)
    return Dense(
      input: input,
      kernel: plan.parameter(
        "kernel", Shape(inputs, units), role: .kernel, kernelInitializer, fans: fans,
        l1: l1, l2: l2),
      bias: useBias
        ? plan.parameter("bias", Shape(units), role: .bias, biasInitializer, fans: fans) : nil,
      end: ActivatedOutput(activation, shape: Shape(units), &plan))
  }
}

/// Shapes: input `rows × inputs`, kernel `inputs × units`, bias `units`, output `rows × units`.
struct Dense: Layer {
  let input: Slot
  let kernel: Parameter
  let bias: Parameter?
  let end: ActivatedOutput

  var output: Slot { end.output }
  private var inputs: Int { input.shape.count }
  private var units: Int { output.shape.count }

  func forward(_ memory: Memory, _ pass: Pass) {
    let product = MatrixMultiply(
      rows: pass.rows, columns: units, depth: inputs,
      StoredMatrix(memory.value(input), stride: inputs),
      StoredMatrix(memory.value(kernel), stride: units),
      into: memory.value(end.sums), stride: units)
    let kernel = DenseForward(
      product: product, bias: bias.map { UnsafePointer(memory.value($0)) }, activation: end.fused)
    pass.pool.run(kernel, tiles: product.tileCount)
    end.finish(memory, pass)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    // From here on the gradient is that of x·W + b.
    end.differentiate(memory, pass)
    let gradient = memory.gradient(output)
    let kernelGradient = MatrixMultiply(
      rows: inputs, columns: units, depth: pass.rows,
      StoredMatrix(memory.value(input), stride: inputs).transposed,
      StoredMatrix(gradient, stride: units),
      into: memory.gradient(kernel), stride: units, beta: pass.gradientBeta)
    let inputGradient =
      input.hasGradient
      ? MatrixMultiply(
        rows: pass.rows, columns: inputs, depth: units,
        StoredMatrix(gradient, stride: units),
        StoredMatrix(memory.value(kernel), stride: units).transposed,
        into: memory.gradient(input), stride: inputs) : nil
    let biasGradient = bias.map {
      ColumnSums(
        gradient, rows: pass.rows, columns: units, into: memory.gradient($0),
        beta: pass.gradientBeta)
    }
    let backward = DenseBackward(
      kernelGradient: kernelGradient, inputGradient: inputGradient, biasGradient: biasGradient)
    pass.pool.run(backward, tiles: backward.tileCount)
  }
}

/// A tile of `f(x·W + b)`: bias, product and activation while the tile is in cache.
private struct DenseForward: TileKernel {
  let product: MatrixMultiply
  let bias: UnsafePointer<Float>?
  let activation: (any Activation)?

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: DenseForward.self).pointee.run(tile) }
  }

  func run(_ index: Int) {
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

/// The three gradients of a dense layer, which do not depend on each other, as tiles of one pass.
private struct DenseBackward: TileKernel {
  let kernelGradient: MatrixMultiply
  let inputGradient: MatrixMultiply?
  let biasGradient: ColumnSums?

  var tileCount: Int {
    kernelGradient.tileCount + (inputGradient?.tileCount ?? 0) + (biasGradient?.tileCount ?? 0)
  }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: DenseBackward.self).pointee.run(tile) }
  }

  func run(_ index: Int) {
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

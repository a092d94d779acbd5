import Numerics

/// The last dense layer of an ensemble: `y[m] = f(x[m]·W[m] + b[m])`, where each member m has a kernel of its own.
///
/// Shapes: input `rows × members × inputs`, kernel `members × inputs × units`, bias `members × units`, output
/// `rows × members × units`.
struct MemberDense: Layer {
  let input: Slot
  let kernel: Parameter
  let bias: Parameter?
  let end: ActivatedOutput

  var output: Slot { end.output }
  var operation: Operation { .memberDense(.init(kernel: kernel, bias: bias), end.activation) }

  func forward(_ memory: Memory, _ pass: Pass) {
    let products = MemberProducts(
      shape: kernel.shape, rows: pass.rows, kernel: memory.value(kernel),
      bias: bias.map { UnsafePointer(memory.value($0)) }, input: memory.value(input))
    let forward = MemberForward(products: products, target: memory.value(output))
    pass.pool.run(forward, tiles: products.members)
    if let function = end.function(memory, pass) {
      function.apply(first: 0, count: pass.rows * output.shape.count)
    }
    end.finish(memory, pass)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    end.differentiate(memory, pass)
    let products = MemberProducts(
      shape: kernel.shape, rows: pass.rows, kernel: memory.value(kernel), bias: nil,
      input: memory.value(input))
    let backward = MemberBackward(
      products: products, gradient: memory.gradient(output),
      kernelGradient: kernel.isTrainable ? memory.gradient(kernel) : nil,
      biasGradient: kernel.isTrainable ? bias.map { memory.gradient($0) } : nil,
      inputGradient: input.hasGradient ? memory.gradient(input) : nil, beta: pass.gradientBeta,
      addsInput: input.addsGradient)
    pass.pool.run(backward, tiles: products.members)
  }
}

/// The factors of the products of all members.
private struct MemberProducts {
  let shape: Shape
  let rows: Int
  let kernel: UnsafePointer<Float>
  let bias: UnsafePointer<Float>?
  let input: UnsafePointer<Float>

  var members: Int { shape.dimensions[0] }
  var inputs: Int { shape.dimensions[1] }
  var units: Int { shape.dimensions[2] }
  /// Elements from a row to the next.
  var inputStride: Int { members * inputs }
  var outputStride: Int { members * units }

  func kernel(of member: Int) -> StoredMatrix {
    StoredMatrix(kernel + member * inputs * units, stride: units)
  }

  func inputs(of member: Int) -> StoredMatrix {
    StoredMatrix(input + member * inputs, stride: inputStride)
  }
}

/// A tile is a member.
private struct MemberForward: TileKernel {
  let products: MemberProducts
  let target: UnsafeMutablePointer<Float>

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: MemberForward.self).pointee.run(tile) }
  }

  private func run(_ member: Int) {
    let units = products.units
    let result = target + member * units
    if let bias = products.bias {
      for row in 0..<products.rows {
        (result + row * products.outputStride).update(from: bias + member * units, count: units)
      }
    }
    MatrixMultiply(
      rows: products.rows, columns: units, depth: products.inputs, products.inputs(of: member),
      products.kernel(of: member), into: result, stride: products.outputStride,
      beta: products.bias == nil ? 0 : 1
    ).runOnThisThread()
  }
}

/// A tile is a member: its kernel, its bias and its part of the gradient of the input.
private struct MemberBackward: TileKernel {
  let products: MemberProducts
  let gradient: UnsafePointer<Float>
  /// `nil` in a layer that is not trainable.
  let kernelGradient: UnsafeMutablePointer<Float>?
  let biasGradient: UnsafeMutablePointer<Float>?
  let inputGradient: UnsafeMutablePointer<Float>?
  let beta: Float
  let addsInput: Bool

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: MemberBackward.self).pointee.run(tile) }
  }

  private func run(_ member: Int) {
    let (rows, inputs, units) = (products.rows, products.inputs, products.units)
    let arriving = StoredMatrix(gradient + member * units, stride: products.outputStride)
    if let kernelGradient {
      MatrixMultiply(
        rows: inputs, columns: units, depth: rows, products.inputs(of: member).transposed, arriving,
        into: kernelGradient + member * inputs * units, stride: units, beta: beta
      ).runOnThisThread()
    }
    if let biasGradient {
      let sums = biasGradient + member * units
      if beta == 0 { sums.update(repeating: 0, count: units) }
      for row in 0..<rows {
        let terms = gradient + row * products.outputStride + member * units
        for unit in 0..<units { sums[unit] += terms[unit] }
      }
    }
    if let inputGradient {
      MatrixMultiply(
        rows: rows, columns: inputs, depth: units, arriving,
        products.kernel(of: member).transposed, into: inputGradient + member * inputs,
        stride: products.inputStride, beta: addsInput ? 1 : 0
      ).runOnThisThread()
    }
  }
}

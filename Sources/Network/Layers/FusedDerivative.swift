import Numerics

/// The derivative of the function of an output, for parts of its gradient.
struct FusedDerivative {
  let activation: any Activation
  let outputs: UnsafePointer<Float>
  /// The derivatives, where they were kept.
  let derivatives: UnsafePointer<Float>?
  let width: Int

  /// Whether a row has to be whole.
  var isRowwise: Bool { type(of: activation).isRowwise }

  /// Turns elements of the gradient of the output into those of the gradient of the sums; rowwise, they
  /// are one row.
  func apply(to gradient: UnsafeMutablePointer<Float>, first: Int, count: Int) {
    guard let derivatives else {
      return activation.backward(outputs + first, gradient + first, count: count)
    }
    let (factors, target) = (derivatives + first, gradient + first)
    for index in 0..<count { target[index] *= factors[index] }
  }

  /// The same for whole rows.
  func apply(to gradient: UnsafeMutablePointer<Float>, rows: Range<Int>) {
    if isRowwise {
      for row in rows { apply(to: gradient, first: row * width, count: width) }
    } else {
      apply(to: gradient, first: rows.lowerBound * width, count: rows.count * width)
    }
  }
}

extension ThreadPool {
  /// Turns the gradient of an output, `rows × width`, into that of the sums.
  func apply(
    _ derivative: FusedDerivative, to gradient: UnsafeMutablePointer<Float>, rows: Int
  ) {
    let kernel = Differentiation(
      derivative: derivative, gradient: gradient,
      blocks: RowBlocks(rows: rows, width: derivative.width))
    run(kernel, tiles: kernel.blocks.count)
  }
}

private struct Differentiation: TileKernel {
  let derivative: FusedDerivative
  let gradient: UnsafeMutablePointer<Float>
  let blocks: RowBlocks

  static var entry: TileFunction {
    { context, tile, _ in
      let kernel = context.assumingMemoryBound(to: Differentiation.self).pointee
      kernel.derivative.apply(to: kernel.gradient, rows: kernel.blocks.range(tile))
    }
  }
}

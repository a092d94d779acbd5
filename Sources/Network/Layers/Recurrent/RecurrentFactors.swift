import Numerics

/// A kernel as the right factor of the products of the steps.
enum RecurrentFactor {
  case panels(PanelMatrix)
  case bfloat16(BFloat16Panels, depth: Int, columns: Int)

  /// `c = a·kernel + initial` on the calling thread.
  ///
  /// - Parameter scratch: room for `BFloat16Product.scratchElements`, where the kernel is in bfloat16.
  func multiply(
    rows: Int, _ a: StoredMatrix, into c: UnsafeMutablePointer<Float>, stride: Int,
    initial: PanelProduct.Initial, scratch: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .panels(let kernel):
      PanelProduct(rows: rows, a, kernel, into: c, stride: stride, initial: initial)
        .runOnThisThread()
    case .bfloat16(let kernel, let depth, let columns):
      BFloat16Product(
        rows: rows, columns: columns, depth: depth, .stored(a), .packed(kernel), into: c,
        stride: stride, initial: initial
      ).runOnThisThread(scratch: scratch)
    }
  }
}

/// The kernels of one direction as right factors of the products of a pass.
struct RecurrentFactors {
  /// Shape `features × gates·units`; forward only.
  let input: RecurrentFactor?
  /// Shape `units × gates·units` without the candidate of a gru, backward its transpose.
  let recurrent: RecurrentFactor
  /// Shape `units × units`, for a gru only; backward its transpose.
  let candidate: RecurrentFactor?

  /// The kernels as they lie in memory, for a forward pass of few rows.
  init(_ direction: RecurrentDirection, _ geometry: RecurrentGeometry, _ memory: Memory) {
    let (units, width) = (geometry.units, geometry.width)
    let recurrentKernel = UnsafePointer(memory.value(direction.recurrentKernel))
    input = .panels(
      PanelMatrix(
        memory.value(direction.kernel), stride: width, depth: geometry.features, columns: width))
    recurrent = .panels(
      PanelMatrix(recurrentKernel, stride: width, depth: units, columns: geometry.addedWidth))
    candidate =
      geometry.addedWidth < width
      ? .panels(
        PanelMatrix(
          recurrentKernel + geometry.addedWidth, stride: width, depth: units, columns: units))
      : nil
  }

  init(_ packing: RecurrentPacking) {
    input = packing.input?.factor
    recurrent = packing.recurrent.factor
    candidate = packing.candidate?.factor
  }
}

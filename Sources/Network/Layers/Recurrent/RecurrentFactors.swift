import Numerics

/// The kernels of one direction as right factors of the products of a pass.
struct RecurrentFactors {
  /// Shape `features × gates·units`; forward only.
  let input: PanelMatrix?
  /// Shape `units × gates·units` without the candidate of a gru, backward its transpose.
  let recurrent: PanelMatrix
  /// Shape `units × units`, for a gru only; backward its transpose.
  let candidate: PanelMatrix?

  /// The kernels as they lie in memory, for a forward pass of few rows.
  init(_ direction: RecurrentDirection, _ geometry: RecurrentGeometry, _ memory: Memory) {
    let (units, width) = (geometry.units, geometry.width)
    let recurrentKernel = UnsafePointer(memory.value(direction.recurrentKernel))
    input = PanelMatrix(
      memory.value(direction.kernel), stride: width, depth: geometry.features, columns: width)
    recurrent = PanelMatrix(
      recurrentKernel, stride: width, depth: units, columns: geometry.addedWidth)
    candidate =
      geometry.addedWidth < width
      ? PanelMatrix(
        recurrentKernel + geometry.addedWidth, stride: width, depth: units, columns: units) : nil
  }

  init(_ packing: RecurrentPacking) {
    input = packing.input?.packed
    recurrent = packing.recurrent.packed
    candidate = packing.candidate?.packed
  }
}

/// Packs the kernels of one direction, panel by panel.
struct RecurrentPacking: TileKernel {
  let input: PanelPacking?
  let recurrent: PanelPacking
  let candidate: PanelPacking?

  /// - Parameters:
  ///   - isForward: whether the kernels are wanted as they are, or transposed and without that of the
  ///     input.
  ///   - room: for `elements`.
  init(
    _ direction: RecurrentDirection, _ geometry: RecurrentGeometry, _ memory: Memory,
    isForward: Bool, into room: UnsafeMutablePointer<Float>
  ) {
    let (units, width) = (geometry.units, geometry.width)
    let kernel = StoredMatrix(memory.value(direction.recurrentKernel), stride: width)
    recurrent = PanelPacking(
      isForward ? kernel : kernel.transposed, depth: isForward ? units : geometry.addedWidth,
      columns: isForward ? geometry.addedWidth : units, into: room)
    var next = room + recurrent.packed.elements
    if geometry.addedWidth < width {
      let kernel = StoredMatrix(
        memory.value(direction.recurrentKernel) + geometry.addedWidth, stride: width)
      let packing = PanelPacking(
        isForward ? kernel : kernel.transposed, depth: units, columns: units, into: next)
      next += packing.packed.elements
      candidate = packing
    } else {
      candidate = nil
    }
    input =
      isForward
      ? PanelPacking(
        StoredMatrix(memory.value(direction.kernel), stride: width), depth: geometry.features,
        columns: width, into: next) : nil
  }

  /// Room for the kernels of either pass.
  static func elements(_ geometry: RecurrentGeometry) -> Int {
    let (units, added) = (geometry.units, geometry.addedWidth)
    let candidate =
      added < geometry.width ? PanelMatrix.elements(depth: units, columns: units) : 0
    let forward =
      PanelMatrix.elements(depth: units, columns: added)
      + PanelMatrix.elements(depth: geometry.features, columns: geometry.width)
    let backward = PanelMatrix.elements(depth: added, columns: units)
    return candidate + max(forward, backward)
  }

  var tileCount: Int {
    recurrent.tileCount + (candidate?.tileCount ?? 0) + (input?.tileCount ?? 0)
  }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: RecurrentPacking.self).pointee.run(tile)
    }
  }

  private func run(_ index: Int) {
    var tile = index
    if Self.pack(recurrent, &tile) || Self.pack(candidate, &tile) { return }
    input?.pack(tile: tile)
  }

  /// Packs a panel if it is one of the matrix; else counts from those behind it.
  private static func pack(_ packing: PanelPacking?, _ tile: inout Int) -> Bool {
    guard let packing else { return false }
    guard tile < packing.tileCount else {
      tile -= packing.tileCount
      return false
    }
    packing.pack(tile: tile)
    return true
  }
}

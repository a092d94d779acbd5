import Numerics

/// Packs the kernels of one direction, panel by panel.
struct RecurrentPacking: TileKernel {
  let input: Kernel?
  let recurrent: Kernel
  let candidate: Kernel?

  /// A kernel, and where it is packed.
  struct Kernel {
    let packing: KernelPacking
    let depth: Int
    let columns: Int

    init(
      _ matrix: StoredMatrix, depth: Int, columns: Int, precision: ProductPrecision,
      into room: UnsafeMutablePointer<Float>
    ) {
      (self.depth, self.columns) = (depth, columns)
      packing =
        switch precision {
        case .single:
          .panels(PanelPacking(matrix, depth: depth, columns: columns, into: room))
        case .bfloat16:
          .bfloat16(BFloat16Packing(matrix, .right, lines: columns, depth: depth, into: room))
        }
    }

    /// The kernel once all tiles have run.
    var factor: RecurrentFactor {
      switch packing {
      case .panels(let packing): .panels(packing.packed)
      case .bfloat16(let packing): .bfloat16(packing.packed, depth: depth, columns: columns)
      }
    }
  }

  /// - Parameters:
  ///   - isForward: whether the kernels are wanted as they are, or transposed and without that of the
  ///     input.
  ///   - room: for `elements`.
  init(
    _ direction: RecurrentDirection, _ geometry: RecurrentGeometry, _ memory: Memory,
    isForward: Bool, precision: ProductPrecision, into room: UnsafeMutablePointer<Float>
  ) {
    let (units, width) = (geometry.units, geometry.width)
    let kernel = StoredMatrix(memory.value(direction.recurrentKernel), stride: width)
    recurrent = Kernel(
      isForward ? kernel : kernel.transposed, depth: isForward ? units : geometry.addedWidth,
      columns: isForward ? geometry.addedWidth : units, precision: precision, into: room)
    var next = room + recurrent.packing.elements
    if geometry.addedWidth < width {
      let kernel = StoredMatrix(
        memory.value(direction.recurrentKernel) + geometry.addedWidth, stride: width)
      let candidate = Kernel(
        isForward ? kernel : kernel.transposed, depth: units, columns: units,
        precision: precision, into: next)
      next += candidate.packing.elements
      self.candidate = candidate
    } else {
      candidate = nil
    }
    input =
      isForward
      ? Kernel(
        StoredMatrix(memory.value(direction.kernel), stride: width), depth: geometry.features,
        columns: width, precision: precision, into: next) : nil
  }

  /// Room for the kernels of either pass.
  static func elements(_ geometry: RecurrentGeometry, precision: ProductPrecision) -> Int {
    func elements(depth: Int, columns: Int) -> Int {
      precision == .single
        ? PanelMatrix.elements(depth: depth, columns: columns)
        : BFloat16Panels.elements(lines: columns, depth: depth)
    }
    let (units, added) = (geometry.units, geometry.addedWidth)
    let candidate = added < geometry.width ? elements(depth: units, columns: units) : 0
    let forward =
      elements(depth: units, columns: added)
      + elements(depth: geometry.features, columns: geometry.width)
    let backward = elements(depth: added, columns: units)
    return candidate + max(forward, backward)
  }

  var tileCount: Int {
    recurrent.packing.tileCount + (candidate?.packing.tileCount ?? 0)
      + (input?.packing.tileCount ?? 0)
  }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: RecurrentPacking.self).pointee.run(tile)
    }
  }

  private func run(_ index: Int) {
    var tile = index
    if Self.pack(recurrent, &tile) || Self.pack(candidate, &tile) { return }
    input?.packing.pack(tile: tile)
  }

  /// Packs a panel if it is one of the matrix; else counts from those behind it.
  private static func pack(_ kernel: Kernel?, _ tile: inout Int) -> Bool {
    guard let packing = kernel?.packing else { return false }
    guard tile < packing.tileCount else {
      tile -= packing.tileCount
      return false
    }
    packing.pack(tile: tile)
    return true
  }
}

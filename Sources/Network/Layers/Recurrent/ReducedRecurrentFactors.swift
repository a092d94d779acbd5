import Numerics

/// Packs what `RecurrentGradients` reads in bfloat16: a tile takes some rows of all that is summed over them, or a panel of
/// the kernel.
struct ReducedRecurrentFactors: TileKernel {
  let gates: BFloat16Packing
  let candidate: (gates: BFloat16Packing, product: BFloat16Packing)?
  let input: BFloat16Packing
  let hidden: BFloat16Packing
  /// The transposed kernel, where the input has a gradient.
  let kernel: BFloat16Packing?
  private let rows: Int

  /// - Parameter room: for `elements`.
  init(
    _ direction: RecurrentDirection, _ geometry: RecurrentGeometry, input: Slot, rows: Int,
    _ memory: Memory, into room: UnsafeMutablePointer<Float>
  ) {
    let (features, units, width) = (geometry.features, geometry.units, geometry.width)
    let first = geometry.addedWidth
    var next = room
    func packing(
      _ matrix: StoredMatrix, _ side: BFloat16Side, lines: Int, depth: Int
    ) -> BFloat16Packing {
      defer { next += BFloat16Panels.elements(lines: lines, depth: depth) }
      return BFloat16Packing(matrix, side, lines: lines, depth: depth, into: next)
    }
    self.rows = rows
    let values = UnsafePointer(memory.value(direction.gates))
    gates = packing(StoredMatrix(values, stride: width), .right, lines: first, depth: rows)
    candidate = direction.product.map {
      (
        packing(StoredMatrix(values + first, stride: width), .right, lines: units, depth: rows),
        packing(StoredMatrix(memory.value($0), stride: units), .right, lines: units, depth: rows)
      )
    }
    self.input = packing(
      StoredMatrix(memory.value(input), stride: features).transposed, .left, lines: features,
      depth: rows)
    hidden = packing(
      StoredMatrix(memory.value(direction.previous), stride: units).transposed, .left,
      lines: units, depth: rows)
    kernel =
      input.hasGradient
      ? packing(
        StoredMatrix(memory.value(direction.kernel), stride: width).transposed, .right,
        lines: features, depth: width) : nil
  }

  static func elements(_ geometry: RecurrentGeometry, rows: Int) -> Int {
    let (features, units) = (geometry.features, geometry.units)
    let ofUnits = BFloat16Panels.elements(lines: units, depth: rows)
    return BFloat16Panels.elements(lines: geometry.addedWidth, depth: rows)
      + (geometry.addedWidth < geometry.width ? 2 * ofUnits : 0) + ofUnits
      + BFloat16Panels.elements(lines: features, depth: rows)
      + BFloat16Panels.elements(lines: features, depth: geometry.width)
  }

  private var rowTiles: Int { BFloat16Panels.depthTiles(rows) }
  var tileCount: Int { rowTiles + (kernel?.tileCount ?? 0) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: ReducedRecurrentFactors.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    guard tile < rowTiles else {
      kernel?.pack(tile: tile - rowTiles)
      return
    }
    gates.pack(tile: tile)
    candidate?.gates.pack(tile: tile)
    candidate?.product.pack(tile: tile)
    input.pack(tile: tile)
    hidden.pack(tile: tile)
  }
}

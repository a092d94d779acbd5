import Numerics

/// A tile of `f(x·W + b)`: bias, product and function while the tile is in cache.
struct ProjectionForward: TileKernel {
  let product: TiledProduct
  /// Elements from an output to the next.
  let stride: Int
  let function: FusedFunction?
  let scratch: Scratch

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: ProjectionForward.self).pointee.run(tile, worker)
    }
  }

  private func run(_ index: Int, _ worker: Int) {
    let tile = product.tile(index)
    product.multiply(tile: tile, scratch: scratch[worker])
    guard let function else { return }
    let width = tile.columns.count
    if width == stride {
      function.apply(first: tile.rows.lowerBound * width, count: tile.rows.count * width)
    } else {
      for row in tile.rows {
        function.apply(first: row * stride + tile.columns.lowerBound, count: width)
      }
    }
  }
}

/// What has to be there before the gradients: that of the sums, and the factors as the products read them.
struct ProjectionPreparation: TileKernel {
  let derivative: FusedDerivative?
  /// Shape `rows × outputs`.
  let gradient: UnsafeMutablePointer<Float>
  let blocks: RowBlocks
  let kernel: KernelPacking?
  /// The factors of the gradient of the kernel, where they are packed: that of the sums goes with its rows.
  let factors: PackedFactors?

  private var rowTiles: Int { derivative == nil && factors == nil ? 0 : blocks.count }
  private var kernelTiles: Int { kernel?.tileCount ?? 0 }
  var tileCount: Int { rowTiles + kernelTiles + (factors?.inputs.tileCount ?? 0) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: ProjectionPreparation.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    if tile < rowTiles {
      derivative?.apply(to: gradient, rows: blocks.range(tile))
      factors?.gradients.pack(tile: tile)
    } else if tile < rowTiles + kernelTiles {
      kernel?.pack(tile: tile - rowTiles)
    } else {
      factors?.inputs.pack(tile: tile - rowTiles - kernelTiles)
    }
  }
}

/// All gradients, which do not depend on each other, as tiles of one pass. The tiles of both products
/// alternate, so that each thread finds its part of the rows in both; the first of some columns of the
/// kernel sums their bias.
struct ProjectionBackward: TileKernel {
  /// `nil` in a layer that is not trainable.
  let kernel: TiledProduct?
  /// Those that this rank computes.
  let kernelTiles: Range<Int>
  let bias: ColumnSums?
  let input: TiledProduct?
  let scratch: Scratch

  /// Multiply-adds below which handing a tile to another thread takes longer than the tile.
  private static let workOfOneTile = 1 << 19

  private var isSmall: Bool { (kernel?.work ?? 0) + (input?.work ?? 0) < Self.workOfOneTile }
  private var inputTiles: Int { input?.tileCount ?? 0 }
  private var partCount: Int { kernelTiles.count + inputTiles }
  var tileCount: Int { isSmall ? min(1, partCount) : partCount }

  static var entry: TileFunction {
    { context, tile, worker in
      let backward = context.assumingMemoryBound(to: ProjectionBackward.self).pointee
      guard backward.isSmall else { return backward.run(tile, worker) }
      for part in 0..<backward.partCount { backward.run(part, worker) }
    }
  }

  private func run(_ index: Int, _ worker: Int) {
    // How many of the tiles up to this one, and up to the next, are of the input.
    let before = index * inputTiles / partCount
    if let input, (index + 1) * inputTiles / partCount > before {
      return input.multiply(tile: input.tile(before), scratch: scratch[worker])
    }
    guard let kernel else { return }
    let tile = kernel.tile(kernelTiles.lowerBound + index - before)
    if tile.rows.lowerBound == 0 { bias?.sum(tile.columns) }
    kernel.multiply(tile: tile, scratch: scratch[worker])
  }
}

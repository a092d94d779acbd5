/// Convolution with a kernel of 3×3 by tiles of 4×4 outputs, F(4×4, 3×3) (Winograd 1980; Lavin and Gray, Fast
/// Algorithms for Convolutional Neural Networks, CVPR 2016): 36 multiplications where the definition has 144.
///
/// A tile of 6×6 inputs d, a kernel g and the 4×4 outputs y between them:
///
///     y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A
///
/// For each of the 36 places ⊙ is, over all tiles and channels, a product of matrices
/// `tiles × channels` and `channels × filters`. The gradients are the same steps transposed.
package struct WinogradConvolution: ConvolutionMethod {
  package let window: SlidingWindow
  package let filters: Int
  /// Tiles in an image.
  let tiles: Extent

  /// - Returns: `nil` for another kernel or stride, for groups, and for channels and filters that are no
  ///   whole lanes.
  package init?(window: SlidingWindow, filters: Int, groups: Int) {
    let one = Extent(height: 1, width: 1)
    let three = Extent(height: 3, width: 3)
    guard RegisterProduct.isFast, groups == 1, window.size == three, window.stride == one,
      window.dilation == one, window.channels == window.channels.wholeLanes,
      filters == filters.wholeLanes
    else { return nil }
    let tiles = Extent(
      height: Self.tiles(over: window.output.height), width: Self.tiles(over: window.output.width))
    guard tiles.width <= Self.mostTilesAcross else { return nil }
    self.window = window
    self.filters = filters
    self.tiles = tiles
  }

  private static let mostTilesAcross = 1024
  /// Outputs across a tile.
  static let tileSize = 4

  /// How many tiles cover so many outputs.
  static func tiles(over outputs: Int) -> Int { (outputs + tileSize - 1) / tileSize }

  package var kernelCount: Int { 9 * channels * filters }
  var channels: Int { window.channels }

  // MARK: - Blocks

  /// A block is some rows of tiles, numbered through the images. Its two sets of matrices should stay
  /// in the second-level cache; with few tiles the products would mostly load the kernel.
  private var tileRowsPerBlock: Int {
    let tiles = max(
      32, min(256, Self.blockElements / (WinogradMatrices.count * (channels + filters))))
    return max(1, tiles / self.tiles.width)
  }

  private static let blockElements = 1 << 18

  private func tileRows(of block: Int, examples: Int) -> Range<Int> {
    Tiling.range(of: block, count: examples * tiles.height, size: tileRowsPerBlock)
  }

  package func blockCount(examples: Int) -> Int {
    Tiling.tiles(elements: examples * tiles.height, of: tileRowsPerBlock)
  }

  package func outputs(of block: Int, examples: Int) -> Range<Int> {
    let rows = tileRows(of: block, examples: examples)
    return firstOutput(ofTileRow: rows.lowerBound)..<firstOutput(ofTileRow: rows.upperBound)
  }

  private func firstOutput(ofTileRow row: Int) -> Int {
    row / tiles.height * window.output.area + Self.tileSize * (row % tiles.height)
      * window.output.width
  }

  /// What the scratch memory of a block holds, one behind the other.
  private struct Room {
    /// A pixel beyond the border.
    let zeros: UnsafeMutablePointer<Float>
    /// Tiles × channels.
    let input: WinogradMatrices
    /// Tiles × filters.
    let output: WinogradMatrices
    /// Only backward, for all blocks of a part.
    let kernelGradient: UnsafeMutablePointer<Float>
  }

  private var tilesPerBlock: Int { tileRowsPerBlock * tiles.width }

  /// Elements of a matrix of so many columns. The stores of a tile go to the same place of all matrices,
  /// which must not be one place in the cache.
  private func matrixElements(columns: Int) -> Int {
    tilesPerBlock * RegisterProduct.rowStride(columns: columns) + Lanes.scalarCount
  }

  private func matrices(_ values: UnsafeMutablePointer<Float>, columns: Int) -> WinogradMatrices {
    WinogradMatrices(
      values: values, row: RegisterProduct.rowStride(columns: columns),
      matrix: matrixElements(columns: columns))
  }

  private func room(_ scratch: UnsafeMutablePointer<Float>) -> Room {
    let input = scratch + channels
    let output = input + WinogradMatrices.count * matrixElements(columns: channels)
    return Room(
      zeros: scratch, input: matrices(input, columns: channels),
      output: matrices(output, columns: filters),
      kernelGradient: output + WinogradMatrices.count * matrixElements(columns: filters))
  }

  package func scratchElements(for direction: ConvolutionDirection) -> Int {
    let block =
      channels + WinogradMatrices.count * matrixElements(columns: channels) + WinogradMatrices.count
      * matrixElements(columns: filters)
    return switch direction {
    case .forward: block
    case .backward: block + kernel.elements
    }
  }

  // MARK: - Kernel

  private var kernel: WinogradKernel { WinogradKernel(channels: channels, filters: filters) }

  package func arrangement(for direction: ConvolutionDirection) -> KernelArrangement {
    switch direction {
    case .forward: KernelArrangement(elements: kernel.elements, tiles: kernel.tileCount)
    case .backward:
      KernelArrangement(elements: kernel.transposedElements, tiles: kernel.tileCount)
    }
  }

  package func arrange(
    tile: Int, for direction: ConvolutionDirection, kernel: UnsafePointer<Float>,
    into arranged: UnsafeMutablePointer<Float>
  ) {
    switch direction {
    case .forward: self.kernel.transform(kernel, tile: tile, into: arranged)
    case .backward: self.kernel.transformTransposed(kernel, tile: tile, into: arranged)
    }
  }

  // MARK: - Passes

  package func forward(
    block: Int, _ operands: ConvolutionSums, scratch: UnsafeMutablePointer<Float>
  ) {
    let room = room(scratch)
    let rows = tileRows(of: block, examples: operands.examples)
    transformInput(rows, of: operands.images, room)
    for place in 0..<WinogradMatrices.count {
      RegisterProduct(
        rows: rows.count * tiles.width, columns: filters, run: channels,
        a: .init(values: room.input.values + place * room.input.matrix, row: room.input.row),
        b: .init(values: operands.kernel + place * kernel.matrix, row: kernel.row),
        c: .init(values: room.output.values + place * room.output.matrix, row: room.output.row)
      ).multiply()
    }
    for row in rows {
      WinogradOutput(window: window, filters: filters, row: row % tiles.height)
        .fill(
          operands.sums + row / tiles.height * window.output.area * filters, from: room.output,
          first: (row - rows.lowerBound) * tiles.width, bias: operands.bias)
    }
  }

  private func transformInput(
    _ rows: Range<Int>, of images: UnsafePointer<Float>, _ room: Room
  ) {
    room.zeros.update(repeating: 0, count: channels)
    for row in rows {
      WinogradInput(window: window, row: row % tiles.height)
        .transform(
          images + row / tiles.height * window.inputCount, zeros: room.zeros, into: room.input,
          first: (row - rows.lowerBound) * tiles.width)
    }
  }

  package func beginGradients(
    _ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>
  ) {
    room(scratch).kernelGradient.update(repeating: 0, count: kernel.elements)
  }

  package func addGradients(
    block: Int, _ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>
  ) {
    let room = room(scratch)
    let rows = tileRows(of: block, examples: operands.examples)
    let count = rows.count * tiles.width
    if operands.kernelGradient != nil { transformInput(rows, of: operands.images, room) }
    for row in rows {
      WinogradOutput(window: window, filters: filters, row: row % tiles.height)
        .transform(
          operands.outputGradient + row / tiles.height * window.output.area * filters,
          into: room.output, first: (row - rows.lowerBound) * tiles.width)
    }
    for place in 0..<WinogradMatrices.count {
      let input = room.input.values + place * room.input.matrix
      let output = room.output.values + place * room.output.matrix
      if operands.kernelGradient != nil {
        RegisterProduct(
          rows: channels, columns: filters, run: count,
          a: .init(values: input, row: 1, step: room.input.row),
          b: .init(values: output, row: room.output.row),
          c: .init(values: room.kernelGradient + place * kernel.matrix, row: kernel.row),
          start: .target
        ).multiply()
      }
      guard operands.inputGradient != nil else { continue }
      // The transformed inputs are done with.
      RegisterProduct(
        rows: count, columns: channels, run: filters,
        a: .init(values: output, row: room.output.row),
        b: .init(
          values: operands.kernel + place * kernel.transposedMatrix, row: kernel.transposedRow),
        c: .init(values: input, row: room.input.row)
      ).multiply()
    }
    guard let inputGradient = operands.inputGradient else { return }
    for row in rows {
      WinogradInput(window: window, row: row % tiles.height)
        .addGradient(
          room.input, first: (row - rows.lowerBound) * tiles.width,
          to: inputGradient + row / tiles.height * window.inputCount)
    }
  }

  package func endGradients(
    _ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>
  ) {
    guard let kernelGradient = operands.kernelGradient else { return }
    kernel.gradient(of: room(scratch).kernelGradient, into: kernelGradient)
  }
}

/// Convolution by products that read the patches where they lie: the taps of a row of the window are
/// neighbours in memory, and those of the next output lie some pixels further.
///
/// Only the border is made: where windows reach beyond the image, its lines are copied between zeros.
package struct DirectConvolution: ConvolutionMethod {
  package let window: SlidingWindow
  package let filters: Int

  /// - Returns: `nil` for groups, and for a window whose taps lie apart.
  package init?(window: SlidingWindow, filters: Int, groups: Int) {
    guard RegisterProduct.isFast, groups == 1, window.dilation.width == 1 || window.size.width == 1
    else { return nil }
    self.window = window
    self.filters = filters
  }

  /// Elements of a row of the window.
  var run: Int { window.size.width * window.channels }
  package var kernelCount: Int { window.size.height * run * filters }

  // MARK: - Blocks

  /// Multiply-adds of a block.
  private static let workPerBlock = 1 << 20

  /// Lines of outputs in a block, if that is a part of an image.
  private var linesPerBlock: Int {
    let work = window.output.width * kernelCount
    return min(window.output.height, max(1, Self.workPerBlock / work))
  }

  /// Images in a block, if they are whole.
  private var imagesPerBlock: Int {
    max(1, Self.workPerBlock / (window.output.width * kernelCount) / window.output.height)
  }

  private var blocksPerImage: Int {
    Tiling.tiles(elements: window.output.height, of: linesPerBlock)
  }

  package func blockCount(examples: Int) -> Int {
    blocksPerImage > 1
      ? examples * blocksPerImage : Tiling.tiles(elements: examples, of: imagesPerBlock)
  }

  package func outputs(of block: Int, examples: Int) -> Range<Int> {
    let images = images(of: block, examples: examples)
    let lines = lines(of: block)
    let first = images.lowerBound * window.output.height + lines.lowerBound
    let end = (images.upperBound - 1) * window.output.height + lines.upperBound
    return first * window.output.width..<end * window.output.width
  }

  func images(of block: Int, examples: Int) -> Range<Int> {
    guard blocksPerImage == 1 else { return block / blocksPerImage..<block / blocksPerImage + 1 }
    return Tiling.range(of: block, count: examples, size: imagesPerBlock)
  }

  /// The lines of outputs of each of its images that a block covers.
  func lines(of block: Int) -> Range<Int> {
    Tiling.range(
      of: block % blocksPerImage, count: window.output.height, size: linesPerBlock)
  }

  // MARK: - Scratch memory

  /// What the scratch memory holds, one behind the other.
  struct Room {
    /// The bias in whole lanes, for each of the outputs of a vector.
    let bias: UnsafeMutablePointer<Float>
    /// The lines that a block sees of an image, with their border.
    let lines: UnsafeMutablePointer<Float>
    /// The sums of a block or their gradients, in whole lanes.
    let outputs: UnsafeMutablePointer<Float>
    /// The gradient of the kernel in whole lanes; this and what follows only backward.
    let kernelGradient: UnsafeMutablePointer<Float>
    /// The gradient of an image with its border.
    let imageGradient: UnsafeMutablePointer<Float>
    /// The gradients of some patches.
    let patches: UnsafeMutablePointer<Float>
  }

  /// Whether filters are whole lanes, so that the products reach the outputs where they lie.
  var hasWholeLanes: Bool { filters == filters.wholeLanes }

  /// The image with its border.
  var border: ImageBorder { ImageBorder(window) }

  /// Pixels whose patches have gradients in memory at the same time.
  var pixelsPerChunk: Int {
    max(6, min(window.output.width, Self.patchElements / kernel.transposedColumns))
  }

  private static let patchElements = 1 << 14

  private var lineElements: Int {
    border.isNeeded ? border.lines(for: linesPerBlock) * border.pitch : 0
  }

  private var outputElements: Int {
    hasWholeLanes ? 0 : linesPerBlock * window.output.width * kernel.width
  }

  func room(_ scratch: UnsafeMutablePointer<Float>) -> Room {
    let lines = scratch + kernel.columns
    let outputs = lines + lineElements.wholeLanes
    let kernelGradient = outputs + outputElements.wholeLanes
    let imageGradient = kernelGradient + kernel.elements
    return Room(
      bias: scratch, lines: lines, outputs: outputs, kernelGradient: kernelGradient,
      imageGradient: imageGradient,
      patches: imageGradient + (border.elements + Lanes.scalarCount).wholeLanes)
  }

  package func scratchElements(for direction: ConvolutionDirection) -> Int {
    let block = kernel.columns + lineElements.wholeLanes + outputElements.wholeLanes
    return switch direction {
    case .forward: block
    case .backward:
      block + kernel.elements + (border.elements + Lanes.scalarCount).wholeLanes
        + pixelsPerChunk * kernel.transposedRow
    }
  }

  // MARK: - Kernel

  var kernel: DirectKernel {
    DirectKernel(window: window, filters: filters)
  }

  package func arrangement(for direction: ConvolutionDirection) -> KernelArrangement {
    KernelArrangement(
      elements: direction == .forward ? kernel.elements : kernel.transposedElements,
      tiles: kernel.tileCount)
  }

  package func arrange(
    tile: Int, for direction: ConvolutionDirection, kernel: UnsafePointer<Float>,
    into arranged: UnsafeMutablePointer<Float>
  ) {
    switch direction {
    case .forward: self.kernel.arrange(kernel, tile: tile, into: arranged)
    case .backward: self.kernel.arrangeTransposed(kernel, tile: tile, into: arranged)
    }
  }

  // MARK: - Forward

  package func forward(
    block: Int, _ operands: ConvolutionSums, scratch: UnsafeMutablePointer<Float>
  ) {
    let room = room(scratch)
    let lines = lines(of: block)
    let kernel = kernel
    let bias = operands.bias.map { bias in
      for output in 0..<kernel.outputs {
        (room.bias + output * kernel.width).update(from: bias, count: filters)
      }
      return RegisterProduct.Start.row(room.bias)
    }
    for image in images(of: block, examples: operands.examples) {
      let source = self.source(of: lines, in: operands.images + image * window.inputCount, room)
      let sums =
        operands.sums
        + (image * window.output.height + lines.lowerBound) * window.output.width * filters
      RegisterProduct(
        lines: lines.count, rows: window.output.width / kernel.outputs, columns: kernel.columns,
        runs: window.size.height, run: kernel.wideRun,
        a: .init(
          values: source.values, line: window.stride.height * source.pitch, row: step,
          run: window.dilation.height * source.pitch),
        b: .init(values: operands.kernel, row: kernel.row),
        c: .init(
          values: hasWholeLanes ? sums : room.outputs, line: window.output.width * kernel.width,
          row: kernel.columns),
        start: bias ?? .zero
      ).multiply()
      if !hasWholeLanes {
        LaneRows(rows: lines.count * window.output.width, columns: filters)
          .narrow(room.outputs, stride: kernel.width, into: sums)
      }
    }
  }

  /// Elements from what the outputs of a vector see to what those of the next see.
  var step: Int { kernel.outputs * window.stride.width * window.channels }

  /// What the windows of some lines of outputs see of an image.
  ///
  /// - Returns: the first of them and the elements to the next.
  func source(
    of lines: Range<Int>, in image: UnsafePointer<Float>, _ room: Room
  ) -> (values: UnsafePointer<Float>, pitch: Int) {
    let top = lines.lowerBound * window.stride.height
    guard border.isNeeded else {
      let pitch = window.input.width * window.channels
      return (image + top * pitch, pitch)
    }
    border.copy(top..<top + border.lines(for: lines.count), of: image, into: room.lines)
    return (UnsafePointer(room.lines), border.pitch)
  }
}

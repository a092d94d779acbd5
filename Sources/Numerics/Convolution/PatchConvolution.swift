/// Convolution by products with the matrix of patches, a block of whose rows is gathered at a time: for
/// every geometry.
package struct PatchConvolution: ConvolutionMethod {
  package let window: SlidingWindow
  package let filters: Int
  private let groups: Int

  package init(window: SlidingWindow, filters: Int, groups: Int) {
    precondition(window.channels % groups == 0 && filters % groups == 0)
    self.window = window
    self.filters = filters
    self.groups = groups
  }

  private var channelsPerGroup: Int { window.channels / groups }
  private var filtersPerGroup: Int { filters / groups }

  /// Rows of the kernel as a matrix of `patchLength × filters`.
  private var patchLength: Int { window.size.area * channelsPerGroup }

  package var kernelCount: Int { patchLength * filters }

  /// Whether a patch is a pixel, so that the images are the matrix of patches already.
  private var isPointwise: Bool {
    window.size.area == 1 && window.stride.area == 1 && groups == 1
      && window.padding.height == 0 && window.padding.width == 0 && window.output == window.input
  }

  /// The products read the kernel as it is.
  package func arrangement(for direction: ConvolutionDirection) -> KernelArrangement {
    KernelArrangement()
  }

  package func arrange(
    tile: Int, for direction: ConvolutionDirection, kernel: UnsafePointer<Float>,
    into arranged: UnsafeMutablePointer<Float>
  ) {}

  // MARK: - Blocks

  /// Rows of the matrix that are worked on at once. They should stay in the second-level cache, but every
  /// product packs the kernel anew, so that few rows are dear too.
  private var rowsPerBlock: Int {
    let rows = max(32, min(2048, Self.patchElements / patchLength / 16 * 16))
    return max(1, min(rows, Self.mostPatchElements / patchLength))
  }

  private static let patchElements = 1 << 17
  /// A bound for kernels as large as an image.
  private static let mostPatchElements = 1 << 23

  package func blockCount(examples: Int) -> Int {
    Tiling.tiles(elements: examples * window.output.area, of: rowsPerBlock)
  }

  package func outputs(of block: Int, examples: Int) -> Range<Int> {
    Tiling.range(of: block, count: examples * window.output.area, size: rowsPerBlock)
  }

  package func scratchElements(for direction: ConvolutionDirection) -> Int {
    rowsPerBlock * patchLength + Patches.slack
  }

  private func patches(of group: Int) -> Patches {
    Patches(
      window: window, firstChannel: group * channelsPerGroup, channels: channelsPerGroup)
  }

  // MARK: - Passes

  /// `sums = patches · kernel + bias`
  package func forward(
    block: Int, _ operands: ConvolutionSums, scratch: UnsafeMutablePointer<Float>
  ) {
    let rows = outputs(of: block, examples: operands.examples)
    if let bias = operands.bias {
      for row in rows { (operands.sums + row * filters).update(from: bias, count: filters) }
    }
    for group in 0..<groups {
      let column = group * filtersPerGroup
      MatrixMultiply(
        rows: rows.count, columns: filtersPerGroup, depth: patchLength,
        patchMatrix(
          rows, of: group, images: operands.images, examples: operands.examples,
          scratch: scratch),
        StoredMatrix(operands.kernel + column, stride: filters),
        into: operands.sums + rows.lowerBound * filters + column, stride: filters,
        beta: operands.bias == nil ? 0 : 1
      ).runOnThisThread()
    }
  }

  package func beginGradients(
    _ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>
  ) {
    operands.kernelGradient?.update(repeating: 0, count: kernelCount)
    operands.inputGradient?.update(
      repeating: 0, count: operands.examples * window.inputCount)
  }

  package func addGradients(
    block: Int, _ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>
  ) {
    let rows = outputs(of: block, examples: operands.examples)
    if let kernelGradient = operands.kernelGradient {
      addKernelGradient(rows, operands, to: kernelGradient, scratch)
    }
    if let inputGradient = operands.inputGradient {
      addInputGradient(rows, operands, to: inputGradient, scratch)
    }
  }

  package func endGradients(
    _ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>
  ) {}

  /// `kernelGradient += patchesᵀ · outputGradient`
  private func addKernelGradient(
    _ rows: Range<Int>, _ operands: ConvolutionGradients,
    to kernelGradient: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    for group in 0..<groups {
      let column = group * filtersPerGroup
      MatrixMultiply(
        rows: patchLength, columns: filtersPerGroup, depth: rows.count,
        patchMatrix(
          rows, of: group, images: operands.images, examples: operands.examples,
          scratch: scratch
        ).transposed,
        StoredMatrix(
          operands.outputGradient + rows.lowerBound * filters + column, stride: filters),
        into: kernelGradient + column, stride: filters, beta: 1
      ).runOnThisThread()
    }
  }

  /// Adds the gradient of the patches, `outputGradient · kernelᵀ`, to the pixels they were taken from.
  private func addInputGradient(
    _ rows: Range<Int>, _ operands: ConvolutionGradients,
    to imageGradient: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) {
    for group in 0..<groups {
      let column = group * filtersPerGroup
      let gradient = StoredMatrix(
        operands.outputGradient + rows.lowerBound * filters + column, stride: filters)
      let target =
        isPointwise ? imageGradient + rows.lowerBound * window.channels : scratch
      MatrixMultiply(
        rows: rows.count, columns: patchLength, depth: filtersPerGroup, gradient,
        StoredMatrix(operands.kernel + column, stride: filters).transposed,
        into: target, stride: patchLength, beta: isPointwise ? 1 : 0
      ).runOnThisThread()
      if !isPointwise {
        patches(of: group).scatter(rows, from: scratch, adding: imageGradient)
      }
    }
  }

  /// The patches of a range of rows: in the scratch, or the images themselves.
  private func patchMatrix(
    _ rows: Range<Int>, of group: Int, images: UnsafePointer<Float>, examples: Int,
    scratch: UnsafeMutablePointer<Float>
  ) -> StoredMatrix {
    if isPointwise {
      return StoredMatrix(images + rows.lowerBound * window.channels, stride: window.channels)
    }
    patches(of: group).gather(
      rows, from: images, imageElements: examples * window.inputCount, into: scratch)
    return StoredMatrix(scratch, stride: patchLength)
  }
}

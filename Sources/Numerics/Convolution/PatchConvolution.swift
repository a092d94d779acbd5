/// Convolution by products with the matrix of patches, a block of whose rows is gathered at a time: for
/// every geometry, and for products in bfloat16, which are so fast that gathering pays.
package struct PatchConvolution: ConvolutionMethod {
  package let window: SlidingWindow
  package let filters: Int
  private let groups: Int
  private let precision: ProductPrecision

  package init(
    window: SlidingWindow, filters: Int, groups: Int, precision: ProductPrecision = .single
  ) {
    precondition(window.channels % groups == 0 && filters % groups == 0)
    self.window = window
    self.filters = filters
    self.groups = groups
    self.precision = precision
  }

  /// The convolution in bfloat16, where a kernel is wide enough for what is gathered to pay; by shapes alone.
  package static func reduced(window: SlidingWindow, filters: Int, groups: Int) -> Self? {
    let method = Self(window: window, filters: filters, groups: groups, precision: .bfloat16)
    let isWide = method.filtersPerGroup >= 64 && method.patchLength >= 512
    return isWide ? method : nil
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

  // MARK: - The kernel

  /// In single precision the products read the kernel as it is.
  package func arrangement(for direction: ConvolutionDirection) -> KernelArrangement {
    guard precision == .bfloat16 else { return KernelArrangement() }
    let (lines, depth) = packedShape(for: direction)
    return KernelArrangement(
      elements: groups * BFloat16Panels.elements(lines: lines, depth: depth), tiles: groups)
  }

  package func arrange(
    tile: Int, for direction: ConvolutionDirection, kernel: UnsafePointer<Float>,
    into arranged: UnsafeMutablePointer<Float>
  ) {
    let (lines, depth) = packedShape(for: direction)
    let matrix = StoredMatrix(kernel + tile * filtersPerGroup, stride: filters)
    BFloat16Packing(
      direction == .forward ? matrix : matrix.transposed, .right, lines: lines, depth: depth,
      into: arranged + tile * BFloat16Panels.elements(lines: lines, depth: depth)
    ).packAll()
  }

  /// The extents of the kernel of a group as a right factor.
  private func packedShape(for direction: ConvolutionDirection) -> (lines: Int, depth: Int) {
    direction == .forward ? (filtersPerGroup, patchLength) : (patchLength, filtersPerGroup)
  }

  /// The kernel of a group as arranged in bfloat16.
  private func packedKernel(
    of group: Int, for direction: ConvolutionDirection, _ arranged: UnsafePointer<Float>
  ) -> BFloat16Product.Factor {
    let (lines, depth) = packedShape(for: direction)
    return .packed(
      BFloat16Panels(
        words: arranged + group * BFloat16Panels.elements(lines: lines, depth: depth),
        depthTiles: BFloat16Panels.depthTiles(depth)))
  }

  // MARK: - Blocks

  /// Rows of the matrix that are worked on at once. They should stay in the second-level cache, but every
  /// product packs the kernel anew, so that few rows are dear too.
  private var rowsPerBlock: Int {
    let (elements, multiple) =
      precision == .bfloat16
      ? (2 * Self.patchElements, BFloat16Panels.depthOfTile) : (Self.patchElements, 16)
    let rows = max(32, min(2048, elements / patchLength / multiple * multiple))
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
    patchRoom + (precision == .bfloat16 ? BFloat16Product.scratchElements : 0)
  }

  /// Elements of the patches of a block. Behind them is the room of products in bfloat16.
  private var patchRoom: Int { (rowsPerBlock * patchLength + Patches.slack).wholeLanes }

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
      let patches = patchMatrix(
        rows, of: group, images: operands.images, examples: operands.examples, scratch: scratch)
      multiply(
        rows: rows.count, columns: filtersPerGroup, depth: patchLength, patches,
        precision == .bfloat16
          ? packedKernel(of: group, for: .forward, operands.kernel)
          : .stored(StoredMatrix(operands.kernel + column, stride: filters)),
        into: operands.sums + rows.lowerBound * filters + column, stride: filters,
        adds: operands.bias != nil, scratch)
    }
  }

  private func multiply(
    rows: Int, columns: Int, depth: Int, _ a: StoredMatrix, _ b: BFloat16Product.Factor,
    into c: UnsafeMutablePointer<Float>, stride: Int, adds: Bool,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    if precision == .single, case .stored(let b) = b {
      MatrixMultiply(
        rows: rows, columns: columns, depth: depth, a, b, into: c, stride: stride,
        beta: adds ? 1 : 0
      ).runOnThisThread()
    } else {
      BFloat16Product(
        rows: rows, columns: columns, depth: depth, .stored(a), b, into: c, stride: stride,
        initial: adds ? .stored : .zero
      ).runOnThisThread(scratch: scratch + patchRoom)
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
      let patches = patchMatrix(
        rows, of: group, images: operands.images, examples: operands.examples, scratch: scratch)
      multiply(
        rows: patchLength, columns: filtersPerGroup, depth: rows.count, patches.transposed,
        .stored(
          StoredMatrix(
            operands.outputGradient + rows.lowerBound * filters + column, stride: filters)),
        into: kernelGradient + column, stride: filters, adds: true, scratch)
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
      multiply(
        rows: rows.count, columns: patchLength, depth: filtersPerGroup, gradient,
        precision == .bfloat16
          ? packedKernel(of: group, for: .backward, operands.kernel)
          : .stored(StoredMatrix(operands.kernel + column, stride: filters).transposed),
        into: target, stride: patchLength, adds: isPointwise, scratch)
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

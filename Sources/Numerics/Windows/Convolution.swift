/// The three products of a convolution, each over a range of the rows of its patch matrix.
///
/// Shapes: images `height × width × channels`, kernel `size.height × size.width × channels / groups × filters`,
/// outputs `output.height × output.width × filters`. Output channel f sees the channels of its group
/// only. The functions run on the calling thread; whoever cuts a batch into ranges sees to the tiles.
package struct Convolution: Sendable {
  package let window: SlidingWindow
  package let filters: Int
  package let groups: Int

  package init(window: SlidingWindow, filters: Int, groups: Int) {
    precondition(window.channels % groups == 0 && filters % groups == 0)
    self.window = window
    self.filters = filters
    self.groups = groups
  }

  private var channelsPerGroup: Int { window.channels / groups }
  private var filtersPerGroup: Int { filters / groups }

  /// Rows of the kernel as a matrix of `patchLength × filters`.
  package var patchLength: Int { window.size.area * channelsPerGroup }

  package var kernelCount: Int { patchLength * filters }

  /// Whether a patch is a pixel, so that the images are the matrix of patches already.
  private var isPointwise: Bool {
    window.size.area == 1 && window.stride.area == 1 && groups == 1
      && window.padding.height == 0 && window.padding.width == 0 && window.output == window.input
  }

  /// Rows that are worked on at once. The patches should stay in the second-level cache, but every
  /// product packs the kernel anew, so that few rows are dear too.
  package var rowsPerBlock: Int {
    let rows = max(32, min(2048, Self.patchElements / patchLength / 16 * 16))
    return max(1, min(rows, Self.mostPatchElements / patchLength))
  }

  private static let patchElements = 1 << 17
  /// A bound for kernels as large as an image.
  private static let mostPatchElements = 1 << 23

  /// Scratch elements that one block needs.
  package var scratchElements: Int { rowsPerBlock * patchLength + Patches.slack }

  private func patches(of group: Int) -> Patches {
    Patches(
      window: window, firstChannel: group * channelsPerGroup, channels: channelsPerGroup)
  }

  /// `outputs = patches · kernel + beta · outputs`
  ///
  /// - Parameters:
  ///   - images: the whole batch, `examples` images.
  ///   - outputs: of the whole batch.
  package func multiply(
    _ rows: Range<Int>, images: UnsafePointer<Float>, examples: Int,
    kernel: UnsafePointer<Float>, into outputs: UnsafeMutablePointer<Float>, beta: Float,
    scratch: UnsafeMutablePointer<Float>
  ) {
    for group in 0..<groups {
      let column = group * filtersPerGroup
      MatrixMultiply(
        rows: rows.count, columns: filtersPerGroup, depth: patchLength,
        patchMatrix(rows, of: group, images: images, examples: examples, scratch: scratch),
        StoredMatrix(kernel + column, stride: filters),
        into: outputs + rows.lowerBound * filters + column, stride: filters, beta: beta
      ).runOnThisThread()
    }
  }

  /// `kernelGradient += patchesᵀ · outputGradient`
  ///
  /// - Parameter kernelGradient: shape `patchLength × filters`.
  package func addKernelGradient(
    _ rows: Range<Int>, images: UnsafePointer<Float>, examples: Int,
    outputGradient: UnsafePointer<Float>, to kernelGradient: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    for group in 0..<groups {
      let column = group * filtersPerGroup
      MatrixMultiply(
        rows: patchLength, columns: filtersPerGroup, depth: rows.count,
        patchMatrix(rows, of: group, images: images, examples: examples, scratch: scratch)
          .transposed,
        StoredMatrix(outputGradient + rows.lowerBound * filters + column, stride: filters),
        into: kernelGradient + column, stride: filters, beta: 1
      ).runOnThisThread()
    }
  }

  /// Adds the gradient of the patches, `outputGradient · kernelᵀ`, to the pixels they were taken from.
  package func addInputGradient(
    _ rows: Range<Int>, outputGradient: UnsafePointer<Float>, kernel: UnsafePointer<Float>,
    to imageGradient: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    for group in 0..<groups {
      let column = group * filtersPerGroup
      let gradient = StoredMatrix(
        outputGradient + rows.lowerBound * filters + column, stride: filters)
      let target =
        isPointwise ? imageGradient + rows.lowerBound * window.channels : scratch
      MatrixMultiply(
        rows: rows.count, columns: patchLength, depth: filtersPerGroup, gradient,
        StoredMatrix(kernel + column, stride: filters).transposed,
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

/// The kernel of a convolution by F(2×2, 3×3): sixteen matrices `channels × filters`, `G g Gᵀ`.
struct WinogradKernel {
  let channels: Int
  let filters: Int

  /// Elements from a channel to the next.
  var row: Int { RegisterProduct.rowStride(columns: filters) }
  /// Elements from a matrix to the next.
  var matrix: Int { channels * row }
  var elements: Int { 16 * matrix }

  /// The same of the transposed matrices, `filters × channels`.
  var transposedRow: Int { RegisterProduct.rowStride(columns: channels) }
  var transposedMatrix: Int { filters * transposedRow }
  var transposedElements: Int { 16 * transposedMatrix }

  /// A tile is sixteen channels.
  var tileCount: Int { channels / Lanes.scalarCount }

  private func channels(of tile: Int) -> Range<Int> {
    Tiling.range(of: tile, count: channels, size: Lanes.scalarCount)
  }

  /// Elements from a weight to that of the next tap.
  private var tap: Int { channels * filters }

  /// Fills in the matrices for sixteen channels.
  func transform(
    _ kernel: UnsafePointer<Float>, tile: Int, into matrices: UnsafeMutablePointer<Float>
  ) {
    let matrices = WinogradMatrices(values: matrices, row: row, matrix: matrix)
    for channel in channels(of: tile) {
      var filter = 0
      while filter < filters {
        let weights = WinogradWeights(kernel + channel * filters + filter, tap: tap)
        matrices.set(channel, filter, across: 0, weights.first)
        matrices.set(channel, filter, across: 1, weights.second)
        matrices.set(channel, filter, across: 2, weights.third)
        matrices.set(channel, filter, across: 3, weights.fourth)
        filter += Lanes.scalarCount
      }
    }
  }

  /// Fills in the transposed matrices for sixteen channels.
  func transformTransposed(
    _ kernel: UnsafePointer<Float>, tile: Int, into matrices: UnsafeMutablePointer<Float>
  ) {
    for channel in channels(of: tile) {
      var filter = 0
      while filter < filters {
        let weights = WinogradWeights(kernel + channel * filters + filter, tap: tap)
        let target = matrices + filter * transposedRow + channel
        setColumn(target, weights.first)
        setColumn(target + 4 * transposedMatrix, weights.second)
        setColumn(target + 8 * transposedMatrix, weights.third)
        setColumn(target + 12 * transposedMatrix, weights.fourth)
        filter += Lanes.scalarCount
      }
    }
  }

  /// Fills in sixteen numbers of a column of four matrices.
  @inline(__always)
  private func setColumn(_ target: UnsafeMutablePointer<Float>, _ quad: WinogradQuad) {
    let (row, matrix) = (transposedRow, transposedMatrix)
    for lane in 0..<Lanes.scalarCount {
      let place = target + lane * row
      place[0] = quad.a[lane]
      place[matrix] = quad.b[lane]
      place[2 * matrix] = quad.c[lane]
      place[3 * matrix] = quad.d[lane]
    }
  }

  /// Assigns `Gᵀ u G`, the gradient of the kernel from that of the matrices.
  func gradient(
    of matrices: UnsafeMutablePointer<Float>, into kernelGradient: UnsafeMutablePointer<Float>
  ) {
    let matrices = WinogradMatrices(values: matrices, row: row, matrix: matrix)
    for channel in 0..<channels {
      var filter = 0
      while filter < filters {
        let first = matrices.quad(channel, filter, across: 0).toKernel
        let second = matrices.quad(channel, filter, across: 1).toKernel
        let third = matrices.quad(channel, filter, across: 2).toKernel
        let fourth = matrices.quad(channel, filter, across: 3).toKernel
        let target = kernelGradient + channel * filters + filter
        setColumn(target, WinogradQuad(first.0, second.0, third.0, fourth.0).toKernel)
        setColumn(target + tap, WinogradQuad(first.1, second.1, third.1, fourth.1).toKernel)
        setColumn(target + 2 * tap, WinogradQuad(first.2, second.2, third.2, fourth.2).toKernel)
        filter += Lanes.scalarCount
      }
    }
  }

  /// Fills in a column of the taps for sixteen filters.
  @inline(__always)
  private func setColumn(_ target: UnsafeMutablePointer<Float>, _ taps: (Lanes, Lanes, Lanes)) {
    target.lanes = taps.0
    (target + 3 * tap).lanes = taps.1
    (target + 6 * tap).lanes = taps.2
  }
}

/// The rows of `G g Gᵀ` between a channel and sixteen filters.
private struct WinogradWeights {
  let first: WinogradQuad
  let second: WinogradQuad
  let third: WinogradQuad
  let fourth: WinogradQuad

  /// - Parameters:
  ///   - weights: those of the first tap.
  ///   - tap: elements from a tap to the next, row by row.
  @inline(__always)
  init(_ weights: UnsafePointer<Float>, tap: Int) {
    let left = Self.column(weights, tap)
    let middle = Self.column(weights + tap, tap)
    let right = Self.column(weights + 2 * tap, tap)
    first = .ofKernel(left.a, middle.a, right.a)
    second = .ofKernel(left.b, middle.b, right.b)
    third = .ofKernel(left.c, middle.c, right.c)
    fourth = .ofKernel(left.d, middle.d, right.d)
  }

  @inline(__always)
  private static func column(_ weights: UnsafePointer<Float>, _ tap: Int) -> WinogradQuad {
    .ofKernel(weights.lanes, (weights + 3 * tap).lanes, (weights + 6 * tap).lanes)
  }
}

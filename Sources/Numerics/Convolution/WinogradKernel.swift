/// The kernel of a convolution by F(4×4, 3×3): 36 matrices `channels × filters`, `G g Gᵀ`.
struct WinogradKernel {
  let channels: Int
  let filters: Int

  /// Elements from a channel to the next.
  var row: Int { RegisterProduct.rowStride(columns: filters) }
  /// Elements from a matrix to the next.
  var matrix: Int { channels * row }
  var elements: Int { WinogradMatrices.count * matrix }

  /// The same of the transposed matrices, `filters × channels`.
  var transposedRow: Int { RegisterProduct.rowStride(columns: channels) }
  var transposedMatrix: Int { filters * transposedRow }
  var transposedElements: Int { WinogradMatrices.count * transposedMatrix }

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
        let weights = kernel + channel * filters + filter
        matrices.setRows(channel, filter, rows(of: weights))
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
        let rows = rows(of: kernel + channel * filters + filter)
        let target = matrices + filter * transposedRow + channel
        setColumn(target, rows.a)
        setColumn(target + 6 * transposedMatrix, rows.b)
        setColumn(target + 12 * transposedMatrix, rows.c)
        setColumn(target + 18 * transposedMatrix, rows.d)
        setColumn(target + 24 * transposedMatrix, rows.e)
        setColumn(target + 30 * transposedMatrix, rows.f)
        filter += Lanes.scalarCount
      }
    }
  }

  /// Fills in sixteen numbers of a column of six matrices.
  @inline(__always)
  private func setColumn(_ target: UnsafeMutablePointer<Float>, _ line: WinogradLine) {
    let (row, matrix) = (transposedRow, transposedMatrix)
    for lane in 0..<Lanes.scalarCount {
      let place = target + lane * row
      place[0] = line.a[lane]
      place[matrix] = line.b[lane]
      place[2 * matrix] = line.c[lane]
      place[3 * matrix] = line.d[lane]
      place[4 * matrix] = line.e[lane]
      place[5 * matrix] = line.f[lane]
    }
  }

  /// The rows of `G g Gᵀ` between a channel and sixteen filters.
  ///
  /// - Parameter weights: those of the first tap.
  @inline(__always)
  private func rows(of weights: UnsafePointer<Float>) -> WinogradTile {
    let left = column(weights)
    let middle = column(weights + tap)
    let right = column(weights + 2 * tap)
    return WinogradTile(
      .ofKernel(left.a, middle.a, right.a), .ofKernel(left.b, middle.b, right.b),
      .ofKernel(left.c, middle.c, right.c), .ofKernel(left.d, middle.d, right.d),
      .ofKernel(left.e, middle.e, right.e), .ofKernel(left.f, middle.f, right.f))
  }

  @inline(__always)
  private func column(_ weights: UnsafePointer<Float>) -> WinogradLine {
    .ofKernel(weights.lanes, (weights + 3 * tap).lanes, (weights + 6 * tap).lanes)
  }

  /// Assigns `Gᵀ u G`, the gradient of the kernel from that of the matrices.
  func gradient(
    of matrices: UnsafeMutablePointer<Float>, into kernelGradient: UnsafeMutablePointer<Float>
  ) {
    let matrices = WinogradMatrices(values: matrices, row: row, matrix: matrix)
    for channel in 0..<channels {
      var filter = 0
      while filter < filters {
        let rows = matrices.rows(channel, filter).map { $0.toKernel }
        let target = kernelGradient + channel * filters + filter
        setTaps(target, rows.map { $0.0 })
        setTaps(target + tap, rows.map { $0.1 })
        setTaps(target + 2 * tap, rows.map { $0.2 })
        filter += Lanes.scalarCount
      }
    }
  }

  /// Fills in a column of the taps for sixteen filters from one of half of the transform.
  @inline(__always)
  private func setTaps(_ target: UnsafeMutablePointer<Float>, _ column: WinogradLine) {
    let taps = column.toKernel
    target.lanes = taps.0
    (target + 3 * tap).lanes = taps.1
    (target + 6 * tap).lanes = taps.2
  }
}

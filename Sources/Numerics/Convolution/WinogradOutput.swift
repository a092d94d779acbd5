/// A row of tiles of 4×4 outputs: from and to their transforms.
struct WinogradOutput {
  private let window: SlidingWindow
  private let filters: Int
  /// The number of the row in its image.
  private let row: Int

  init(window: SlidingWindow, filters: Int, row: Int) {
    self.window = window
    self.filters = filters
    self.row = row
  }

  private var tiles: Int { WinogradConvolution.tiles(over: window.output.width) }
  private var pitch: Int { window.output.width * filters }
  private var top: Int { WinogradConvolution.tileSize * row }
  /// Lines of outputs that lie in the image, up to four.
  private var lines: Int { min(WinogradConvolution.tileSize, window.output.height - top) }

  /// Fills in the outputs of an image, `Aᵀ m A + bias`, from the rows of the matrices from `first` on.
  func fill(
    _ outputs: UnsafeMutablePointer<Float>, from matrices: WinogradMatrices, first: Int,
    bias: UnsafePointer<Float>?
  ) {
    let lines = lines
    var filter = 0
    while filter < filters {
      let start = bias.map { ($0 + filter).lanes } ?? Lanes()
      var target = outputs + top * pitch + filter
      var left = window.output.width
      for tile in first..<first + tiles {
        // A row of the places makes a row of outputs; their columns are still transformed.
        let columns = matrices.rows(tile, filter).map { $0.toOutput }.columns
        put(columns.0.toOutput, plus: start, lines, target)
        if left > 1 { put(columns.1.toOutput, plus: start, lines, target + filters) }
        if left > 2 { put(columns.2.toOutput, plus: start, lines, target + 2 * filters) }
        if left > 3 { put(columns.3.toOutput, plus: start, lines, target + 3 * filters) }
        target += WinogradConvolution.tileSize * filters
        left -= WinogradConvolution.tileSize
      }
      filter += Lanes.scalarCount
    }
  }

  /// Puts those of four outputs in a column that lie in the image.
  @inline(__always)
  private func put(
    _ column: WinogradQuartet, plus start: Lanes, _ lines: Int,
    _ target: UnsafeMutablePointer<Float>
  ) {
    target.lanes = column.a + start
    if lines > 1 { (target + pitch).lanes = column.b + start }
    if lines > 2 { (target + 2 * pitch).lanes = column.c + start }
    if lines > 3 { (target + 3 * pitch).lanes = column.d + start }
  }

  /// Fills in the rows of the matrices from `first` on with `A y Aᵀ`, y being the gradients of the
  /// outputs of an image.
  func transform(
    _ outputGradient: UnsafePointer<Float>, into matrices: WinogradMatrices, first: Int
  ) {
    let lines = lines
    var filter = 0
    while filter < filters {
      var source = outputGradient + top * pitch + filter
      var left = window.output.width
      for tile in first..<first + tiles {
        let a = column(source, lines).ofOutput
        let b = left > 1 ? column(source + filters, lines).ofOutput : WinogradLine()
        let c = left > 2 ? column(source + 2 * filters, lines).ofOutput : WinogradLine()
        let d = left > 3 ? column(source + 3 * filters, lines).ofOutput : WinogradLine()
        let rows = WinogradSextet(
          WinogradQuartet(a.a, b.a, c.a, d.a), WinogradQuartet(a.b, b.b, c.b, d.b),
          WinogradQuartet(a.c, b.c, c.c, d.c), WinogradQuartet(a.d, b.d, c.d, d.d),
          WinogradQuartet(a.e, b.e, c.e, d.e), WinogradQuartet(a.f, b.f, c.f, d.f))
        matrices.setRows(tile, filter, rows.map { $0.ofOutput })
        source += WinogradConvolution.tileSize * filters
        left -= WinogradConvolution.tileSize
      }
      filter += Lanes.scalarCount
    }
  }

  /// Four outputs in a column, zero where they lie below the image.
  @inline(__always)
  private func column(_ source: UnsafePointer<Float>, _ lines: Int) -> WinogradQuartet {
    WinogradQuartet(
      source.lanes, lines > 1 ? (source + pitch).lanes : Lanes(),
      lines > 2 ? (source + 2 * pitch).lanes : Lanes(),
      lines > 3 ? (source + 3 * pitch).lanes : Lanes())
  }
}

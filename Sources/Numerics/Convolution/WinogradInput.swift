/// A row of tiles of 6×6 inputs, each four pixels further than the last: to and from their transforms.
struct WinogradInput {
  private let window: SlidingWindow
  /// The number of the row in its image.
  private let row: Int

  init(window: SlidingWindow, row: Int) {
    self.window = window
    self.row = row
  }

  private var tiles: Int { WinogradConvolution.tiles(over: window.output.width) }
  /// The pixel of the first tile, −1 if it lies beyond the border.
  private var left: Int { -window.padding.width }
  private var top: Int { WinogradConvolution.tileSize * row - window.padding.height }
  private var pitch: Int { window.input.width * window.channels }

  /// A line of pixels; beyond the border always the same one, of zeros.
  private struct Line {
    let values: UnsafePointer<Float>
    let pixel: Int

    @inline(__always)
    func lanes(_ x: Int, _ channel: Int) -> Lanes { (values + x * pixel + channel).lanes }
  }

  private func line(
    _ y: Int, of image: UnsafePointer<Float>, zeros: UnsafePointer<Float>
  ) -> Line {
    y >= 0 && y < window.input.height
      ? Line(values: image + y * pitch, pixel: window.channels) : Line(values: zeros, pixel: 0)
  }

  /// Fills in the rows of the matrices from `first` on with `Bᵀ d B`.
  ///
  /// - Parameter zeros: a pixel.
  func transform(
    _ image: UnsafePointer<Float>, zeros: UnsafePointer<Float>, into matrices: WinogradMatrices,
    first: Int
  ) {
    let lines = WinogradSextet(0, 1, 2, 3, 4, 5).map { line(top + $0, of: image, zeros: zeros) }
    var channel = 0
    while channel < window.channels {
      var x = left
      var a = column(x, channel, lines)
      var b = column(x + 1, channel, lines)
      for tile in first..<first + tiles {
        let c = column(x + 2, channel, lines)
        let d = column(x + 3, channel, lines)
        let e = column(x + 4, channel, lines)
        let f = column(x + 5, channel, lines)
        let rows = WinogradTile(a, b, c, d, e, f).transposed
        matrices.setRows(tile, channel, rows.map { $0.ofInput })
        (a, b) = (e, f)
        x += WinogradConvolution.tileSize
      }
      channel += Lanes.scalarCount
    }
  }

  /// A column of pixels, transformed.
  @inline(__always)
  private func column(_ x: Int, _ channel: Int, _ lines: WinogradSextet<Line>) -> WinogradLine {
    guard x >= 0, x < window.input.width else { return WinogradLine() }
    return WinogradLine(
      lines.a.lanes(x, channel), lines.b.lanes(x, channel), lines.c.lanes(x, channel),
      lines.d.lanes(x, channel), lines.e.lanes(x, channel), lines.f.lanes(x, channel)
    ).ofInput
  }

  /// Puts `B v Bᵀ`, the gradients of the tiles, into that of the image. Tiles overlap: the upper two
  /// lines of a tile add to what the row above left there, the lower four are the first to reach theirs.
  ///
  /// - Precondition: rows come in order.
  func addGradient(
    _ matrices: WinogradMatrices, first: Int, to imageGradient: UnsafeMutablePointer<Float>
  ) {
    var channel = 0
    while channel < window.channels {
      var x = left
      // What the tile on the left has for the first two columns of the next.
      var a = WinogradLine()
      var b = WinogradLine()
      for tile in first..<first + tiles {
        // A column of the places makes a column of pixels; their rows are still transformed.
        let rows = matrices.columns(tile, channel).map { $0.toInput }.transposed
        let columns = rows.map { $0.toInput }.transposed
        put(x, channel, a + columns.a, imageGradient)
        put(x + 1, channel, b + columns.b, imageGradient)
        put(x + 2, channel, columns.c, imageGradient)
        put(x + 3, channel, columns.d, imageGradient)
        (a, b) = (columns.e, columns.f)
        x += WinogradConvolution.tileSize
      }
      put(x, channel, a, imageGradient)
      put(x + 1, channel, b, imageGradient)
      channel += Lanes.scalarCount
    }
  }

  /// Puts a column of six pixels where it belongs.
  @inline(__always)
  private func put(
    _ x: Int, _ channel: Int, _ column: WinogradLine,
    _ imageGradient: UnsafeMutablePointer<Float>
  ) {
    guard x >= 0, x < window.input.width else { return }
    let isFirstRow = row == 0
    let place = imageGradient + top * pitch + x * window.channels + channel
    // Only of a tile at the border a part lies outside.
    let lines = -top..<window.input.height - top
    if lines.contains(0) { place.lanes = isFirstRow ? column.a : place.lanes + column.a }
    if lines.contains(1) {
      let place = place + pitch
      place.lanes = isFirstRow ? column.b : place.lanes + column.b
    }
    if lines.contains(2) { (place + 2 * pitch).lanes = column.c }
    if lines.contains(3) { (place + 3 * pitch).lanes = column.d }
    if lines.contains(4) { (place + 4 * pitch).lanes = column.e }
    if lines.contains(5) { (place + 5 * pitch).lanes = column.f }
  }
}

/// A row of tiles of 4×4 inputs, each two pixels further than the last: to and from their transforms.
struct WinogradInput {
  private let window: SlidingWindow
  /// The number of the row in its image.
  private let row: Int

  init(window: SlidingWindow, row: Int) {
    self.window = window
    self.row = row
  }

  private var tiles: Int { (window.output.width + 1) / 2 }
  /// The pixel of the first tile, −1 if it lies beyond the border.
  private var left: Int { -window.padding.width }
  private var top: Int { 2 * row - window.padding.height }

  /// Four pixels in a column, with one behind them.
  private struct Lines {
    let first: Line
    let second: Line
    let third: Line
    let fourth: Line
  }

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
    let pitch = window.input.width * window.channels
    return y >= 0 && y < window.input.height
      ? Line(values: image + y * pitch, pixel: window.channels) : Line(values: zeros, pixel: 0)
  }

  /// Fills in the rows of the matrices from `first` on with `Bᵀ d B`.
  ///
  /// - Parameter zeros: a pixel.
  func transform(
    _ image: UnsafePointer<Float>, zeros: UnsafePointer<Float>, into matrices: WinogradMatrices,
    first: Int
  ) {
    let lines = Lines(
      first: line(top, of: image, zeros: zeros), second: line(top + 1, of: image, zeros: zeros),
      third: line(top + 2, of: image, zeros: zeros),
      fourth: line(top + 3, of: image, zeros: zeros))
    var channel = 0
    while channel < window.channels {
      var x = left
      var a = column(x, channel, lines)
      var b = column(x + 1, channel, lines)
      for tile in first..<first + tiles {
        let c = column(x + 2, channel, lines)
        let d = column(x + 3, channel, lines)
        matrices.set(tile, channel, across: 0, WinogradQuad(a.a, b.a, c.a, d.a).ofInput)
        matrices.set(tile, channel, across: 1, WinogradQuad(a.b, b.b, c.b, d.b).ofInput)
        matrices.set(tile, channel, across: 2, WinogradQuad(a.c, b.c, c.c, d.c).ofInput)
        matrices.set(tile, channel, across: 3, WinogradQuad(a.d, b.d, c.d, d.d).ofInput)
        (a, b) = (c, d)
        x += 2
      }
      channel += Lanes.scalarCount
    }
  }

  /// A column of pixels, transformed.
  @inline(__always)
  private func column(_ x: Int, _ channel: Int, _ lines: Lines) -> WinogradQuad {
    guard x >= 0, x < window.input.width else { return WinogradQuad() }
    return WinogradQuad(
      lines.first.lanes(x, channel), lines.second.lanes(x, channel),
      lines.third.lanes(x, channel), lines.fourth.lanes(x, channel)
    ).ofInput
  }

  /// Puts `B v Bᵀ`, the gradients of the tiles, into that of the image. Tiles overlap: the upper two
  /// lines of a tile add to what the row above left there, the lower two are the first to reach theirs.
  ///
  /// - Precondition: rows come in order.
  func addGradient(
    _ matrices: WinogradMatrices, first: Int, to imageGradient: UnsafeMutablePointer<Float>
  ) {
    var channel = 0
    while channel < window.channels {
      var x = left
      // What the tile on the left has for the first two columns of the next.
      var a = WinogradQuad()
      var b = WinogradQuad()
      for tile in first..<first + tiles {
        // A column of the places makes a column of pixels; their rows are still transformed.
        let p = matrices.quad(tile, channel, down: 0).toInput
        let q = matrices.quad(tile, channel, down: 1).toInput
        let r = matrices.quad(tile, channel, down: 2).toInput
        let s = matrices.quad(tile, channel, down: 3).toInput
        let upper = WinogradQuad(p.a, q.a, r.a, s.a).toInput
        let second = WinogradQuad(p.b, q.b, r.b, s.b).toInput
        let third = WinogradQuad(p.c, q.c, r.c, s.c).toInput
        let lower = WinogradQuad(p.d, q.d, r.d, s.d).toInput
        put(
          x, channel, a.a + upper.a, a.b + second.a, a.c + third.a, a.d + lower.a, imageGradient)
        put(
          x + 1, channel, b.a + upper.b, b.b + second.b, b.c + third.b, b.d + lower.b,
          imageGradient)
        a = WinogradQuad(upper.c, second.c, third.c, lower.c)
        b = WinogradQuad(upper.d, second.d, third.d, lower.d)
        x += 2
      }
      put(x, channel, a.a, a.b, a.c, a.d, imageGradient)
      put(x + 1, channel, b.a, b.b, b.c, b.d, imageGradient)
      channel += Lanes.scalarCount
    }
  }

  /// Puts a column of four pixels where it belongs.
  @inline(__always)
  private func put(
    _ x: Int, _ channel: Int, _ first: Lanes, _ second: Lanes, _ third: Lanes, _ fourth: Lanes,
    _ imageGradient: UnsafeMutablePointer<Float>
  ) {
    guard x >= 0, x < window.input.width else { return }
    let pitch = window.input.width * window.channels
    let place = imageGradient + top * pitch + x * window.channels + channel
    let isFirstRow = row == 0
    let height = window.input.height
    if top >= 0, top < height { place.lanes = isFirstRow ? first : place.lanes + first }
    if top + 1 >= 0, top + 1 < height {
      let place = place + pitch
      place.lanes = isFirstRow ? second : place.lanes + second
    }
    if top + 2 >= 0, top + 2 < height { (place + 2 * pitch).lanes = third }
    if top + 3 >= 0, top + 3 < height { (place + 3 * pitch).lanes = fourth }
  }
}

/// A row of tiles of 2×2 outputs: from and to their transforms.
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

  private var tiles: Int { (window.output.width + 1) / 2 }
  private var pitch: Int { window.output.width * filters }
  /// Whether the lower line of outputs lies in the image.
  private var hasLowerLine: Bool { 2 * row + 1 < window.output.height }

  /// Fills in the outputs of an image, `Aᵀ m A + bias`, from the rows of the matrices from `first` on.
  func fill(
    _ outputs: UnsafeMutablePointer<Float>, from matrices: WinogradMatrices, first: Int,
    bias: UnsafePointer<Float>?
  ) {
    let hasLowerLine = hasLowerLine
    let width = window.output.width
    var filter = 0
    while filter < filters {
      let start = bias.map { ($0 + filter).lanes } ?? Lanes()
      var target = outputs + 2 * row * pitch + filter
      for tile in 0..<tiles {
        let p = matrices.quad(first + tile, filter, down: 0).toOutput
        let q = matrices.quad(first + tile, filter, down: 1).toOutput
        let r = matrices.quad(first + tile, filter, down: 2).toOutput
        let s = matrices.quad(first + tile, filter, down: 3).toOutput
        let upper = WinogradQuad(p.0, q.0, r.0, s.0).toOutput
        let lower = WinogradQuad(p.1, q.1, r.1, s.1).toOutput
        let hasRightColumn = 2 * tile + 1 < width
        target.lanes = upper.0 + start
        if hasRightColumn { (target + filters).lanes = upper.1 + start }
        if hasLowerLine {
          (target + pitch).lanes = lower.0 + start
          if hasRightColumn { (target + pitch + filters).lanes = lower.1 + start }
        }
        target += 2 * filters
      }
      filter += Lanes.scalarCount
    }
  }

  /// Fills in the rows of the matrices from `first` on with `A y Aᵀ`, y being the gradients of the
  /// outputs of an image.
  func transform(
    _ outputGradient: UnsafePointer<Float>, into matrices: WinogradMatrices, first: Int
  ) {
    let hasLowerLine = hasLowerLine
    let width = window.output.width
    var filter = 0
    while filter < filters {
      var source = outputGradient + 2 * row * pitch + filter
      for tile in 0..<tiles {
        let hasRightColumn = 2 * tile + 1 < width
        let left = WinogradQuad.ofOutput(
          source.lanes, hasLowerLine ? (source + pitch).lanes : Lanes())
        let right = WinogradQuad.ofOutput(
          hasRightColumn ? (source + filters).lanes : Lanes(),
          hasRightColumn && hasLowerLine ? (source + pitch + filters).lanes : Lanes())
        matrices.set(first + tile, filter, across: 0, .ofOutput(left.a, right.a))
        matrices.set(first + tile, filter, across: 1, .ofOutput(left.b, right.b))
        matrices.set(first + tile, filter, across: 2, .ofOutput(left.c, right.c))
        matrices.set(first + tile, filter, across: 3, .ofOutput(left.d, right.d))
        source += 2 * filters
      }
      filter += Lanes.scalarCount
    }
  }
}

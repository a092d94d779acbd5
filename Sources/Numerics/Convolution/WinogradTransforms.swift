/// Four values in a row or column of a tile, for sixteen channels at once, and what the transforms
/// of F(2, 3) make of them.
struct WinogradQuad {
  var a: Lanes
  var b: Lanes
  var c: Lanes
  var d: Lanes

  @inline(__always)
  init(_ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes) {
    self.a = a
    self.b = b
    self.c = c
    self.d = d
  }

  @inline(__always)
  init() { self.init(Lanes(), Lanes(), Lanes(), Lanes()) }

  /// `Bᵀ·d`: of four inputs.
  @inline(__always)
  var ofInput: WinogradQuad { WinogradQuad(a - c, b + c, c - b, b - d) }

  /// `B·v`: to the gradients of four inputs.
  @inline(__always)
  var toInput: WinogradQuad { WinogradQuad(a, b - c + d, b + c - a, -d) }

  /// `Aᵀ·m`: to two outputs.
  @inline(__always)
  var toOutput: (Lanes, Lanes) { (a + b + c, b - c - d) }

  /// `A·y`: of the gradients of two outputs.
  @inline(__always)
  static func ofOutput(_ first: Lanes, _ second: Lanes) -> WinogradQuad {
    WinogradQuad(first, first + second, first - second, -second)
  }

  /// `G·g`: of three weights.
  @inline(__always)
  static func ofKernel(_ first: Lanes, _ second: Lanes, _ third: Lanes) -> WinogradQuad {
    let ends = (first + third) * 0.5
    let middle = second * 0.5
    return WinogradQuad(first, ends + middle, ends - middle, third)
  }

  /// `Gᵀ·u`: to the gradients of three weights.
  @inline(__always)
  var toKernel: (Lanes, Lanes, Lanes) {
    let sum = (b + c) * 0.5
    return (a + sum, (b - c) * 0.5, sum + d)
  }
}

/// Sixteen matrices, one for each place in a tile of 4×4: transformed tiles or kernels.
struct WinogradMatrices {
  let values: UnsafeMutablePointer<Float>
  /// Elements from a row to the next.
  let row: Int
  /// Elements from a matrix to the next.
  let matrix: Int

  /// A row of the places in a tile, for sixteen columns of a row of the matrices.
  @inline(__always)
  func quad(_ row: Int, _ column: Int, across: Int) -> WinogradQuad {
    quad(row, column, first: 4 * across, step: 1)
  }

  /// A column of the places in a tile.
  @inline(__always)
  func quad(_ row: Int, _ column: Int, down: Int) -> WinogradQuad {
    quad(row, column, first: down, step: 4)
  }

  @inline(__always)
  private func quad(_ row: Int, _ column: Int, first: Int, step: Int) -> WinogradQuad {
    let place = values + row * self.row + column + first * matrix
    let step = step * matrix
    return WinogradQuad(
      place.lanes, (place + step).lanes, (place + 2 * step).lanes, (place + 3 * step).lanes)
  }

  /// Fills in a row of the places in a tile.
  @inline(__always)
  func set(_ row: Int, _ column: Int, across: Int, _ quad: WinogradQuad) {
    let place = values + row * self.row + column + 4 * across * matrix
    place.lanes = quad.a
    (place + matrix).lanes = quad.b
    (place + 2 * matrix).lanes = quad.c
    (place + 3 * matrix).lanes = quad.d
  }
}

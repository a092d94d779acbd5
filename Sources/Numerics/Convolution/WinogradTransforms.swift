/// Six things in a row or column of a tile: its rows or columns, or what stands in one of them.
struct WinogradSextet<Element> {
  var a: Element
  var b: Element
  var c: Element
  var d: Element
  var e: Element
  var f: Element

  @inline(__always)
  init(_ a: Element, _ b: Element, _ c: Element, _ d: Element, _ e: Element, _ f: Element) {
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.e = e
    self.f = f
  }

  @inline(__always)
  func map<Result>(_ transform: (Element) -> Result) -> WinogradSextet<Result> {
    WinogradSextet<Result>(
      transform(a), transform(b), transform(c), transform(d), transform(e), transform(f))
  }
}

/// Six values, for sixteen channels at once, and what the transforms of F(4, 3) make of them: values at the points
/// 0, √½, −√½, √2, −√2 and ∞.
///
/// In single precision these points leave half of the rounding errors of the usual 0, ±1, ±2 and ∞, about twice those
/// of sums by the definition (how points decide errors: Barabasz et al., Error Analysis and Improving the Accuracy of
/// Winograd Convolution for Deep Neural Networks, 2020). Their squares are powers of two.
typealias WinogradLine = WinogradSextet<Lanes>

/// The rows or columns of a tile.
typealias WinogradTile = WinogradSextet<WinogradLine>

/// Four outputs in a row or column of a tile, for sixteen filters at once.
struct WinogradQuartet {
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
}

/// √½, the nearer point; the further one is its double.
private let point: Float = 0.707_106_77
/// One over the product of the distances from such a point to the other four.
private let nearShare: Float = -2 / 3
private let farShare: Float = 1 / 6

extension WinogradLine {
  @inline(__always)
  init() { self.init(Lanes(), Lanes(), Lanes(), Lanes(), Lanes(), Lanes()) }

  @inline(__always)
  static func + (left: Self, right: Self) -> Self {
    Self(
      left.a + right.a, left.b + right.b, left.c + right.c, left.d + right.d, left.e + right.e,
      left.f + right.f)
  }

  /// `Bᵀ·d`: of six inputs.
  @inline(__always)
  var ofInput: WinogradLine {
    let nearEven = e.plus(-2, times: c)
    let nearOdd = d.plus(-2, times: b) * point
    let farEven = e.plus(-0.5, times: c)
    let farOdd = d.plus(-0.5, times: b) * (2 * point)
    return WinogradLine(
      (a + e).plus(-2.5, times: c), nearEven + nearOdd, nearEven - nearOdd, farEven + farOdd,
      farEven - farOdd, (b + f).plus(-2.5, times: d))
  }

  /// `B·v`: to the gradients of six inputs.
  @inline(__always)
  var toInput: WinogradLine {
    let (nearSum, nearDifference) = (b + c, (b - c) * point)
    let (farSum, farDifference) = (d + e, (d - e) * (2 * point))
    return WinogradLine(
      a, f.plus(-2, times: nearDifference).plus(-0.5, times: farDifference),
      (-2.5 * a).plus(-2, times: nearSum).plus(-0.5, times: farSum),
      (nearDifference + farDifference).plus(-2.5, times: f), a + nearSum + farSum, f)
  }

  /// `Aᵀ·m`: to four outputs.
  @inline(__always)
  var toOutput: WinogradQuartet {
    let (nearSum, nearDifference) = (b + c, (b - c) * point)
    let (farSum, farDifference) = (d + e, (d - e) * (2 * point))
    return WinogradQuartet(
      a + nearSum + farSum, nearDifference + farDifference,
      (2 * farSum).plus(0.5, times: nearSum),
      f.plus(0.5, times: nearDifference).plus(2, times: farDifference))
  }

  /// `Gᵀ·u`: to the gradients of three weights.
  @inline(__always)
  var toKernel: (Lanes, Lanes, Lanes) {
    let (nearSum, nearDifference) = ((b + c) * nearShare, (b - c) * (nearShare * point))
    let (farSum, farDifference) = ((d + e) * farShare, (d - e) * (farShare * 2 * point))
    return (
      a + nearSum + farSum, nearDifference + farDifference,
      f.plus(0.5, times: nearSum).plus(2, times: farSum)
    )
  }

  /// `G·g`: of three weights.
  @inline(__always)
  static func ofKernel(_ first: Lanes, _ second: Lanes, _ third: Lanes) -> WinogradLine {
    let nearEven = first.plus(0.5, times: third) * nearShare
    let nearOdd = second * (nearShare * point)
    let farEven = first.plus(2, times: third) * farShare
    let farOdd = second * (farShare * 2 * point)
    return WinogradLine(
      first, nearEven + nearOdd, nearEven - nearOdd, farEven + farOdd, farEven - farOdd, third)
  }
}

extension WinogradQuartet {
  /// `A·y`: of the gradients of four outputs.
  @inline(__always)
  var ofOutput: WinogradLine {
    let nearEven = a.plus(0.5, times: c)
    let nearOdd = b.plus(0.5, times: d) * point
    let farEven = a.plus(2, times: c)
    let farOdd = b.plus(2, times: d) * (2 * point)
    return WinogradLine(
      a, nearEven + nearOdd, nearEven - nearOdd, farEven + farOdd, farEven - farOdd, d)
  }
}

extension WinogradTile {
  @inline(__always)
  var transposed: Self {
    Self(
      WinogradLine(a.a, b.a, c.a, d.a, e.a, f.a), WinogradLine(a.b, b.b, c.b, d.b, e.b, f.b),
      WinogradLine(a.c, b.c, c.c, d.c, e.c, f.c), WinogradLine(a.d, b.d, c.d, d.d, e.d, f.d),
      WinogradLine(a.e, b.e, c.e, d.e, e.e, f.e), WinogradLine(a.f, b.f, c.f, d.f, e.f, f.f))
  }
}

extension WinogradSextet<WinogradQuartet> {
  /// The four columns of six rows, or rows of six columns.
  @inline(__always)
  var columns: (WinogradLine, WinogradLine, WinogradLine, WinogradLine) {
    (
      WinogradLine(a.a, b.a, c.a, d.a, e.a, f.a), WinogradLine(a.b, b.b, c.b, d.b, e.b, f.b),
      WinogradLine(a.c, b.c, c.c, d.c, e.c, f.c), WinogradLine(a.d, b.d, c.d, d.d, e.d, f.d)
    )
  }
}

/// Matrices, one for each place in a tile of 6×6, row by row: transformed tiles or kernels.
struct WinogradMatrices {
  static let count = 36

  let values: UnsafeMutablePointer<Float>
  /// Elements from a row to the next.
  let row: Int
  /// Elements from a matrix to the next.
  let matrix: Int

  /// The rows of places in a tile, for sixteen columns of a row of the matrices.
  @inline(__always)
  func rows(_ row: Int, _ column: Int) -> WinogradTile {
    lines(row, column, next: 6, step: 1)
  }

  /// The columns of places.
  @inline(__always)
  func columns(_ row: Int, _ column: Int) -> WinogradTile {
    lines(row, column, next: 1, step: 6)
  }

  @inline(__always)
  private func lines(
    _ row: Int, _ column: Int, next: Int, step: Int
  ) -> WinogradTile {
    let place = values + row * self.row + column
    return WinogradSextet(0, 1, 2, 3, 4, 5).map { index in
      let first = place + index * next * matrix
      let step = step * matrix
      return WinogradLine(
        first.lanes, (first + step).lanes, (first + 2 * step).lanes, (first + 3 * step).lanes,
        (first + 4 * step).lanes, (first + 5 * step).lanes)
    }
  }

  /// Fills in the rows of places in a tile.
  @inline(__always)
  func setRows(_ row: Int, _ column: Int, _ rows: WinogradTile) {
    let place = values + row * self.row + column
    set(place, rows.a)
    set(place + 6 * matrix, rows.b)
    set(place + 12 * matrix, rows.c)
    set(place + 18 * matrix, rows.d)
    set(place + 24 * matrix, rows.e)
    set(place + 30 * matrix, rows.f)
  }

  @inline(__always)
  private func set(_ place: UnsafeMutablePointer<Float>, _ line: WinogradLine) {
    place.lanes = line.a
    (place + matrix).lanes = line.b
    (place + 2 * matrix).lanes = line.c
    (place + 3 * matrix).lanes = line.d
    (place + 4 * matrix).lanes = line.e
    (place + 5 * matrix).lanes = line.f
  }
}

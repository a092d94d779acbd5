import Numerics
import TestSupport
import Testing

struct BFloat16ProductTests {
  struct Case: Sendable {
    var rows: Int
    var columns: Int
    var depth: Int
  }

  /// Sides below, at and above those of tiles and of what is packed at once, and products that are cut.
  static let cases = [
    Case(rows: 1, columns: 1, depth: 1), Case(rows: 16, columns: 16, depth: 32),
    Case(rows: 17, columns: 33, depth: 31), Case(rows: 32, columns: 64, depth: 64),
    Case(rows: 70, columns: 10, depth: 100), Case(rows: 40, columns: 300, depth: 520),
    Case(rows: 300, columns: 290, depth: 96),
  ]

  enum Start: CaseIterable, Sendable {
    case zero
    case row
    case stored
  }

  enum Layout: CaseIterable, Sendable {
    case stored
    case transposed
    case packed
    case packedTransposed
  }

  /// Which of vectors and tiles there are.
  static let ways = BFloat16Tiles.areAvailable ? [false, true] : [false]

  private struct Product {
    let size: Case
    let a: RandomMatrix
    let b: RandomMatrix
    let c: RandomMatrix
    let row: RandomMatrix

    init(_ size: Case) {
      var generator = SplitMix64(seed: 12)
      self.size = size
      a = RandomMatrix(size.rows, size.depth, gap: 3, using: &generator)
      b = RandomMatrix(size.depth, size.columns, gap: 5, using: &generator)
      c = RandomMatrix(size.rows, size.columns, gap: 2, using: &generator)
      row = RandomMatrix(1, size.columns, using: &generator)
    }

    /// C, and what lies between its rows.
    func result(_ start: Start, _ layout: Layout, usesTiles: Bool) -> [Float] {
      var values = c.values
      let isTransposed = layout == .transposed || layout == .packedTransposed
      let left = Room(isTransposed ? transposed(a) : a.values)
      let right = Room(isTransposed ? transposed(b) : b.values)
      let packedLeft = Room(
        zeros: BFloat16Panels.elements(lines: size.rows, depth: size.depth))
      let packedRight = Room(
        zeros: BFloat16Panels.elements(lines: size.columns, depth: size.depth))
      let scratch = Room(zeros: BFloat16Product.scratchElements)
      let bias = Room(row.values)
      values.withUnsafeMutableBufferPointer { target in
        guard let target = target.baseAddress else { return }
        let a =
          isTransposed
          ? StoredMatrix(left.pointer, stride: size.rows).transposed
          : StoredMatrix(left.pointer, stride: a.stride)
        let b =
          isTransposed
          ? StoredMatrix(right.pointer, stride: size.depth).transposed
          : StoredMatrix(right.pointer, stride: b.stride)
        var factors: (BFloat16Product.Factor, BFloat16Product.Factor) = (.stored(a), .stored(b))
        if layout == .packed || layout == .packedTransposed {
          let packings = [
            BFloat16Packing(
              a, .left, lines: size.rows, depth: size.depth, into: packedLeft.pointer,
              usesTiles: usesTiles),
            BFloat16Packing(
              b, .right, lines: size.columns, depth: size.depth, into: packedRight.pointer,
              usesTiles: usesTiles),
          ]
          for packing in packings {
            for tile in 0..<packing.tileCount { packing.pack(tile: tile) }
          }
          factors = (.packed(packings[0].packed), .packed(packings[1].packed))
        }
        let product = BFloat16Product(
          rows: size.rows, columns: size.columns, depth: size.depth, factors.0, factors.1,
          into: target, stride: c.stride,
          initial: start == .zero ? .zero : start == .row ? .row(bias.pointer) : .stored,
          usesTiles: usesTiles)
        for index in (0..<product.tileCount).reversed() {
          product.multiply(tile: product.tile(index), scratch: scratch.pointer)
        }
      }
      return values
    }

    private func transposed(_ matrix: RandomMatrix) -> [Float] {
      (0..<matrix.columns).flatMap { column in
        (0..<matrix.rows).map { Float(matrix[$0, column]) }
      }
    }

    /// The sums as the manual of the processor has them: even and odd places of 32 for themselves.
    func expected(_ start: Start) -> [Float] {
      var values = c.values
      for i in 0..<size.rows {
        for j in 0..<size.columns {
          let index = i * c.stride + j
          var sum = start == .zero ? 0 : start == .row ? row.values[j] : values[index]
          for first in stride(from: 0, to: size.depth, by: BFloat16Panels.depthOfTile) {
            var parts: [Float] = [0, 0]
            for k in first..<min(size.depth, first + BFloat16Panels.depthOfTile) {
              let factor = Self.rounded(a.values[i * a.stride + k])
              parts[k % 2] += factor * Self.rounded(b.values[k * b.stride + j])
            }
            sum += parts[0] + parts[1]
          }
          values[index] = sum
        }
      }
      return values
    }

    /// The nearest number with eight significant bits, the even one of two.
    static func rounded(_ x: Float) -> Float {
      let unit = Float(sign: .plus, exponent: x.exponent - 7, significand: 1)
      return x.isZero ? x : (x / unit).rounded(.toNearestOrEven) * unit
    }
  }

  /// Every way of packing and of multiplying gives the very bits.
  @Test(arguments: cases, Start.allCases)
  func equalsTheDefinition(size: Case, start: Start) {
    let product = Product(size)
    let expected = bits(product.expected(start))
    for layout in Layout.allCases {
      for usesTiles in Self.ways {
        let result = bits(product.result(start, layout, usesTiles: usesTiles))
        let differing = zip(result, expected).count { $0 != $1 }
        #expect(differing == 0, "\(layout), \(usesTiles ? "tiles" : "vectors")")
      }
    }
  }

  /// Rounding goes to the even one of two, across powers of two, and keeps what is not a number.
  @Test(arguments: ways)
  func roundsAsTheProcessorDoes(usesTiles: Bool) {
    let patterns: [(Float, UInt32)] = [
      (1, 0x3f80), (Float(bitPattern: 0x3f80_8000), 0x3f80),
      (Float(bitPattern: 0x3f81_8000), 0x3f82), (Float(bitPattern: 0x3f80_8001), 0x3f81),
      (Float(bitPattern: 0x3fff_ffff), 0x4000), (Float(bitPattern: 0xbf7f_ffff), 0xbf80),
      (.greatestFiniteMagnitude, 0x7f80), (-.infinity, 0xff80), (0, 0), (-0.0, 0x8000),
      (Float(bitPattern: 0x007f_ffff), 0), (Float(bitPattern: 0x8000_0001), 0x8000),
      (.leastNormalMagnitude, 0x0080),
    ]
    for (value, expected) in patterns {
      #expect(pattern(of: value, usesTiles: usesTiles) == expected, "\(value)")
    }
    for value in [Float.nan, Float(bitPattern: 0x7fff_ffff), Float(bitPattern: 0xffff_8000)] {
      let pattern = pattern(of: value, usesTiles: usesTiles)
      #expect(Float(bitPattern: pattern << 16).isNaN)
    }
  }

  private func pattern(of value: Float, usesTiles: Bool) -> UInt32 {
    let source = Room([Float](repeating: value, count: 16 * 32))
    let target = Room(zeros: BFloat16Panels.elements(lines: 16, depth: 32))
    BFloat16Packing(
      StoredMatrix(source.pointer, stride: 32), .left, lines: 16, depth: 32, into: target.pointer,
      usesTiles: usesTiles
    ).pack(tile: 0)
    return target.pointer[0].bitPattern & 0xffff
  }
}

/// Numbers on a cache line.
private struct Room: ~Copyable {
  let pointer: UnsafeMutablePointer<Float>

  init(_ values: [Float]) {
    let count = max(1, values.count)
    pointer = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Float>.stride, alignment: 64
    ).bindMemory(to: Float.self, capacity: count)
    pointer.initialize(from: values, count: values.count)
  }

  init(zeros count: Int) { self.init([Float](repeating: 0, count: count)) }

  deinit { pointer.deallocate() }
}

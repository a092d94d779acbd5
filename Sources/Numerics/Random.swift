import CLanes
import Glibc

/// Random numbers as a pure function of (seed, purpose, step, index).
///
/// Philox4×32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3; SC 2011):
/// there is no generator state, so results depend neither on the order of the calls nor on threads,
/// and a resumed run needs nothing restored.
package struct Random: Sendable {
  /// What the numbers are for; equal seeds give unrelated numbers for different purposes.
  package enum Purpose: Sendable {
    case split
    case shuffle
    case initialization(parameter: Int)
    case dropout(layer: Int)
    case augmentation
    case sampling
    /// What to try next, in a search for hyperparameters.
    case search(part: Int)
    /// The order of the pages of a file of examples.
    case pages

    fileprivate var code: UInt32 {
      switch self {
      case .split: 1 << 24
      case .shuffle: 2 << 24
      case .initialization(let parameter): 3 << 24 | UInt32(truncatingIfNeeded: parameter)
      case .dropout(let layer): 4 << 24 | UInt32(truncatingIfNeeded: layer)
      case .augmentation: 5 << 24
      case .sampling: 6 << 24
      case .search(let part): 7 << 24 | UInt32(truncatingIfNeeded: part)
      case .pages: 8 << 24
      }
    }
  }

  private let key0: UInt32
  private let key1: UInt32
  private let step: UInt32
  private let purpose: UInt32

  package init(seed: UInt64, _ purpose: Purpose, step: Int = 0) {
    key0 = UInt32(truncatingIfNeeded: seed)
    key1 = UInt32(truncatingIfNeeded: seed >> 32)
    self.step = UInt32(truncatingIfNeeded: step)
    self.purpose = purpose.code
  }

  /// Four numbers at once: the block with that index.
  @inline(__always)
  package func block(_ index: Int) -> SIMD4<UInt32> {
    Self.philox(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), step, purpose),
      key0, key1)
  }

  /// The bijection of the paper: ten rounds over a counter of four words with a key of two.
  @inline(__always)
  package static func philox(counter: SIMD4<UInt32>, _ key0: UInt32, _ key1: UInt32) -> SIMD4<
    UInt32
  > {
    var (c0, c1, c2, c3) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key0, key1)
    for round in 0..<10 {
      if round > 0 {
        k0 = k0 &+ 0x9E37_79B9
        k1 = k1 &+ 0xBB67_AE85
      }
      let low = UInt64(c0) &* 0xD251_1F53
      let high = UInt64(c2) &* 0xCD9E_8D57
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: high >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: high),
        UInt32(truncatingIfNeeded: low >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: low)
      )
    }
    return SIMD4(c0, c1, c2, c3)
  }

  /// The blocks `first ..< first + 16`, one component to a vector.
  @inline(__always)
  func sixteenBlocks(
    from first: Int
  ) -> (SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>) {
    let lanes = SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    // Blocks are asked for from multiples of 16, so the low word does not overflow within one.
    var c0 = SIMD16(repeating: UInt32(truncatingIfNeeded: first)) &+ lanes
    var c1 = SIMD16(repeating: UInt32(truncatingIfNeeded: first >> 32))
    var c2 = SIMD16(repeating: step)
    var c3 = SIMD16(repeating: purpose)
    var (k0, k1) = (key0, key1)
    for round in 0..<10 {
      if round > 0 {
        k0 = k0 &+ 0x9E37_79B9
        k1 = k1 &+ 0xBB67_AE85
      }
      let (a, b) = (c0, c2)
      c0 = lanes_high_products(b, 0xCD9E_8D57) ^ c1 ^ SIMD16(repeating: k0)
      c1 = lanes_low_products(b, 0xCD9E_8D57)
      c2 = lanes_high_products(a, 0xD251_1F53) ^ c3 ^ SIMD16(repeating: k1)
      c3 = lanes_low_products(a, 0xD251_1F53)
    }
    return (c0, c1, c2, c3)
  }

  /// Uniform in [0, 1), 53 random bits; two of them come from each block.
  package func uniform(_ index: Int) -> Double {
    let block = block(index / 2)
    let (high, low) = index % 2 == 0 ? (block.x, block.y) : (block.z, block.w)
    return Double((UInt64(high) << 32 | UInt64(low)) >> 11) * 0x1p-53
  }

  /// Standard normal (Box and Muller 1958).
  package func normal(_ index: Int) -> Double {
    let pair = index / 2
    // 1 − u lies in (0, 1], so the logarithm is finite.
    let radius = (-2 * log(1 - uniform(2 * pair))).squareRoot()
    let angle = 2 * Double.pi * uniform(2 * pair + 1)
    return radius * (index % 2 == 0 ? cos(angle) : sin(angle))
  }

  /// Puts the indices in random order (Fisher and Yates; Durstenfeld 1964).
  package func shuffle(_ indices: inout [Int32]) {
    indices.withUnsafeMutableBufferPointer { shuffle($0) }
  }

  /// The same, with random numbers that begin at one of them, so that several shuffles share none.
  package func shuffle(_ indices: UnsafeMutableBufferPointer<Int32>, from first: Int = 0) {
    guard indices.count > 1 else { return }
    for last in stride(from: indices.count - 1, to: 0, by: -1) {
      // Lemire's multiplication maps 53 bits onto 0...last without a visible bias.
      let other = min(last, Int(uniform(first + last) * Double(last + 1)))
      indices.swapAt(last, other)
    }
  }
}

import Numerics

/// Points that fill the unit cube evenly, whatever their number: a digital sequence in base 2 (Sobol 1967),
/// in the order of Gray codes (Antonov and Saleev 1979), with the direction numbers of Joe and Kuo (2008).
///
/// The digits of each coordinate are scrambled with a random lower triangular matrix and a random shift
/// (Matoušek, On the L2-Discrepancy for Anchored Boxes, J. Complexity 1998): every point alone is uniform,
/// and any two powers of two of them are as even as before.
package struct SobolSequence: Sendable {
  /// How many dimensions have direction numbers; those behind them get independent random numbers.
  package static let dimensionLimit = SobolDirections.polynomials.count + 1

  private let scrambling: (seed: UInt64, part: Int)?

  /// The sequence as it was published, which begins in the corner.
  package init() { scrambling = nil }

  /// Scrambled at random.
  package init(seed: UInt64, part: Int) { scrambling = (seed, part) }

  /// One coordinate of the point with a number, in [0, 1).
  package func coordinate(_ dimension: Int, ofPoint number: Int) -> Double {
    let number = UInt32(truncatingIfNeeded: number)
    guard let scrambling else { return Double(digits(dimension, number)) * 0x1p-32 }
    let random = Random(
      seed: scrambling.seed, .search(part: scrambling.part), step: dimension)
    guard dimension < Self.dimensionLimit else { return random.uniform(1 << 20 + Int(number)) }
    // Half a step: the middle of the interval that 32 digits leave.
    return (Double(scramble(digits(dimension, number), random)) + 0.5) * 0x1p-32
  }

  private func scramble(_ digits: UInt32, _ random: Random) -> UInt32 {
    var scrambled = random.block(8).x
    for block in 0..<8 {
      let rows = random.block(block)
      for lane in 0..<4 {
        let place = UInt32(4 * block + lane)
        let digit = UInt32(0x8000_0000) >> place
        // The row has ones of its own only before the diagonal, where there is always one.
        let row = rows[lane] & ~(digit | (digit - 1)) | digit
        if (row & digits).nonzeroBitCount % 2 == 1 { scrambled ^= digit }
      }
    }
    return scrambled
  }

  private func digits(_ dimension: Int, _ number: UInt32) -> UInt32 {
    var code = number ^ (number >> 1)
    var sum: UInt32 = 0
    guard dimension > 0, dimension < Self.dimensionLimit else {
      return code.bitReversed
    }
    let (polynomial, initial) = SobolDirections.polynomials[dimension - 1]
    let degree = initial.count
    var directions = [UInt32](repeating: 0, count: 32)
    var place = 0
    // v_k = a_1·v_{k−1} ⊕ … ⊕ a_{s−1}·v_{k−s+1} ⊕ v_{k−s} ⊕ v_{k−s}·2^{−s}
    while code != 0 {
      if place < degree {
        directions[place] = initial[place] << (31 - UInt32(place))
      } else {
        let last = directions[place - degree]
        var direction = last ^ (last >> UInt32(degree))
        for lag in 1..<max(degree, 1) where polynomial >> UInt32(degree - lag) & 1 == 1 {
          direction ^= directions[place - lag]
        }
        directions[place] = direction
      }
      if code & 1 == 1 { sum ^= directions[place] }
      code >>= 1
      place += 1
    }
    return sum
  }
}

extension UInt32 {
  fileprivate var bitReversed: UInt32 {
    var value = self
    var reversed: UInt32 = 0
    for _ in 0..<32 {
      reversed = reversed << 1 | value & 1
      value >>= 1
    }
    return reversed
  }
}

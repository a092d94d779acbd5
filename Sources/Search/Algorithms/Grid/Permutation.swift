import Numerics

/// A random order of `0 ..< count` that is computed number by number: a Feistel network over the least
/// power of four that is no less, walked until it is back below `count` (Black and Rogaway, Ciphers with
/// Arbitrary Finite Domains, 2002).
package struct Permutation: Sendable {
  private static let rounds = 6

  private let count: UInt64
  private let halfBits: UInt64
  private let random: Random

  /// - Precondition: `count` is at least 1.
  package init(count: Int, seed: UInt64, part: Int) {
    self.count = UInt64(count)
    let bits = UInt64(64 - (self.count - 1).leadingZeroBitCount)
    halfBits = max((bits + 1) / 2, 1)
    random = Random(seed: seed, .search(part: part))
  }

  /// What stands at a place of the order.
  package func callAsFunction(_ place: Int) -> Int {
    // At most three of four numbers lie outside, so a walk is short.
    var number = UInt64(place) % count
    repeat { number = shuffled(number) } while number >= count
    return Int(number)
  }

  private func shuffled(_ number: UInt64) -> UInt64 {
    let mask = (1 << halfBits) - 1 as UInt64
    var (left, right) = (number >> halfBits, number & mask)
    for round in 0..<Self.rounds {
      let mixed = random.block(Int(right) * Self.rounds + round)
      (left, right) = (right, left ^ (UInt64(mixed.x) & mask))
    }
    return left << halfBits | right
  }
}

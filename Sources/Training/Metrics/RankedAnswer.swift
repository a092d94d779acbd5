/// The probability of yes that an example got, and whether it is one, in a number that is ordered as the
/// probabilities are.
package struct RankedAnswer: Comparable, Sendable {
  /// The bits of numbers from 0 to 1 are ordered as they are and leave the highest free; the lowest says
  /// whether the answer is yes.
  let key: UInt32
  /// How much the answer counts.
  package let weight: Float

  /// - Parameter probability: a number.
  package init(probability: Float, isActual: Bool, weight: Float = 1) {
    self.weight = weight
    key = (max(0, min(1, probability)) + 0).bitPattern << 1 | (isActual ? 1 : 0)
  }

  package var probability: Float { Float(bitPattern: key >> 1) }
  package var isActual: Bool { key & 1 == 1 }

  package static func == (first: Self, second: Self) -> Bool { first.key == second.key }
  package static func < (first: Self, second: Self) -> Bool { first.key < second.key }
}

/// The probability of yes that an example got, and whether it is one, in a number that is ordered as the
/// probabilities are.
struct RankedAnswer: Comparable {
  /// The bits of numbers from 0 to 1 are ordered as they are and leave the highest free; the lowest says
  /// whether the answer is yes.
  let key: UInt32

  init(key: UInt32) { self.key = key }

  /// - Parameter probability: a number.
  init(probability: Float, isActual: Bool) {
    key = (max(0, min(1, probability)) + 0).bitPattern << 1 | (isActual ? 1 : 0)
  }

  var probability: Float { Float(bitPattern: key >> 1) }
  var isActual: Bool { key & 1 == 1 }

  static func < (first: Self, second: Self) -> Bool { first.key < second.key }
}

import Numerics

/// What random numbers of a search are for: unrelated to each other at the same seed and trial.
enum RandomPart: Int {
  case independent
  case sobol
  case grid
  case zoom
  case parzen
  case genetic
  case evolution
  case restart
  case design
  case acquisition
  case weights
  case forest
  case population

  /// Another stream for each of many uses of one part.
  func numbered(_ number: Int) -> Int { rawValue | (number & 0xFFFF) << 8 }
}

/// Random numbers one after the other, where it depends on earlier ones how many are needed.
struct RandomSequence {
  private let random: Random
  private var next = 0

  init(seed: UInt64, _ part: RandomPart, step: Int) {
    random = Random(seed: seed, .search(part: part.rawValue), step: step)
  }

  /// Uniform in [0, 1).
  mutating func uniform() -> Double {
    defer { next += 1 }
    return random.uniform(next)
  }

  /// Standard normal.
  mutating func normal() -> Double {
    // A pair of normal numbers comes from a pair of uniform ones that begins at an even index.
    let pair = next + next % 2
    next = pair + 2
    return random.normal(pair)
  }

  /// Uniform in `0 ..< count`.
  mutating func index(below count: Int) -> Int {
    min(Int(uniform() * Double(count)), count - 1)
  }
}

import Numerics

/// Takes parts out of rows that are seen one by one: of each run of as many rows as one of the part stands for, drawn
/// at random, one belongs to it. A part is so as large as its fraction says, but for one row.
struct RowDivision {
  /// A part that is taken out of what those before it left.
  private struct Share {
    let part: Part
    let fraction: Double
    let isStratified: Bool
    /// Rows that were seen, of each stratum by itself or of all together.
    var seen: [Int] = []
  }

  private let seed: UInt64
  private var shares: [Share] = []

  /// - Parameter fractions: of all rows, for each part that is taken out.
  init(_ fractions: [(part: Part, fraction: Double, isStratified: Bool)], seed: UInt64) {
    self.seed = seed
    var left = 1.0
    for (part, fraction, isStratified) in fractions {
      shares.append(
        Share(
          part: part, fraction: min(1, fraction / max(left, .ulpOfOne)), isStratified: isStratified)
      )
      left -= fraction
    }
  }

  /// The part of the next row.
  ///
  /// - Parameter stratum: its class, counted from 0.
  mutating func part(stratum: Int) -> Part {
    for index in shares.indices {
      let stratum = shares[index].isStratified ? stratum : 0
      while shares[index].seen.count <= stratum { shares[index].seen.append(0) }
      let row = shares[index].seen[stratum]
      shares[index].seen[stratum] += 1
      if isTaken(row, by: shares[index], Random(seed: seed, .split, step: 2 * stratum + index)) {
        return shares[index].part
      }
    }
    return .train
  }

  private func isTaken(_ row: Int, by share: Share, _ random: Random) -> Bool {
    func start(_ run: Int) -> Int { Int((Double(run) / share.fraction).rounded(.up)) }
    var run = Int(Double(row) * share.fraction)
    while start(run + 1) <= row { run += 1 }
    while start(run) > row { run -= 1 }
    let rows = start(run)..<start(run + 1)
    return row == rows.lowerBound + Int(random.uniform(run) * Double(rows.count))
  }
}

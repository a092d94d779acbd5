/// Windows over the rows of a file, which make the examples of a part.
struct SeriesWindows: Sendable {
  /// The rows of the file that are encoded, in the order of their series.
  let order: [Int32]
  /// Where in that order the windows begin.
  let starts: [Int32]
}

extension WindowConfig {
  /// The first position of each window of a part of a series: all its targets lie in the part, its inputs
  /// may reach back into rows before it, and it stays within one stretch.
  func starts(of part: Range<Int>, in stretches: [Range<Int>]) -> [Int32] {
    var starts: [Int32] = []
    for stretch in stretches {
      let first = max(stretch.lowerBound, part.lowerBound - inputRows)
      let last = min(stretch.upperBound, part.upperBound) - rowsPerExample
      // The first window of a part predicts its first row, whatever the stride.
      starts += Swift.stride(from: first, through: last, by: stride).map { Int32($0) }
    }
    return starts
  }
}

extension SeriesRows.Series {
  /// Its last rows for the test part, those before for validation, the rest for training.
  ///
  /// - Parameter fractions: of all its rows.
  func divided(test: Double?, validation: Double?) -> [Part: Range<Int>] {
    var parts: [Part: Range<Int>] = [:]
    var end = range.upperBound
    for (part, fraction) in [(Part.test, test), (.validation, validation)] {
      guard let fraction else { continue }
      let count = min(end - range.lowerBound, Int((fraction * Double(range.count)).rounded()))
      parts[part] = end - count..<end
      end -= count
    }
    parts[.train] = range.lowerBound..<end
    return parts
  }

  /// Its last rows for the test part, of those before a block of the chain for validation, and what lies
  /// before that block for training.
  func divided(test: Double?, _ chain: ForwardChain, fold: Int) -> [Part: Range<Int>] {
    var parts = divided(test: test, validation: nil)
    let (train, validation) = chain.parts(of: parts[.train] ?? range, fold: fold)
    parts[.train] = train
    parts[.validation] = validation
    return parts
  }
}

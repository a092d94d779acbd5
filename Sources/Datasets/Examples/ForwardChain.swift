/// Blocks at the end of a sequence, each of which validates what was learned from all that comes before
/// it; they are those of scikit-learn's `TimeSeriesSplit`.
package struct ForwardChain: Sendable {
  /// How many blocks there are.
  package let count: Int

  package init(count: Int) { self.count = count }

  /// The parts of one fold. A sequence of n is cut into blocks of ⌊n / (count + 1)⌋, and what is left
  /// over lies before the first of them.
  package func parts(
    of range: Range<Int>, fold: Int
  ) -> (train: Range<Int>, validation: Range<Int>) {
    let size = range.count / (count + 1)
    let first = range.upperBound - (count - fold) * size
    return (range.lowerBound..<first, first..<first + size)
  }
}

import Numerics

/// The extents of a self-attention, and how its scores are cut into blocks.
struct AttentionGeometry: Sendable {
  let steps: Int
  let dimensions: Int
  let heads: Int
  let isCausal: Bool

  /// Dimensions of a head.
  var width: Int { dimensions / heads }

  /// What scores are multiplied by, so that their variance does not grow with the width.
  var scale: Float { 1 / Float(width).squareRoot() }

  /// Elements from the queries, keys or values of one step to those of the next.
  var projectedStride: Int { 3 * dimensions }

  /// Elements from the weights of one step to those of the next: whole vectors, so that no row has a rest.
  var weightStride: Int { (steps + 15) / 16 * 16 }

  /// Queries that are worked on at once. In a causal attention the block decides which keys are left out,
  /// and the scores of a block stay in cache.
  private static let queriesPerBlock = 32

  /// Blocks of the queries of a head.
  var blockCount: Int { Tiling.tiles(elements: steps, of: Self.queriesPerBlock) }

  func block(_ index: Int) -> Range<Int> {
    Tiling.range(of: index, count: steps, size: Self.queriesPerBlock)
  }

  /// The keys that any query of a block sees, from the first.
  func keys(of block: Range<Int>) -> Int { isCausal ? block.upperBound : steps }

  /// The keys that a query sees, from the first.
  func keys(of query: Int) -> Int { isCausal ? query + 1 : steps }

  /// Elements from the start of the queries, keys and values to those of a head of an example.
  func projectedOffset(row: Int, head: Int) -> Int {
    row * steps * projectedStride + head * width
  }

  func contextOffset(row: Int, head: Int) -> Int { row * steps * dimensions + head * width }

  func weightOffset(row: Int, head: Int, query: Int) -> Int {
    ((row * heads + head) * steps + query) * weightStride
  }

  /// Elements of a row of a mask: random numbers are drawn by 64.
  var maskStride: Int { (steps + 63) / 64 * 64 }

  private var scoreElements: Int { min(steps, Self.queriesPerBlock) * weightStride }

  /// Elements of the keys or values of a head as factors, of the scores of a block or their gradients and of its
  /// masked weights, which lie behind each other.
  func scratchElements(masked: Bool) -> Int {
    maskedOffset + (masked ? min(steps, Self.queriesPerBlock) * maskStride : 0)
  }

  /// Where the scores of a block lie in scratch memory.
  var scoresOffset: Int { TransposedFactor.scratchElements(rows: steps, depth: width) }

  /// Where the masked weights of a block lie in scratch memory.
  var maskedOffset: Int { scoresOffset + scoreElements }
}

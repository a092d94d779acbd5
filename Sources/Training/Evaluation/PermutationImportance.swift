import Datasets
import Network
import Numerics

/// How much worse the answers become if a column says what it says of other examples (Breiman, "Random forests", 2001;
/// Fisher, Rudin, Dominici 2019).
package struct PermutationImportance: Sendable {
  package struct Share: Sendable {
    package let column: String
    /// What the loss grows by, the mean over the permutations.
    package let increase: Double
    /// The standard deviation over the permutations.
    package let deviation: Double
  }

  /// The loss of the examples as they are.
  package let loss: Double
  /// The most important column first.
  package let shares: [Share]
  /// How many examples were looked at.
  package let examples: Int

  /// - Parameters:
  ///   - most: how many examples are looked at, at equal distances.
  ///   - permutations: of each column.
  /// - Returns: `nil` unless the examples are rows of a table, or windows of them, with two columns or more, each
  ///   answered by itself.
  package init?(
    _ evaluation: ModelEvaluation, evaluator: Evaluator, most: Int = 2_000, permutations: Int = 3,
    seed: UInt64 = 0
  ) {
    guard let encoding = evaluation.model.encoding as? TableEncoding, encoding.features.count > 1,
      !evaluation.model.network.isStateful
    else { return nil }
    let set = evaluation.examples.set
    let step = max(1, (set.count + most - 1) / most)
    let examples = Array(stride(from: 0, to: set.count, by: step))
    guard examples.count > 1 else { return nil }
    let same = Array(examples.indices)
    let loss = evaluator.evaluate(set.exchanging([], of: examples, by: same)).loss
    self.loss = loss
    self.examples = examples.count
    var first = 0
    var shares: [Share] = []
    for (index, feature) in encoding.features.enumerated() {
      let columns = (0..<(encoding.window?.length ?? 1)).map { row in
        first + row * encoding.width..<first + row * encoding.width + feature.width
      }
      let increases = (0..<permutations).map { permutation in
        var order = same.map { Int32($0) }
        Random(seed: seed, .search(part: index), step: permutation).shuffle(&order)
        let exchanged = set.exchanging(columns, of: examples, by: order.map(Int.init))
        return evaluator.evaluate(exchanged).loss - loss
      }
      let mean = increases.reduce(0, +) / Double(permutations)
      let squares = increases.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      shares.append(
        Share(
          column: feature.name, increase: mean,
          deviation: permutations > 1
            ? (squares / Double(permutations - 1)).squareRoot() : 0))
      first += feature.width
    }
    self.shares = shares.sorted { $0.increase > $1.increase }
  }
}

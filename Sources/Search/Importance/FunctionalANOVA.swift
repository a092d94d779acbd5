import Numerics

/// The variance of a random forest taken apart by its inputs (Hutter, Hoos, Leyton-Brown: An Efficient Approach for
/// Assessing Hyperparameter Importance, ICML 2014).
///
/// The marginal of a dimension is the mean of the forest over all others; its variance is the share of the
/// dimension. A tree is constant on boxes, so that both are sums over its leaves, without sampling.
enum FunctionalANOVA {
  private static let treeCount = 64

  /// The mean over the trees of the variance of each marginal, as a share of the variance of the tree.
  static func shares(
    _ rows: [[Double]], _ targets: [Double], categories: [Int?], seed: UInt64
  ) -> [Double] {
    var sums = categories.map { _ in 0.0 }
    guard !rows.isEmpty else { return sums }
    for number in 0..<treeCount {
      let random = Random(seed: seed, .search(part: RandomPart.forest.rawValue), step: number)
      // Each tree learns from as many rows, drawn with replacement (Breiman 1996).
      let chosen = rows.indices.map {
        min(rows.count - 1, Int(random.uniform($0) * Double(rows.count)))
      }
      let tree = RegressionTree(rows, targets, categories: categories, chosen: chosen)
      let mean = tree.leaves.reduce(0) { $0 + $1.volume * $1.value }
      let variance = tree.leaves.reduce(0) {
        $0 + $1.volume * ($1.value - mean) * ($1.value - mean)
      }
      guard variance > 0 else { continue }
      for dimension in categories.indices {
        sums[dimension] +=
          marginalVariance(tree.leaves, dimension, categories[dimension], mean: mean) / variance
      }
    }
    return sums.map { $0 / Double(treeCount) }
  }

  /// Over the pieces on which the marginal is constant.
  private static func marginalVariance(
    _ leaves: [RegressionTree.Leaf], _ dimension: Int, _ categories: Int?, mean: Double
  ) -> Double {
    if let categories {
      var values = [Double](repeating: 0, count: categories)
      for leaf in leaves {
        guard case .categories(let some, _) = leaf.extents[dimension] else { continue }
        let weight = leaf.value * leaf.volume / leaf.extents[dimension].share
        for category in some { values[category] += weight }
      }
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(categories)
    }
    // The marginal changes at the borders of leaves only.
    var steps: [(place: Double, change: Double)] = []
    for leaf in leaves {
      guard case .interval(let low, let high) = leaf.extents[dimension], high > low else {
        continue
      }
      let weight = leaf.value * leaf.volume / (high - low)
      steps.append((low, weight))
      steps.append((high, -weight))
    }
    steps.sort { $0.place < $1.place }
    var (variance, level, place) = (0.0, 0.0, 0.0)
    for step in steps {
      variance += (step.place - place) * (level - mean) * (level - mean)
      level += step.change
      place = step.place
    }
    return variance
  }
}

/// A regression tree over the unit cube and categories: each leaf is a box with the mean of its rows (Breiman et al.,
/// Classification and Regression Trees, 1984).
struct RegressionTree {
  /// Where a leaf lies in one dimension.
  enum Extent {
    case interval(low: Double, high: Double)
    case categories(Set<Int>, of: Int)

    /// The share of the dimension.
    var share: Double {
      switch self {
      case .interval(let low, let high): high - low
      case .categories(let some, let count): Double(some.count) / Double(count)
      }
    }
  }

  struct Leaf {
    let extents: [Extent]
    let value: Double

    /// The share of the whole box.
    var volume: Double { extents.reduce(1) { $0 * $1.share } }
  }

  private(set) var leaves: [Leaf] = []
  private let rows: [[Double]]
  private let targets: [Double]

  /// - Parameters:
  ///   - rows: shape examples × dimensions, in the unit interval or the index of a category.
  ///   - categories: how many a dimension has; nil for numbers.
  ///   - chosen: the rows to learn from; one may be there several times.
  init(_ rows: [[Double]], _ targets: [Double], categories: [Int?], chosen: [Int]) {
    self.rows = rows
    self.targets = targets
    let whole = categories.map { count -> Extent in
      count.map { .categories(Set(0..<$0), of: $0) } ?? .interval(low: 0, high: 1)
    }
    var open = [(extents: whole, rows: chosen)]
    while let part = open.popLast() {
      guard let split = bestSplit(part.rows, part.extents) else {
        leaves.append(Leaf(extents: part.extents, value: mean(part.rows)))
        continue
      }
      var (inside, outside) = (part.extents, part.extents)
      (inside[split.dimension], outside[split.dimension]) = split.extents
      open.append((inside, part.rows.filter { split.holds(rows[$0]) }))
      open.append((outside, part.rows.filter { !split.holds(rows[$0]) }))
    }
  }

  private func mean(_ chosen: [Int]) -> Double {
    chosen.reduce(0) { $0 + targets[$1] } / Double(chosen.count)
  }

  private struct Split {
    enum Rule {
      case below(Double)
      case isCategory(Int)
    }

    let dimension: Int
    let rule: Rule
    let extents: (Extent, Extent)

    func holds(_ row: [Double]) -> Bool {
      switch rule {
      case .below(let border): row[dimension] < border
      case .isCategory(let category): Int(row[dimension]) == category
      }
    }
  }

  /// What makes the sum of squares within both sides the least; nil where there is nothing to part.
  private func bestSplit(_ chosen: [Int], _ extents: [Extent]) -> Split? {
    guard chosen.count > 1 else { return nil }
    let total = chosen.reduce(0) { $0 + targets[$1] }
    // The sum of squares falls by as much as this grows.
    var best = total * total / Double(chosen.count)
    let tolerance = 1e-12 * chosen.reduce(1e-300) { $0 + targets[$1] * targets[$1] }
    best += tolerance
    var split: Split?
    func offer(_ sum: Double, _ count: Int, _ make: () -> Split) {
      let rest = total - sum
      let score = sum * sum / Double(count) + rest * rest / Double(chosen.count - count)
      guard score > best else { return }
      best = score
      split = make()
    }
    for (dimension, extent) in extents.enumerated() {
      switch extent {
      case .interval(let low, let high):
        let ordered = chosen.sorted { rows[$0][dimension] < rows[$1][dimension] }
        var sum = 0.0
        for index in 0..<ordered.count - 1 {
          sum += targets[ordered[index]]
          let (here, next) = (rows[ordered[index]][dimension], rows[ordered[index + 1]][dimension])
          let border = here + (next - here) / 2
          guard here < border, border <= next else { continue }
          offer(sum, index + 1) {
            Split(
              dimension: dimension, rule: .below(border),
              extents: (.interval(low: low, high: border), .interval(low: border, high: high)))
          }
        }
      case .categories(let some, let count):
        guard some.count > 1 else { continue }
        for category in some.sorted() {
          let inside = chosen.filter { Int(rows[$0][dimension]) == category }
          guard !inside.isEmpty, inside.count < chosen.count else { continue }
          offer(inside.reduce(0) { $0 + targets[$1] }, inside.count) {
            Split(
              dimension: dimension, rule: .isCategory(category),
              extents: (
                .categories([category], of: count),
                .categories(some.subtracting([category]), of: count)
              ))
          }
        }
      }
    }
    return split
  }
}

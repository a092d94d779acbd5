/// The means of a number over the rows of each category, drawn to the mean of all by as much as they may be chance.
///
/// A category is taken for one of many whose true means vary around a common one. How much they do, and how much
/// rows vary within a category, is estimated from all of them together, by the method of moments (Cochran 1939;
/// DerSimonian and Laird 1986), so that the mean of one row, whose own variance is unknown, is drawn as well:
/// n τ² / (n τ² + σ²) is the share of a mean over n rows.
package struct SmoothedMeans {
  /// How many rows of a category there are, and the sums of their numbers and of the squares. The numbers should be
  /// around 0, as squares lose digits elsewhere.
  package struct Sums: Sendable {
    package private(set) var count = 0.0
    var sum = 0.0
    var squares = 0.0

    package init() {}

    package mutating func add(_ value: Double) {
      count += 1
      sum += value
      squares += value * value
    }

    static func - (all: Sums, part: Sums) -> Sums {
      var rest = all
      rest.count -= part.count
      rest.sum -= part.sum
      rest.squares -= part.squares
      return rest
    }
  }

  package let means: [Double]
  /// That of a category without rows.
  package let ofUnseen: Double

  package init(_ sums: [Sums]) {
    let present = sums.filter { $0.count > 0 }
    let rows = present.reduce(0) { $0 + $1.count }
    let mean = rows > 0 ? present.reduce(0) { $0 + $1.sum } / rows : 0
    let categories = Double(present.count)
    guard present.count > 1, rows > categories else {
      // A row of each category says nothing of how alike they are.
      means = sums.map { _ in mean }
      ofUnseen = mean
      return
    }
    let within =
      present.reduce(0) { $0 + max(0, $1.squares - $1.sum * $1.sum / $1.count) }
      / (rows - categories)
    let between = present.reduce(0) {
      let difference = $1.sum / $1.count - mean
      return $0 + $1.count * difference * difference
    }
    let effective = rows - present.reduce(0) { $0 + $1.count * $1.count } / rows
    let variance = max(0, (between - (categories - 1) * within) / effective)
    guard variance > 0 else {
      means = sums.map { _ in mean }
      ofUnseen = mean
      return
    }
    // Means count by their precision.
    var (sum, weight) = (0.0, 0.0)
    for category in present {
      let precision = 1 / (variance + within / category.count)
      sum += precision * category.sum / category.count
      weight += precision
    }
    let center = sum / weight
    means = sums.map { category in
      guard category.count > 0 else { return center }
      let share = category.count * variance / (category.count * variance + within)
      return share * category.sum / category.count + (1 - share) * center
    }
    ofUnseen = center
  }
}

/// The points that no other point dominates: none is as good in all objectives and better in one.
package enum ParetoFront {
  /// The indices of the nondominated among points of as many objectives each, the smaller the better,
  /// rising. Of equal points all are there.
  ///
  /// For two objectives it takes one sort; for more, a comparison with each point of the front.
  package static func indices(of points: [[Double]]) -> [Int] {
    var front: [Int] = []
    for candidate in points.indices.sorted(by: { precedes(points[$0], points[$1], $0, $1) }) {
      if !isDominated(points[candidate], by: front, in: points) { front.append(candidate) }
    }
    return front.sorted()
  }

  /// Whether the first is nowhere worse and somewhere better.
  package static func dominates(_ first: [Double], _ second: [Double]) -> Bool {
    var isBetter = false
    for (a, b) in zip(first, second) {
      if a > b { return false }
      if a < b { isBetter = true }
    }
    return isBetter
  }

  /// The order of all objectives one after the other, in which a point never stands before one that
  /// dominates it.
  static func precedes(_ first: [Double], _ second: [Double], _ a: Int, _ b: Int) -> Bool {
    for (x, y) in zip(first, second) where x != y { return x < y }
    return a < b
  }

  /// Whether a front that was filled in that order dominates a point that follows.
  static func isDominated(_ point: [Double], by front: [Int], in points: [[Double]]) -> Bool {
    guard let last = front.last else { return false }
    // With two objectives the last of a front has the least second one.
    if point.count <= 2 { return dominates(points[last], point) }
    return front.reversed().contains { dominates(points[$0], point) }
  }
}

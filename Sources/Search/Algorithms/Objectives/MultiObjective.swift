/// Several objectives as one number, for algorithms that only compare: the nondominated front, and within
/// it, those with more room around them first (Deb, Pratap, Agarwal, Meyarivan, A Fast and Elitist
/// Multiobjective Genetic Algorithm: NSGA-II, 2002).
package enum MultiObjective {
  /// One number for each trial, the smaller the better: the value itself where there is one objective;
  /// infinite where any value is not finite or missing.
  package static func losses(_ values: [[Double]]) -> [Double] {
    let objectives = values.reduce(0) { max($0, $1.count) }
    guard objectives > 1 else {
      return values.map { values in
        guard let value = values.first, value.isFinite else { return .infinity }
        return value
      }
    }
    var losses = [Double](repeating: .infinity, count: values.count)
    let sound = values.indices.filter {
      values[$0].count == objectives && values[$0].allSatisfy(\.isFinite)
    }
    for (rank, front) in fronts(sound, in: values).enumerated() {
      let distances = crowding(front, in: values)
      let order = front.indices.sorted {
        distances[$0] == distances[$1] ? $0 < $1 : distances[$0] > distances[$1]
      }
      for (place, member) in order.enumerated() {
        losses[front[member]] = Double(rank) + Double(place) / Double(order.count)
      }
    }
    return losses
  }

  /// Trials by the number of the front that is left when all before are taken away, each front in the order
  /// of `ParetoFront.precedes`. The front of each is found by bisection (Zhang, Tian, Cheng, Jin, An
  /// Efficient Approach to Nondominated Sorting, 2015).
  private static func fronts(_ indices: [Int], in values: [[Double]]) -> [[Int]] {
    var fronts: [[Int]] = []
    let order = indices.sorted { ParetoFront.precedes(values[$0], values[$1], $0, $1) }
    for index in order {
      var (low, high) = (0, fronts.count)
      while low < high {
        let middle = (low + high) / 2
        if ParetoFront.isDominated(values[index], by: fronts[middle], in: values) {
          low = middle + 1
        } else {
          high = middle
        }
      }
      if low == fronts.count { fronts.append([]) }
      fronts[low].append(index)
    }
    return fronts
  }

  /// How far the neighbors of each member of a front are from each other, in shares of the range of each
  /// objective, summed; infinite at the ends.
  private static func crowding(_ front: [Int], in values: [[Double]]) -> [Double] {
    var distances = [Double](repeating: 0, count: front.count)
    for objective in values[front[0]].indices {
      let order = front.indices.sorted {
        let (a, b) = (values[front[$0]][objective], values[front[$1]][objective])
        return a == b ? $0 < $1 : a < b
      }
      guard let first = order.first, let last = order.last else { continue }
      let range = values[front[last]][objective] - values[front[first]][objective]
      distances[first] = .infinity
      distances[last] = .infinity
      guard range > 0, range.isFinite, order.count > 2 else { continue }
      for place in 1..<order.count - 1 {
        let (below, above) = (front[order[place - 1]], front[order[place + 1]])
        distances[order[place]] += (values[above][objective] - values[below][objective]) / range
      }
    }
    return distances
  }
}

extension SearchSpace {
  /// The point whose values lie at places of the unit interval; only those of dimensions that are there are
  /// asked for.
  package func point(at unit: (Int) -> Double) -> Point {
    var values = [Double?](repeating: nil, count: dimensions.count)
    for index in dimensions.indices where isActive(index, in: values) {
      values[index] = dimensions[index].domain.value(at: unit(index))
    }
    return Point(values)
  }

  /// A point from elsewhere with each value moved to the nearest of its domain, and without those of
  /// dimensions that are not there; nil stays where a value is missing.
  package func fitted(_ point: Point) -> Point {
    // As nearly all do; then nothing is copied.
    if contains(point) { return point }
    var values = [Double?](repeating: nil, count: dimensions.count)
    for index in dimensions.indices where isActive(index, in: values) {
      guard index < point.values.count, let value = point.values[index] else { continue }
      values[index] = dimensions[index].domain.nearest(to: value)
    }
    return Point(values)
  }

  /// Whether a point has a value of its domain in each dimension that is there, and nowhere else.
  private func contains(_ point: Point) -> Bool {
    guard point.values.count == dimensions.count else { return false }
    for index in dimensions.indices {
      guard isActive(index, in: point.values) == (point.values[index] != nil) else { return false }
      if let value = point.values[index], dimensions[index].domain.nearest(to: value) != value {
        return false
      }
    }
    return true
  }

  /// A point without any value.
  package var nowhere: Point { Point(Array(repeating: nil, count: dimensions.count)) }

  /// Whether every point has all dimensions.
  package var isUnconditional: Bool { dimensions.allSatisfy { $0.condition == nil } }

  /// Whether there are finitely many points.
  package var isDiscrete: Bool { dimensions.allSatisfy { $0.domain.valueCount.isFinite } }
}

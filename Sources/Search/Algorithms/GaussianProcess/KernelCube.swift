/// The search space as the kernel sees it. A `unit` for each dimension says where it stands, also while it is not there:
/// 0…1 for a real number, by the logarithm where that is asked for; the index of an integer or of a category.
///
/// Nothing about a point is taken for granted: another program may have written trials that lie outside.
package struct KernelCube {
  struct Axis {
    enum Kind { case real, integer, category }
    let kind: Kind
    /// The values of an integer and a category; 1 for a dimension that has one value only.
    let count: Double
    let isLogarithmic: Bool
    let low: Double
    let high: Double
    let step: Double
    let logLow: Double
    let logRange: Double
    let condition: SearchSpace.Condition?

    var isFixed: Bool { count == 1 }
  }

  /// A coordinate in which points have a distance.
  package struct Column {
    let dimension: Int
    let role: Role

    enum Role { case position, category, activity }
  }

  let axes: [Axis]
  let columns: [Column]
  /// How many different units there are; infinite if there is a real number.
  let unitCount: Double

  package init(_ space: SearchSpace) {
    axes = space.dimensions.map(Self.axis)
    var columns: [Column] = []
    for (dimension, axis) in axes.enumerated() {
      columns.append(
        Column(dimension: dimension, role: axis.kind == .category ? .category : .position))
      if axis.kind != .category && axis.condition != nil {
        columns.append(Column(dimension: dimension, role: .activity))
      }
    }
    self.columns = columns
    unitCount = axes.reduce(1) { $0 * ($1.kind == .real && !$1.isFixed ? .infinity : $1.count) }
  }

  private static func axis(_ dimension: SearchSpace.Dimension) -> Axis {
    switch dimension.domain {
    case .real(let low, let high, let isLogarithmic):
      return axis(
        .real, count: low < high ? .infinity : 1, low, max(low, high), step: 0, isLogarithmic,
        dimension.condition)
    case .integer(let low, let high, let step, let isLogarithmic):
      let step = Double(max(step, 1))
      let count = max(0, ((Double(high) - Double(low)) / step).rounded(.down)) + 1
      return axis(
        .integer, count: count, Double(low), Double(low) + (count - 1) * step, step: step,
        isLogarithmic, dimension.condition)
    case .category(let count):
      let count = Double(max(count, 1))
      return axis(.category, count: count, 0, count - 1, step: 1, false, dimension.condition)
    }
  }

  private static func axis(
    _ kind: Axis.Kind, count: Double, _ low: Double, _ high: Double, step: Double,
    _ isLogarithmic: Bool, _ condition: SearchSpace.Condition?
  ) -> Axis {
    let isLogarithmic = isLogarithmic && low > 0
    let logLow = isLogarithmic ? ElementaryFunctions.logarithm(low) : 0
    let logRange = isLogarithmic ? ElementaryFunctions.logarithm(high) - logLow : 0
    return Axis(
      kind: kind, count: count, isLogarithmic: isLogarithmic, low: low, high: high, step: step,
      logLow: logLow, logRange: logRange, condition: condition)
  }

  // MARK: Units and values

  /// The units of a point; the middle for what is not there, and for what has no number.
  func units(of point: Point) -> [Double] {
    axes.enumerated().map { index, axis in
      guard index < point.values.count, let value = point.values[index], !value.isNaN else {
        return axis.kind == .real ? 0.5 : ((axis.count - 1) / 2).rounded(.down)
      }
      let clamped = min(max(value, axis.low), axis.high)
      guard axis.kind == .real else {
        return min(max(((clamped - axis.low) / axis.step).rounded(), 0), axis.count - 1)
      }
      return position(of: clamped, axis)
    }
  }

  /// What the units mean, nil where a dimension is not there.
  func point(_ units: [Double]) -> Point {
    let active = activity(units)
    return Point(axes.indices.map { active[$0] ? value(units[$0], axes[$0]) : nil })
  }

  /// Which dimensions are there.
  func activity(_ units: [Double]) -> [Bool] {
    var active: [Bool] = []
    active.reserveCapacity(axes.count)
    for axis in axes {
      guard let condition = axis.condition, active.indices.contains(condition.dimension) else {
        active.append(true)
        continue
      }
      let parent = condition.dimension
      active.append(
        active[parent] && condition.values.contains(value(units[parent], axes[parent])))
    }
    return active
  }

  private func value(_ unit: Double, _ axis: Axis) -> Double {
    guard axis.kind == .real else { return axis.low + unit * axis.step }
    guard !axis.isFixed else { return axis.low }
    if unit <= 0 { return axis.low }
    if unit >= 1 { return axis.high }
    let value =
      axis.isLogarithmic
      ? ElementaryFunctions.exponential(axis.logLow + unit * axis.logRange)
      : axis.low * (1 - unit) + axis.high * unit
    return min(max(value, axis.low), axis.high)
  }

  /// Where a value lies between the bounds, from 0 to 1.
  private func position(of value: Double, _ axis: Axis) -> Double {
    guard !axis.isFixed, axis.high > axis.low else { return 0 }
    let position =
      axis.isLogarithmic
      ? (ElementaryFunctions.logarithm(value) - axis.logLow) / axis.logRange
      : (value / 2 - axis.low / 2) / (axis.high / 2 - axis.low / 2)
    return min(max(position, 0), 1)
  }

  /// The unit whose probability below it is `quantile`, from 0 to 1: even among reals (or their ratios), among integers
  /// (each with what lies within half a step) and among categories.
  func unit(quantile: Double, of dimension: Int) -> Double {
    let axis = axes[dimension]
    guard !axis.isFixed else { return 0 }
    guard axis.kind != .real else { return quantile }
    guard axis.isLogarithmic else {
      return min((quantile * axis.count).rounded(.down), axis.count - 1)
    }
    let edge = ElementaryFunctions.logarithm(max(axis.low - axis.step / 2, axis.low / 2))
    let range = ElementaryFunctions.logarithm(axis.high + axis.step / 2) - edge
    let value = ElementaryFunctions.exponential(edge + quantile * range)
    return min(max(((value - axis.low) / axis.step).rounded(), 0), axis.count - 1)
  }

  /// The unit nearest to where `distance` (of the whole range) leads from a number; another one if there is.
  func unit(from unit: Double, by distance: Double, of dimension: Int) -> Double {
    let axis = axes[dimension]
    guard axis.kind == .integer else { return min(max(unit + distance, 0), 1) }
    let target = min(max(position(of: value(unit, axis), axis) + distance, 0), 1)
    let value =
      axis.isLogarithmic
      ? ElementaryFunctions.exponential(axis.logLow + target * axis.logRange)
      : axis.low + target * (axis.high - axis.low)
    let nearest = ((value - axis.low) / axis.step).rounded()
    let moved = nearest == unit ? unit + (distance < 0 ? -1 : 1) : nearest
    return min(max(moved, 0), axis.count - 1)
  }

  // MARK: Columns

  /// The coordinates of units, one for each column.
  ///
  /// A number that is not there stands in the middle of its range and half a range beside it, so that it is far from each
  /// value that it could have, and no two of those are nearer to each other for it. A category that is not there is one
  /// more category.
  func coordinates(_ units: [Double], into coordinates: inout [Double]) {
    let active = activity(units)
    for (index, column) in columns.enumerated() {
      let dimension = column.dimension
      coordinates[index] =
        switch column.role {
        case .category: active[dimension] ? units[dimension] : -1
        case .activity: active[dimension] ? 0 : 0.5
        case .position:
          if !active[dimension] {
            0.5
          } else if axes[dimension].kind == .real {
            axes[dimension].isFixed ? 0 : units[dimension]
          } else {
            position(of: value(units[dimension], axes[dimension]), axes[dimension])
          }
        }
    }
  }
}

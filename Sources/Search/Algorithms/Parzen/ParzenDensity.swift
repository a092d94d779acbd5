import Glibc

/// A density over points that is a mixture of products of kernels, one product for each of some points and
/// one that is even over the whole space:
///
///     p(x) = Σᵢ wᵢ · Πₔ kₔ(xₔ | xᵢₔ)
///
/// In the unit interval of each dimension a kernel of a number is a normal density that is cut off at the
/// ends, of an integer one that is summed over its values, and of a category one that prefers its own. All
/// are relative to the even density, so that a dimension that a point lacks has the kernel 1.
struct ParzenDensity {
  private let space: SearchSpace
  private let dimensions: [Int]
  private let count: Int
  /// How many components there are, the even one too.
  var componentCount: Int { count + 1 }
  /// Of each component, the even one last.
  private let logWeights: [Double]
  private let cumulativeWeights: [Double]
  private let columns: [Column]

  /// One dimension of all components.
  private struct Column {
    let domain: Domain
    /// In the unit interval; an index of a category; NaN where a point lacks the dimension.
    var centers: [Double]
    /// 0 where a point lacks the dimension.
    var inverseWidths: [Double]
    var logNorms: [Double]
    /// For categories: the logarithms of the kernel at its own value and at any other.
    var logSame = 0.0
    var logOther = 0.0
  }

  /// - Parameters:
  ///   - dimensions: those that the density is over.
  ///   - weights: one for each point.
  ///   - priorWeight: of the component that is even.
  init(
    _ space: SearchSpace, dimensions: [Int], points: [Point], weights: [Double], priorWeight: Double
  ) {
    self.space = space
    self.dimensions = dimensions
    count = points.count
    let all = weights + [priorWeight]
    let total = all.reduce(0, +)
    logWeights = all.map { log($0 / total) }
    var sum = 0.0
    cumulativeWeights = all.map {
      sum += $0 / total
      return sum
    }
    columns = dimensions.map { dimension in
      let domain = space.dimensions[dimension].domain
      let values = points.map { $0.values[dimension] }
      if domain.isCategory { return Self.categories(domain, values, priorWeight) }
      let centers = values.map { $0.map { domain.unit(of: $0) } ?? .nan }
      return Self.numbers(domain, centers, dimensions.count)
    }
  }

  private static func categories(
    _ domain: Domain, _ values: [Double?], _ priorWeight: Double
  ) -> Column {
    let present = values.reduce(0) { $0 + ($1 == nil ? 0 : 1) }
    let choices = domain.valueCount
    let share = priorWeight / Double(max(present, 1))
    var column = Column(
      domain: domain, centers: values.map { $0 ?? .nan }, inverseWidths: [], logNorms: [])
    column.logSame = log(choices * (1 + share) / (1 + choices * share))
    column.logOther = log(choices * share / (1 + choices * share))
    return column
  }

  /// Kernels of three widths in turn, which makes the tails of the mixture longer than those of one width.
  private static let spreads = [1 / 1.3, 1, 1.3]

  private static func numbers(
    _ domain: Domain, _ centers: [Double], _ dimensions: Int
  ) -> Column {
    let middle = width(domain, centers, dimensions)
    let zeros = [Double](repeating: 0, count: centers.count)
    var column = Column(domain: domain, centers: centers, inverseWidths: zeros, logNorms: zeros)
    var known = [[Double: Double]](repeating: [:], count: spreads.count)
    for (index, center) in centers.enumerated() where !center.isNaN {
      let turn = index % spreads.count
      let width = middle * spreads[turn]
      column.inverseWidths[index] = 1 / width
      guard domain.valueCount <= 64 else {
        column.logNorms[index] = log(normalIntegral(center, width))
        continue
      }
      let norm = known[turn][center] ?? log(cellSum(domain, center, width))
      known[turn][center] = norm
      column.logNorms[index] = norm
    }
    return column
  }

  /// The standard deviation of a kernel by Scott's rule, n^(−1 / (d + 4)), as a share of the range; of an
  /// integer, wide enough to reach its neighbors.
  private static func width(_ domain: Domain, _ centers: [Double], _ dimensions: Int) -> Double {
    let present = centers.reduce(0) { $0 + ($1.isNaN ? 0 : 1) }
    let width = 0.07 * pow(Double(max(present, 1)), -1 / (Double(dimensions) + 4))
    return max(width, 0.3 / domain.valueCount)
  }

  /// ∫₀¹ exp(−(u − c)² / 2s²) du
  private static func normalIntegral(_ center: Double, _ width: Double) -> Double {
    let scale = 1 / (width * 2.0.squareRoot())
    return width * (Double.pi / 2).squareRoot()
      * (erf((1 - center) * scale) + erf(center * scale))
  }

  /// The same for an integer: the sum over its values, each times its part of the interval.
  private static func cellSum(_ domain: Domain, _ center: Double, _ width: Double) -> Double {
    guard case .integer(let low, _, let step, _) = domain else { return 1 }
    var sum = 0.0
    for index in 0..<Int(domain.valueCount) {
      let unit = domain.unit(of: Double(low) + Double(index * step))
      let distance = (unit - center) / width
      sum += domain.cellWidth(at: unit) * exp(-distance * distance / 2)
    }
    return sum
  }

  /// Draws the values of the density's dimensions that are there, into those that are known.
  func draw(into values: inout [Double?], _ random: inout RandomSequence) {
    let place = random.uniform()
    let component = cumulativeWeights.firstIndex { place < $0 } ?? count
    for (column, dimension) in zip(columns, dimensions) {
      guard space.isActive(dimension, in: values) else { continue }
      guard component < count, !column.centers[component].isNaN else {
        values[dimension] = column.domain.value(at: random.uniform())
        continue
      }
      let center = column.centers[component]
      if column.domain.isCategory {
        values[dimension] = Self.category(column, center, random.uniform())
      } else {
        let width = 1 / column.inverseWidths[component]
        values[dimension] = column.domain.value(at: Self.place(center, width, &random))
      }
    }
  }

  private static func category(_ column: Column, _ own: Double, _ place: Double) -> Double {
    let choices = column.domain.valueCount
    // The kernel at its own value, less what it would have with the others.
    let extra = (exp(column.logSame) - exp(column.logOther)) / choices
    return place < extra ? own : column.domain.value(at: (place - extra) / (1 - extra))
  }

  /// A place in the unit interval from a normal density that is cut off at the ends.
  private static func place(
    _ center: Double, _ width: Double, _ random: inout RandomSequence
  ) -> Double {
    for _ in 0..<32 {
      let place = center + width * random.normal()
      if place >= 0, place <= 1 { return place }
    }
    return random.uniform()
  }

  /// The logarithm of the density at a point.
  ///
  /// - Parameter sums: scratch for as many numbers as there are components.
  func logDensity(at values: [Double?], _ sums: UnsafeMutableBufferPointer<Double>) -> Double {
    for index in 0...count { sums[index] = logWeights[index] }
    for (column, dimension) in zip(columns, dimensions) {
      guard let value = values[dimension] else { continue }
      if column.domain.isCategory {
        column.centers.withUnsafeBufferPointer { centers in
          for index in 0..<count {
            let kernel = centers[index] == value ? column.logSame : column.logOther
            sums[index] += centers[index].isNaN ? 0 : kernel
          }
        }
      } else {
        Self.add(column, column.domain.unit(of: value), count, sums)
      }
    }
    var greatest = -Double.infinity
    for index in 0...count { greatest = max(greatest, sums[index]) }
    var sum = 0.0
    for index in 0...count where sums[index] > greatest - 40 { sum += exp(sums[index] - greatest) }
    return greatest + log(sum)
  }

  private static func add(
    _ column: Column, _ unit: Double, _ count: Int, _ sums: UnsafeMutableBufferPointer<Double>
  ) {
    column.centers.withUnsafeBufferPointer { centers in
      column.inverseWidths.withUnsafeBufferPointer { inverseWidths in
        column.logNorms.withUnsafeBufferPointer { logNorms in
          for index in 0..<count {
            let distance = (unit - centers[index]) * inverseWidths[index]
            let kernel = -distance * distance / 2 - logNorms[index]
            sums[index] += centers[index].isNaN ? 0 : kernel
          }
        }
      }
    }
  }
}

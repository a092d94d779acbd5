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

    /// Adds the logarithm of each kernel at a category.
    func addCategory(_ value: Double, to sums: UnsafeMutableBufferPointer<Double>) {
      centers.withUnsafeBufferPointer { centers in
        for index in centers.indices {
          let kernel = centers[index] == value ? logSame : logOther
          sums[index] += centers[index].isNaN ? 0 : kernel
        }
      }
    }

    /// The same at a number.
    func addNumber(_ value: Double, to sums: UnsafeMutableBufferPointer<Double>) {
      let unit = domain.unit(of: value)
      centers.withUnsafeBufferPointer { centers in
        inverseWidths.withUnsafeBufferPointer { inverseWidths in
          logNorms.withUnsafeBufferPointer { logNorms in
            for index in centers.indices {
              let distance = (unit - centers[index]) * inverseWidths[index]
              let kernel = -distance * distance / 2 - logNorms[index]
              sums[index] += centers[index].isNaN ? 0 : kernel
            }
          }
        }
      }
    }
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
    let wholeNorms = spreads.map { log(wholeIntegral(middle * $0)) }
    for (index, center) in centers.enumerated() where !center.isNaN {
      let turn = index % spreads.count
      let width = middle * spreads[turn]
      column.inverseWidths[index] = 1 / width
      guard domain.valueCount <= 64 else {
        column.logNorms[index] =
          isWhole(center, width) ? wholeNorms[turn] : log(normalIntegral(center, width))
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

  /// ∫ exp(−u² / 2s²) du
  private static func wholeIntegral(_ width: Double) -> Double {
    width * (Double.pi / 2).squareRoot() * 2
  }

  /// Whether nothing of a kernel lies beyond the ends, to the last bit.
  private static func isWhole(_ center: Double, _ width: Double) -> Bool {
    // erf(5.93) rounds to 1.
    min(center, 1 - center) > 5.93 * 2.0.squareRoot() * width
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
    // By their places: a copy of a column counts references to all of its arrays.
    for (place, dimension) in dimensions.enumerated() where space.isActive(dimension, in: values) {
      let domain = columns[place].domain
      guard component < count, !columns[place].centers[component].isNaN else {
        values[dimension] = domain.value(at: random.uniform())
        continue
      }
      let center = columns[place].centers[component]
      if domain.isCategory {
        values[dimension] = Self.category(columns[place], center, random.uniform())
      } else {
        let width = 1 / columns[place].inverseWidths[component]
        values[dimension] = domain.value(at: Self.place(center, width, &random))
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
    for (place, dimension) in dimensions.enumerated() {
      guard let value = values[dimension] else { continue }
      if columns[place].domain.isCategory {
        columns[place].addCategory(value, to: sums)
      } else {
        columns[place].addNumber(value, to: sums)
      }
    }
    var greatest = -Double.infinity
    for index in 0...count { greatest = max(greatest, sums[index]) }
    var sum = 0.0
    // What is less is lost in the rounding of a sum of as many.
    for index in 0...count where sums[index] > greatest - 40 { sum += exp(sums[index] - greatest) }
    return greatest + log(sum)
  }
}

import Glibc

/// The covariance matrix adaptation evolution strategy (Hansen, The CMA Evolution Strategy: A Tutorial,
/// 2023) in the unit cube, with negative weights for the worse half:
///
///     m ← m + Σ wᵢ (xᵢ − m),   xᵢ ~ N(m, σ² C)
///     pσ ← (1 − cσ) pσ + √(cσ (2 − cσ) μ) L⁻¹ Δ,   σ ← σ exp(cσ / dσ (|pσ| / E|N(0, I)| − 1))
///     pc ← (1 − cc) pc + hσ √(cc (2 − cc) μ) Δ,   C ← (1 + …) C + c1 pc pcᵀ + cμ Σ wᵢ yᵢ yᵢᵀ
///
/// with Δ = Σ wᵢ yᵢ, yᵢ = (xᵢ − m) / σ. L is the triangular factor of C, which serves as its root as well
/// as the symmetric one (Krause, Arbonès, Igel, CMA-ES with Optimal Covariance Update and Storage
/// Complexity, 2016).
struct CovarianceAdaptation {
  let populationSize: Int
  private let count: Int
  private let weights: [Double]
  private let parents: Double
  private let rates: Rates

  private(set) var mean: [Double]
  private(set) var stepSize: Double
  private var covariance: [Double]
  private var factor: [Double]
  private var stepPath: [Double]
  private var covariancePath: [Double]
  private var generation = 0

  private struct Rates {
    let stepPath: Double
    let stepDamping: Double
    let covariancePath: Double
    let rankOne: Double
    let rankParents: Double
    /// The expected length of a standard normal vector.
    let length: Double
  }

  /// - Precondition: there is a dimension, and the population has at least four.
  init(mean: [Double], stepSize: Double, populationSize: Int) {
    let n = Double(mean.count)
    count = mean.count
    self.mean = mean
    self.stepSize = stepSize
    self.populationSize = populationSize
    let raw = (1...populationSize).map {
      log((Double(populationSize) + 1) / 2) - log(Double($0))
    }
    let positive = raw.filter { $0 > 0 }
    let negative = raw.filter { $0 < 0 }
    let sum = positive.reduce(0, +)
    parents = sum * sum / positive.reduce(0) { $0 + $1 * $1 }
    let negativeSum = negative.reduce(0, +)
    let negativeParents = negativeSum * negativeSum / negative.reduce(0) { $0 + $1 * $1 }
    let stepPath = (parents + 2) / (n + parents + 5)
    let rankOne = 2 / ((n + 1.3) * (n + 1.3) + parents)
    let rankParents = min(
      1 - rankOne,
      2 * (0.25 + parents + 1 / parents - 2) / ((n + 2) * (n + 2) + parents))
    rates = Rates(
      stepPath: stepPath,
      stepDamping: 1 + 2 * max(0, ((parents - 1) / (n + 1)).squareRoot() - 1) + stepPath,
      covariancePath: (4 + parents / n) / (n + 4 + 2 * parents / n),
      rankOne: rankOne, rankParents: rankParents,
      length: n.squareRoot() * (1 - 1 / (4 * n) + 1 / (21 * n * n)))
    let limit = min(
      1 + rankOne / rankParents, 1 + 2 * negativeParents / (parents + 2),
      (1 - rankOne - rankParents) / (n * rankParents))
    weights = raw.map { $0 >= 0 ? $0 / sum : $0 / -negativeSum * limit }
    covariance = [Double](repeating: 0, count: count * count)
    for index in 0..<count { covariance[index * count + index] = 1 }
    factor = covariance
    self.stepPath = [Double](repeating: 0, count: count)
    covariancePath = self.stepPath
  }

  /// The standard deviation along an axis.
  func deviation(_ axis: Int) -> Double {
    stepSize * covariance[axis * count + axis].squareRoot()
  }

  /// The point that a standard normal vector stands for.
  func point(_ normal: [Double]) -> [Double] {
    var point = mean
    for row in 0..<count {
      var sum = 0.0
      for column in 0...row { sum += factor[row * count + column] * normal[column] }
      point[row] += stepSize * sum
    }
    return point
  }

  /// Learns from a population, the best first.
  mutating func update(_ population: [[Double]]) {
    generation += 1
    var steps = population.map { point in
      (0..<count).map { (point[$0] - mean[$0]) / stepSize }
    }
    for index in steps.indices { shorten(&steps[index]) }
    var shift = [Double](repeating: 0, count: count)
    for (step, weight) in zip(steps, weights) where weight > 0 {
      for axis in 0..<count { shift[axis] += weight * step[axis] }
    }
    for axis in 0..<count { mean[axis] += stepSize * shift[axis] }
    let whitened = solve(shift)
    let keep = (rates.stepPath * (2 - rates.stepPath) * parents).squareRoot()
    for axis in 0..<count {
      stepPath[axis] = (1 - rates.stepPath) * stepPath[axis] + keep * whitened[axis]
    }
    let length = Self.length(stepPath)
    let expected = (1 - pow(1 - rates.stepPath, Double(2 * generation))).squareRoot()
    let isStalled = length / expected >= (1.4 + 2 / (Double(count) + 1)) * rates.length
    adapt(steps, shift, isStalled: isStalled)
    stepSize *= exp(min(1, rates.stepPath / rates.stepDamping * (length / rates.length - 1)))
    stepSize = min(max(stepSize, 1e-300), 1)
  }

  /// A point that did not come from the distribution counts no more than one at its edge (Hansen, Injecting
  /// External Solutions Into CMA-ES, 2011).
  private func shorten(_ step: inout [Double]) {
    let n = Double(count)
    let limit = n.squareRoot() + 2 * n / (n + 2)
    let length = Self.length(solve(step))
    guard length > limit else { return }
    for axis in 0..<count { step[axis] *= limit / length }
  }

  private mutating func adapt(_ steps: [[Double]], _ shift: [Double], isStalled: Bool) {
    let keep = (rates.covariancePath * (2 - rates.covariancePath) * parents).squareRoot()
    for axis in 0..<count {
      covariancePath[axis] =
        (1 - rates.covariancePath) * covariancePath[axis] + (isStalled ? 0 : keep * shift[axis])
    }
    let missing = isStalled ? rates.covariancePath * (2 - rates.covariancePath) : 0
    let total = weights.reduce(0, +)
    let decay = 1 + rates.rankOne * missing - rates.rankOne - rates.rankParents * total
    for index in covariance.indices { covariance[index] *= decay }
    add(covariancePath, rates.rankOne)
    for (step, weight) in zip(steps, weights) {
      guard weight < 0 else {
        add(step, rates.rankParents * weight)
        continue
      }
      // A negative weight takes off no more than a step of the expected length would.
      let length = Self.length(solve(step))
      add(step, rates.rankParents * weight * Double(count) / max(length * length, 1e-12))
    }
    factorize()
  }

  private mutating func add(_ step: [Double], _ weight: Double) {
    for row in 0..<count {
      let scaled = weight * step[row]
      for column in 0..<count { covariance[row * count + column] += scaled * step[column] }
    }
  }

  /// The triangular factor (Cholesky); where rounding has made the matrix indefinite, adaptation begins
  /// again.
  private mutating func factorize() {
    for row in 0..<count {
      for column in 0...row {
        var sum = covariance[row * count + column]
        for index in 0..<column {
          sum -= factor[row * count + index] * factor[column * count + index]
        }
        if row == column {
          guard sum > 1e-14, sum.isFinite else { return reset() }
          factor[row * count + row] = sum.squareRoot()
        } else {
          factor[row * count + column] = sum / factor[column * count + column]
        }
      }
    }
  }

  private mutating func reset() {
    for row in 0..<count {
      for column in 0..<count {
        let value = row == column ? 1.0 : 0
        covariance[row * count + column] = value
        factor[row * count + column] = value
      }
      covariancePath[row] = 0
      stepPath[row] = 0
    }
  }

  /// L⁻¹ v
  private func solve(_ vector: [Double]) -> [Double] {
    var result = vector
    for row in 0..<count {
      var sum = result[row]
      for column in 0..<row { sum -= factor[row * count + column] * result[column] }
      result[row] = sum / factor[row * count + row]
    }
    return result
  }

  private static func length(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

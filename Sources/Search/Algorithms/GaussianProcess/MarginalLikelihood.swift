/// How probable targets are under a Gaussian process, by its hyperparameters (Rasmussen and Williams 2006, equations 5.8
/// and 5.9): with K = s²·M + σ²·I and α = K⁻¹·y,
///
///     log p(y) = −½ yᵀα − ½ log det K − n/2 log 2π,   ∂ log p / ∂θ = ½ tr((α·αᵀ − K⁻¹)·∂K/∂θ)
package final class MarginalLikelihood {
  private let count: Int
  private let stride: Int
  private let dimensions: Int
  private let targets: NumberBuffer
  /// Where the pairs of a row with those before it begin, in lanes.
  private let rows: [Int]
  /// δ² of eight pairs for each dimension, after each other.
  private let differences: NumberBuffer
  private let correlations: NumberBuffer
  private let slopes: NumberBuffer
  private let covariance: NumberBuffer
  private let inverse: NumberBuffer
  private let whitened: NumberBuffer
  private let weights: NumberBuffer

  package convenience init(space: SearchSpace, points: [Point], targets: [Double]) {
    let cube = KernelCube(space)
    self.init(CoordinateTable(cube, points.map(cube.units)), targets: targets)
  }

  init(_ table: CoordinateTable, targets: [Double]) {
    count = table.count
    stride = table.stride
    dimensions = table.cube.axes.count
    self.targets = NumberBuffer(count: count)
    for (index, target) in targets.enumerated() { self.targets[index] = target }
    var rows: [Int] = []
    var lanes = 0
    for row in 0..<count {
      rows.append(lanes)
      lanes += NumberBuffer.padded(row) / 8
    }
    self.rows = rows
    differences = NumberBuffer(count: 8 * lanes * dimensions)
    correlations = NumberBuffer(count: 8 * lanes)
    slopes = NumberBuffer(count: 8 * lanes)
    covariance = NumberBuffer(count: count * stride)
    inverse = NumberBuffer(count: count * stride)
    whitened = NumberBuffer(count: count)
    weights = NumberBuffer(count: count)
    for (index, column) in table.cube.columns.enumerated() {
      for row in 0..<count {
        let own = table.values[index * stride + row]
        for block in 0..<NumberBuffer.padded(row) / 8 {
          let difference = table.squaredDifferences(column: index, from: own, at: 8 * block)
          differences[lanes: 8 * ((rows[row] + block) * dimensions + column.dimension)] +=
            difference
        }
      }
    }
  }

  /// The logarithm of the probability, and its derivatives by the logarithms of the lengths, of the signal and of the
  /// noise. −∞ where the covariance has no inverse.
  package func value(logarithms: [Double], gradient: inout [Double]) -> Double {
    let scales = ProcessScales(logarithms: logarithms)
    let squares = scales.lengths.map { 1 / ($0 * $0) }
    fillCovariance(scales, squares)
    guard let factor = TriangularFactor(covariance, order: count) else { return -.infinity }
    factor.forward(targets, into: whitened)
    factor.backward(whitened, into: weights)
    factor.inverseMatrix(into: inverse)
    var fit = 0.0
    for row in 0..<count { fit += whitened[row] * whitened[row] }

    var sums = [SIMD8<Double>](repeating: .zero, count: dimensions)
    var ofSignal = SIMD8<Double>.zero
    var ofDiagonal = 0.0
    for row in 0..<count {
      let own = weights[row]
      ofDiagonal += own * own - inverse[row * stride + row]
      for block in 0..<NumberBuffer.padded(row) / 8 {
        let lane = rows[row] + block
        let product = own * weights[lanes: 8 * block] - inverse[lanes: row * stride + 8 * block]
        let weight = product.replacing(
          with: 0, where: SIMD8.indices .>= Double(row - 8 * block))
        ofSignal += weight * correlations[lanes: 8 * lane]
        let slope = weight * slopes[lanes: 8 * lane]
        for dimension in 0..<dimensions {
          sums[dimension] += slope * differences[lanes: 8 * (lane * dimensions + dimension)]
        }
      }
    }
    for dimension in 0..<dimensions {
      gradient[dimension] = -2 * scales.signal * squares[dimension] * sums[dimension].sum()
    }
    gradient[dimensions] = scales.signal * (ofSignal.sum() + 0.5 * ofDiagonal)
    gradient[dimensions + 1] = 0.5 * scales.noise * ofDiagonal
    return -0.5 * (fit + factor.logDeterminant) - Double(count) * 0.918_938_533_204_672_7
  }

  private func fillCovariance(_ scales: ProcessScales, _ squares: [Double]) {
    for row in 0..<count {
      for block in 0..<NumberBuffer.padded(row) / 8 {
        let lane = rows[row] + block
        var squared = SIMD8<Double>.zero
        for dimension in 0..<dimensions {
          squared +=
            squares[dimension]
            * differences[lanes: 8 * (lane * dimensions + dimension)]
        }
        let (correlation, slope) = Matern.evaluate(squared)
        correlations[lanes: 8 * lane] = correlation
        slopes[lanes: 8 * lane] = slope
        covariance[lanes: row * stride + 8 * block] = scales.signal * correlation
      }
      covariance[row * stride + row] = scales.signal + scales.noise
    }
  }
}

/// What is known about a function from values at some points: a normal distribution at each other point (Rasmussen and
/// Williams 2006, equations 2.25 and 2.26):
///
///     μ(x) = k(x)ᵀ·K⁻¹·y,   σ²(x) = s² − k(x)ᵀ·K⁻¹·k(x),   K = s²·M + σ²_noise·I
package final class GaussianProcess {
  let cube: KernelCube
  let table: CoordinateTable
  private let scales: ProcessScales
  private let squares: [Double]
  private let factor: TriangularFactor
  private let weights: NumberBuffer
  // Of the point that was looked at last.
  private let covariances: NumberBuffer
  private let slopes: NumberBuffer
  private let whitened: NumberBuffer
  private let solved: NumberBuffer
  private var coordinates: [Double]

  /// nil if the covariance has no inverse, whatever is added to it.
  package convenience init?(
    space: SearchSpace, points: [Point], targets: [Double], scales: ProcessScales
  ) {
    let cube = KernelCube(space)
    self.init(cube, points.map(cube.units), targets, scales)
  }

  init?(_ cube: KernelCube, _ units: [[Double]], _ targets: [Double], _ scales: ProcessScales) {
    self.cube = cube
    self.scales = scales
    squares = cube.columns.map { 1 / (scales.lengths[$0.dimension] * scales.lengths[$0.dimension]) }
    table = CoordinateTable(cube, units)
    coordinates = [Double](repeating: 0, count: cube.columns.count)
    let (count, stride) = (table.count, table.stride)
    covariances = NumberBuffer(count: count)
    slopes = NumberBuffer(count: count)
    whitened = NumberBuffer(count: count)
    solved = NumberBuffer(count: count)
    weights = NumberBuffer(count: count)
    let matrix = NumberBuffer(count: max(count, 1) * stride)
    for row in 0..<count {
      for block in 0..<NumberBuffer.padded(row + 1) / 8 {
        var squared = SIMD8<Double>.zero
        for column in cube.columns.indices {
          squared +=
            squares[column]
            * table.squaredDifferences(
              column: column, from: table.values[column * stride + row], at: 8 * block)
        }
        matrix[lanes: row * stride + 8 * block] =
          scales.signal * Matern.evaluate(squared).correlation
      }
      matrix[row * stride + row] = scales.signal + scales.noise
    }
    guard let factor = TriangularFactor(matrix, order: count) else { return nil }
    self.factor = factor
    let values = NumberBuffer(count: count)
    for (index, target) in targets.enumerated() { values[index] = target }
    factor.forward(values, into: whitened)
    factor.backward(whitened, into: weights)
  }

  /// The mean and the variance of the function, without the noise of a trial.
  package func predict(_ point: Point) -> (mean: Double, variance: Double) {
    predict(units: cube.units(of: point))
  }

  func predict(units: [Double]) -> (mean: Double, variance: Double) {
    cube.coordinates(units, into: &coordinates)
    var mean = SIMD8<Double>.zero
    for block in 0..<table.stride / 8 {
      var squared = SIMD8<Double>.zero
      for column in cube.columns.indices {
        squared +=
          squares[column]
          * table.squaredDifferences(column: column, from: coordinates[column], at: 8 * block)
      }
      let (correlation, slope) = Matern.evaluate(squared)
      covariances[lanes: 8 * block] = scales.signal * correlation
      slopes[lanes: 8 * block] = scales.signal * slope
      mean += weights[lanes: 8 * block] * (scales.signal * correlation)
    }
    factor.forward(covariances, into: whitened)
    var explained = SIMD8<Double>.zero
    for block in 0..<table.stride / 8 {
      explained += whitened[lanes: 8 * block] * whitened[lanes: 8 * block]
    }
    // Rounding must not make it negative, nor zero, where its root is divided by.
    return (mean.sum(), max(scales.signal - explained.sum(), 1e-12 * scales.signal))
  }

  /// By the positions of the point that was predicted last, a·∂μ + b·∂σ².
  func gradient(ofMean a: Double, ofVariance b: Double, into gradient: inout [Double]) {
    factor.backward(whitened, into: solved)
    for block in 0..<table.stride / 8 {
      let lane = 8 * block
      slopes[lanes: lane] *= a * weights[lanes: lane] - 2 * b * solved[lanes: lane]
    }
    for index in gradient.indices { gradient[index] = 0 }
    for (column, form) in cube.columns.enumerated() where form.role == .position {
      var sum = SIMD8<Double>.zero
      for block in 0..<table.stride / 8 {
        sum +=
          slopes[lanes: 8 * block]
          * (coordinates[column] - table.values[lanes: column * table.stride + 8 * block])
      }
      gradient[form.dimension] = 2 * squares[column] * sum.sum()
    }
  }
}

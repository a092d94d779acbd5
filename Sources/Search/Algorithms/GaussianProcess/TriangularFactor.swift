/// The inverse of the Cholesky factor of a positive definite matrix: K = L·Lᵀ, and L⁻¹ is kept, since what is wanted of
/// K⁻¹ = L⁻ᵀ·L⁻¹ are products with many vectors.
struct TriangularFactor {
  let order: Int
  /// From one row to the next: the order, rounded up to a multiple of eight.
  let stride: Int
  /// log det K.
  let logDeterminant: Double
  /// L⁻¹ by rows; zeros right of the diagonal.
  let inverse: NumberBuffer

  /// Of a symmetric matrix by rows, of which what is left of the diagonal and the diagonal are read. Where rounding has
  /// made it indefinite, the diagonal grows until it is not.
  init?(_ matrix: NumberBuffer, order: Int) {
    let stride = NumberBuffer.padded(order)
    let factor = NumberBuffer(count: order * stride)
    var largest = 0.0
    for row in 0..<order { largest = max(largest, matrix[row * stride + row]) }
    var growth = 0.0
    while !Self.factorize(matrix, into: factor, order: order, stride: stride, growth: growth) {
      growth = growth == 0 ? 1e-10 * largest : 10 * growth
      guard growth > 0, growth <= largest else { return nil }
    }
    var logDeterminant = 0.0
    for row in 0..<order {
      logDeterminant += 2 * ElementaryFunctions.logarithm(factor[row * stride + row])
    }
    self.order = order
    self.stride = stride
    self.logDeterminant = logDeterminant
    inverse = Self.inverted(factor, order: order, stride: stride)
  }

  /// L_ij = (K_ij − Σ_k L_ik·L_jk) / L_jj, row by row.
  private static func factorize(
    _ matrix: NumberBuffer, into factor: NumberBuffer, order: Int, stride: Int, growth: Double
  ) -> Bool {
    factor.clear()
    for row in 0..<order {
      let own = row * stride
      for column in 0...row {
        let other = column * stride
        // What is not computed yet is zero, so that whole lanes may be multiplied.
        var sum = SIMD8<Double>.zero
        var index = 0
        while index < column {
          sum += factor[lanes: own + index] * factor[lanes: other + index]
          index += 8
        }
        let rest = matrix[own + column] - sum.sum()
        if column < row {
          factor[own + column] = rest / factor[other + column]
        } else {
          let pivot = rest + growth
          guard pivot > 1e-14 * matrix[own + row], pivot.isFinite else { return false }
          factor[own + row] = pivot.squareRoot()
        }
      }
    }
    return true
  }

  /// Row i of L⁻¹ = (eᵢ − Σ_{k<i} L_ik · row k) / L_ii.
  private static func inverted(_ factor: NumberBuffer, order: Int, stride: Int) -> NumberBuffer {
    let inverse = NumberBuffer(count: order * stride)
    for row in 0..<order {
      let own = row * stride
      for earlier in 0..<row {
        let weight = factor[own + earlier]
        var index = 0
        while index <= earlier {
          inverse[lanes: own + index] -= weight * inverse[lanes: earlier * stride + index]
          index += 8
        }
      }
      let scale = 1 / factor[own + row]
      var index = 0
      while index < row {
        inverse[lanes: own + index] *= scale
        index += 8
      }
      inverse[own + row] = scale
    }
    return inverse
  }

  /// L⁻¹·v. What stands behind the order in `vector` has to be zero.
  func forward(_ vector: NumberBuffer, into result: NumberBuffer) {
    for row in 0..<order {
      var sum = SIMD8<Double>.zero
      var index = 0
      while index <= row {
        sum += inverse[lanes: row * stride + index] * vector[lanes: index]
        index += 8
      }
      result[row] = sum.sum()
    }
  }

  /// L⁻ᵀ·v.
  func backward(_ vector: NumberBuffer, into result: NumberBuffer) {
    result.clear()
    for row in 0..<order {
      let weight = vector[row]
      var index = 0
      while index <= row {
        result[lanes: index] += weight * inverse[lanes: row * stride + index]
        index += 8
      }
    }
  }

  /// What is left of the diagonal of K⁻¹, and the diagonal, by rows.
  func inverseMatrix(into result: NumberBuffer) {
    result.clear()
    for row in 0..<order {
      for column in 0...row {
        let weight = inverse[row * stride + column]
        var index = 0
        while index <= column {
          result[lanes: column * stride + index] += weight * inverse[lanes: row * stride + index]
          index += 8
        }
      }
    }
  }
}

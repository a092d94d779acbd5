extension IndexedProduct {
  /// Columns of the kernel that a thread sums at a time: two vectors.
  package static let columnsOfGradients = 2 * Lanes.scalarCount

  /// The gradient of the rows of the kernel that many numbers meet, `Xᵀ·∂Y`; those of the others are added up by
  /// `addKernelGradient`.
  ///
  /// - Parameters:
  ///   - part: a wide one.
  ///   - gradient: ∂Y.
  ///   - target: shape `inputs × units`.
  package func kernelProduct(
    _ part: IndexedPart, of gradient: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>, beta: Float
  ) -> MatrixMultiply {
    MatrixMultiply(
      rows: part.numbers ?? 0, columns: units, depth: rows,
      numbers(of: part, 0..<rows).transposed, StoredMatrix(gradient, stride: units),
      into: target + part.input * units, stride: units, beta: beta)
  }

  /// Adds the gradient of some columns of the kernel, over the rows in their order, on the calling thread, but for what
  /// `kernelProduct` computes.
  ///
  /// - Parameters:
  ///   - columns: `columnsOfGradients` or fewer.
  ///   - gradient: ∂Y.
  ///   - target: shape `inputs × units`.
  package func addKernelGradient(
    _ columns: Range<Int>, of gradient: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let first = min(columns.count, Lanes.scalarCount)
    let (sums, terms) = (target + columns.lowerBound, gradient + columns.lowerBound)
    for row in 0..<rows {
      let terms = terms + row * units
      let left = Lanes(terms, first)
      let right = Lanes(terms + first, columns.count - first)
      forEachTerm(of: row) { factor, input in
        let sums = sums + input * units
        Lanes(sums, first).plus(factor, times: left).store(to: sums, first)
        guard first < columns.count else { return }
        Lanes(sums + first, columns.count - first).plus(factor, times: right)
          .store(to: sums + first, columns.count - first)
      }
    }
  }

  /// Computes the gradient of some rows of X on the calling thread: that of an index is that of the input that it stands
  /// for, before a factor of the ensemble, and 0 if it stands for none.
  ///
  /// - Parameters:
  ///   - gradient: ∂Y.
  ///   - target: shape `rows × stored`.
  package func inputGradient(
    _ rows: Range<Int>, of gradient: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    for row in rows {
      let (terms, inputs) = (gradient + row * units, target + row * width)
      for part in parts.narrow {
        if let count = part.numbers {
          for index in 0..<count {
            inputs[part.stored + index] = product(terms, withRow: part.input + index)
          }
        } else {
          inputs[part.stored] = input(part, row: row).map { product(terms, withRow: $0) } ?? 0
        }
      }
    }
    for part in parts.wide {
      MatrixMultiply(
        rows: rows.count, columns: part.numbers ?? 0, depth: units,
        StoredMatrix(gradient + rows.lowerBound * units, stride: units),
        weights(of: part).transposed, into: target + rows.lowerBound * width + part.stored,
        stride: width
      ).runOnThisThread()
    }
  }

  @inline(__always)
  private func product(_ terms: UnsafePointer<Float>, withRow input: Int) -> Float {
    let weights = kernel + input * units
    var sums = Lanes()
    for first in Lanes.firsts(units) {
      let count = units - first
      sums = sums.plus(Lanes(terms + first, count), times: Lanes(weights + first, count))
    }
    return sums.total
  }
}

/// The product of rows and a kernel, `Y = X·W + b`, where the rows have categories as indices: in place of
/// multiplying a row of the kernel by 1 and all others by 0 it adds that row.
///
/// Of an ensemble each row is that of a member, who has a factor of its own for each category; numbers arrive multiplied by
/// theirs.
///
/// Shapes: X `rows × stored` (`rows × inputs` written out), W `inputs × units`, Y `rows × units`.
package struct IndexedProduct {
  /// Factors of the members that take turns among the rows.
  package struct Factors {
    fileprivate let values: UnsafePointer<Float>
    fileprivate let members: Int
    fileprivate let inputs: Int

    /// - Parameter values: shape `members × inputs`.
    package init(_ values: UnsafePointer<Float>, members: Int, inputs: Int) {
      (self.values, self.members, self.inputs) = (values, members, inputs)
    }
  }

  package let parts: IndexedParts
  let source: UnsafePointer<Float>
  /// Numbers of a row of X.
  package let width: Int
  let kernel: UnsafePointer<Float>
  package let units: Int
  package let rows: Int
  let factors: Factors?

  package init(
    _ parts: IndexedParts, _ source: UnsafePointer<Float>, rows: Int, width: Int,
    kernel: UnsafePointer<Float>, units: Int, factors: Factors?
  ) {
    self.parts = parts
    self.source = source
    self.rows = rows
    self.width = width
    self.kernel = kernel
    self.units = units
    self.factors = factors
  }

  /// The input that an index of a row stands for.
  ///
  /// - Returns: `nil` for none of the categories.
  @inline(__always)
  func input(_ part: IndexedPart, row: Int) -> Int? {
    let index = Int(source[row * width + part.stored])
    return index < 0 ? nil : part.input + index
  }

  /// Goes through the inputs of a row that are added up one by one, each with what its row of the kernel is multiplied
  /// by.
  @inline(__always)
  func forEachTerm(of row: Int, _ body: (_ factor: Float, _ input: Int) -> Void) {
    let numbers = source + row * width
    for part in parts.narrow {
      if let count = part.numbers {
        for index in 0..<count { body(numbers[part.stored + index], part.input + index) }
      } else if let input = input(part, row: row) {
        body(factors.map { $0.values[row % $0.members * $0.inputs + input] } ?? 1, input)
      }
    }
  }

  /// Computes some rows of Y on the calling thread.
  ///
  /// - Parameters:
  ///   - bias: `units` numbers; `nil` for zeros.
  ///   - target: Y.
  package func multiply(
    _ rows: Range<Int>, bias: UnsafePointer<Float>?, into target: UnsafeMutablePointer<Float>
  ) {
    typealias Four = Wider<Wider<Wider<OneVector>>>
    let step = Four.vectors * Lanes.scalarCount
    for row in rows {
      var first = 0
      while first + step <= units {
        multiply(row, first, bias, into: target, as: Four.self)
        first += step
      }
      while first < units {
        multiplyRest(row, first, bias, into: target)
        first += Lanes.scalarCount
      }
    }
    for part in parts.wide {
      MatrixMultiply(
        rows: rows.count, columns: units, depth: part.numbers ?? 0, numbers(of: part, rows),
        weights(of: part), into: target + rows.lowerBound * units, stride: units, beta: 1
      ).runOnThisThread()
    }
  }

  func numbers(of part: IndexedPart, _ rows: Range<Int>) -> StoredMatrix {
    StoredMatrix(source + rows.lowerBound * width + part.stored, stride: width)
  }

  func weights(of part: IndexedPart) -> StoredMatrix {
    StoredMatrix(kernel + part.input * units, stride: units)
  }

  @inline(__always)
  private func multiply<Columns: ColumnLanes>(
    _ row: Int, _ first: Int, _ bias: UnsafePointer<Float>?,
    into target: UnsafeMutablePointer<Float>, as _: Columns.Type
  ) {
    let weights = kernel + first
    var sums = bias.map { Columns($0 + first) } ?? Columns()
    forEachTerm(of: row) { factor, input in
      sums.add(Lanes(repeating: factor), Columns(weights + input * units))
    }
    sums.store(to: target + row * units + first)
  }

  /// Sixteen units or fewer.
  private func multiplyRest(
    _ row: Int, _ first: Int, _ bias: UnsafePointer<Float>?,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (weights, count) = (kernel + first, units - first)
    var sums = bias.map { Lanes($0 + first, count) } ?? Lanes()
    forEachTerm(of: row) { factor, input in
      sums = sums.plus(factor, times: Lanes(weights + input * units, count))
    }
    sums.store(to: target + row * units + first, count)
  }
}

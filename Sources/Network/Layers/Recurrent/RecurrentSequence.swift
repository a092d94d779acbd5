import Numerics

/// Where the numbers of one direction lie while a pass runs, and the products of a step.
struct RecurrentSequence {
  let geometry: RecurrentGeometry
  /// 0 from the first step, 1 from the last.
  let direction: Int
  let rows: Int
  let input: UnsafePointer<Float>
  let factors: RecurrentFactors
  let bias: UnsafePointer<Float>?
  let recurrentBias: UnsafePointer<Float>?
  let gates: UnsafeMutablePointer<Float>
  let previous: UnsafeMutablePointer<Float>
  let state: UnsafeMutablePointer<Float>?
  let product: UnsafeMutablePointer<Float>?
  /// Where the layer is stateful.
  let carried: CarriedState?
  /// While training with dropout.
  let mask: UnsafeMutablePointer<Float>?
  let rate: Double
  let random: Random
  /// Where the rows begin in the batch.
  let firstRow: Int

  /// The examples of a block.
  func block(_ index: Int) -> Range<Int> {
    Tiling.range(of: index, count: rows, size: RecurrentGeometry.block(rows: rows))
  }

  /// Whether the first step finds a state that is not zero.
  var continues: Bool { carried?.continues ?? false }

  /// The state that the first step of an example begins with.
  ///
  /// - Parameter zeros: as many as there are units.
  @inline(__always)
  func initialState(_ row: Int, zeros: UnsafePointer<Float>) -> UnsafePointer<Float> {
    guard let initial = carried?.initial else { return zeros }
    return UnsafePointer(initial + row * geometry.units)
  }

  /// From the start of the gates to those of an example at a time.
  @inline(__always)
  func gateOffset(_ row: Int, _ time: Int) -> Int {
    (row * geometry.steps + time) * geometry.width
  }

  /// From the start of what is kept to that of an example at a time.
  @inline(__always)
  func keptOffset(_ row: Int, _ time: Int) -> Int {
    row * geometry.keptRow + time * geometry.keptStride
  }

  /// `gates = x·W + b` of some examples at a time, and `+ h·U` where they have a state; for a gru the
  /// product of the candidate, `h·U_n + d`, for itself.
  ///
  /// - Parameter scratch: that of the products.
  func multiply(
    _ block: Range<Int>, _ time: Int, hasState: Bool, scratch: UnsafeMutablePointer<Float>
  ) {
    let (steps, features, width) = (geometry.steps, geometry.features, geometry.width)
    let first = block.lowerBound
    let gates = gates + gateOffset(first, time)
    factors.input?.multiply(
      rows: block.count,
      StoredMatrix(input + (first * steps + time) * features, stride: steps * features),
      into: gates, stride: steps * width, initial: bias.map { .row($0) } ?? .zero,
      scratch: scratch)
    guard hasState else { return fillProduct(block, time) }
    let hidden = StoredMatrix(previous + keptOffset(first, time), stride: geometry.keptRow)
    factors.recurrent.multiply(
      rows: block.count, hidden, into: gates, stride: steps * width, initial: .stored,
      scratch: scratch)
    guard let product, let candidate = factors.candidate else { return }
    candidate.multiply(
      rows: block.count, hidden, into: product + keptOffset(first, time),
      stride: geometry.keptRow, initial: recurrentBias.map { .row($0) } ?? .zero,
      scratch: scratch)
  }

  /// What the recurrent product of a gru's candidate is for a state of zero: its bias.
  private func fillProduct(_ block: Range<Int>, _ time: Int) {
    guard let product else { return }
    for row in block {
      let target = product + keptOffset(row, time)
      if let recurrentBias {
        target.update(from: recurrentBias, count: geometry.units)
      } else {
        target.update(repeating: 0, count: geometry.units)
      }
    }
  }

  /// `target = ∂a·Uᵀ`, the gradient of what the step of a time multiplied by the recurrent kernel.
  ///
  /// - Parameter scratch: that of the products.
  func multiplyGradient(
    _ block: Range<Int>, _ time: Int, into target: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let (steps, units, width) = (geometry.steps, geometry.units, geometry.width)
    let first = block.lowerBound
    factors.recurrent.multiply(
      rows: block.count, StoredMatrix(gates + gateOffset(first, time), stride: steps * width),
      into: target, stride: units, initial: .zero, scratch: scratch)
    guard let product, let candidate = factors.candidate else { return }
    candidate.multiply(
      rows: block.count,
      StoredMatrix(product + keptOffset(first, time), stride: geometry.keptRow), into: target,
      stride: units, initial: .stored, scratch: scratch)
  }
}

import Numerics

/// Where the numbers of one direction lie while a pass runs, and the products of a step.
struct RecurrentSequence {
  let geometry: RecurrentGeometry
  /// 0 from the first step, 1 from the last.
  let direction: Int
  let rows: Int
  let input: UnsafePointer<Float>
  let kernel: UnsafePointer<Float>
  let recurrentKernel: UnsafePointer<Float>
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

  /// `gates = x·W + b` for all steps of some examples.
  func multiplyInput(_ block: Range<Int>) {
    let (steps, features, width) = (geometry.steps, geometry.features, geometry.width)
    let first = block.lowerBound * steps
    if let bias {
      for row in first..<first + block.count * steps {
        (gates + row * width).update(from: bias, count: width)
      }
    }
    MatrixMultiply(
      rows: block.count * steps, columns: width, depth: features,
      StoredMatrix(input + first * features, stride: features),
      StoredMatrix(kernel, stride: width), into: gates + first * width, stride: width,
      beta: bias == nil ? 0 : 1
    ).runOnThisThread()
  }

  /// `gates += h·U` at a time; for a gru the product of the candidate, `h·U_n + d`, for itself.
  func multiplyRecurrent(_ block: Range<Int>, _ time: Int) {
    let (steps, units, width) = (geometry.steps, geometry.units, geometry.width)
    let first = block.lowerBound
    let hidden = StoredMatrix(previous + keptOffset(first, time), stride: geometry.keptRow)
    MatrixMultiply(
      rows: block.count, columns: geometry.addedWidth, depth: units, hidden,
      StoredMatrix(recurrentKernel, stride: width),
      into: gates + gateOffset(first, time), stride: steps * width, beta: 1
    ).runOnThisThread()
    guard let product else { return }
    fillProduct(block, time)
    MatrixMultiply(
      rows: block.count, columns: units, depth: units, hidden,
      StoredMatrix(recurrentKernel + geometry.addedWidth, stride: width),
      into: product + keptOffset(first, time), stride: geometry.keptRow, beta: 1
    ).runOnThisThread()
  }

  /// What the recurrent product of a gru's candidate is for a state of zero: its bias.
  func fillProduct(_ block: Range<Int>, _ time: Int) {
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
  func multiplyGradient(
    _ block: Range<Int>, _ time: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let (steps, units, width) = (geometry.steps, geometry.units, geometry.width)
    let first = block.lowerBound
    MatrixMultiply(
      rows: block.count, columns: units, depth: geometry.addedWidth,
      StoredMatrix(gates + gateOffset(first, time), stride: steps * width),
      StoredMatrix(recurrentKernel, stride: width).transposed, into: target, stride: units
    ).runOnThisThread()
    guard let product else { return }
    MatrixMultiply(
      rows: block.count, columns: units, depth: units,
      StoredMatrix(product + keptOffset(first, time), stride: geometry.keptRow),
      StoredMatrix(recurrentKernel + geometry.addedWidth, stride: width).transposed,
      into: target, stride: units, beta: 1
    ).runOnThisThread()
  }
}

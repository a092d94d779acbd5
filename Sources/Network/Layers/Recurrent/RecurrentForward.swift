import Numerics

/// A tile takes a block of examples through all steps of one direction.
struct RecurrentForward: TileKernel {
  let sequence: RecurrentSequence
  let reversed: RecurrentSequence?
  let output: UnsafeMutablePointer<Float>
  let scratch: Scratch

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: RecurrentForward.self).pointee.run(tile, worker)
    }
  }

  private func run(_ tile: Int, _ worker: Int) {
    if let reversed {
      run(tile % 2 == 0 ? sequence : reversed, tile / 2, scratch[worker])
    } else {
      run(sequence, tile, scratch[worker])
    }
  }

  private func run(
    _ sequence: RecurrentSequence, _ index: Int, _ zeros: UnsafeMutablePointer<Float>
  ) {
    let geometry = sequence.geometry
    let units = geometry.units
    let block = sequence.block(index)
    zeros.update(repeating: 0, count: units)
    if let mask = sequence.mask {
      for row in block {
        let first = (sequence.firstRow + row) * geometry.maskRow
        sequence.random.fillMask(
          mask + row * geometry.maskRow, numbers: first..<first + units, rate: sequence.rate)
      }
    }
    begin(sequence, block, zeros)
    var before = 0
    for step in 0..<geometry.steps {
      let time = geometry.time(step, direction: sequence.direction)
      sequence.multiply(
        block, time, hasState: step > 0 || sequence.continues,
        scratch: zeros + geometry.scratchElements)
      for row in block {
        let hidden =
          output + row * geometry.outputRow + time * geometry.outputStride
          + sequence.direction * units
        let kept = sequence.keptOffset(row, time)
        let stateBefore = sequence.state.map {
          step == 0
            ? sequence.initialState(row, zeros: zeros)
            : UnsafePointer($0 + sequence.keptOffset(row, before))
        }
        advance(
          geometry.cell, units, gates: sequence.gates + sequence.gateOffset(row, time),
          product: sequence.product.map { $0 + kept }, stateBefore: stateBefore,
          state: sequence.state.map { $0 + kept }, hidden: hidden)
        guard step + 1 < geometry.steps else {
          sequence.carried?.end(
            row, output: hidden, state: sequence.state.map { UnsafePointer($0 + kept) })
          continue
        }
        let next = geometry.time(step + 1, direction: sequence.direction)
        hand(
          hidden, to: sequence.previous + sequence.keptOffset(row, next),
          mask: sequence.mask.map { $0 + row * geometry.maskRow }, count: units)
      }
      before = time
    }
  }

  /// Writes what the first step multiplies by the recurrent kernel.
  private func begin(
    _ sequence: RecurrentSequence, _ block: Range<Int>, _ zeros: UnsafePointer<Float>
  ) {
    let units = sequence.geometry.units
    let time = sequence.geometry.time(0, direction: sequence.direction)
    for row in block {
      let first = sequence.previous + sequence.keptOffset(row, time)
      guard let carried = sequence.carried else {
        first.update(from: zeros, count: units)
        continue
      }
      carried.begin(row)
      hand(
        carried.output + row * units, to: first,
        mask: sequence.mask.map { $0 + row * sequence.geometry.maskRow }, count: units)
    }
  }

  private func advance(
    _ cell: RecurrentCell, _ units: Int, gates: UnsafeMutablePointer<Float>,
    product: UnsafeMutablePointer<Float>?, stateBefore: UnsafePointer<Float>?,
    state: UnsafeMutablePointer<Float>?, hidden: UnsafeMutablePointer<Float>
  ) {
    switch cell {
    case .tanh, .relu:
      SimpleGates.forward(gates, hidden, units: units, isTanh: cell == .tanh)
    case .lstm:
      guard let stateBefore, let state else { return }
      LSTMGates.forward(gates, before: stateBefore, cell: state, hidden, units: units)
    case .gru:
      guard let product, let stateBefore, let state else { return }
      GRUGates.forward(
        gates, product: product, before: stateBefore, state: state, hidden, units: units)
    }
  }

  /// `target = mask ∘ hidden`
  private func hand(
    _ hidden: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>,
    mask: UnsafeMutablePointer<Float>?, count: Int
  ) {
    guard let mask else { return target.update(from: hidden, count: count) }
    for index in 0..<count { target[index] = hidden[index] * mask[index] }
  }
}

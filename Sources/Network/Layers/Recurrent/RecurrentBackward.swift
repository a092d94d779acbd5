import Numerics

/// A tile takes a block of examples back through all steps of one direction and leaves the gradients
/// of what arrived at the gates in their place.
struct RecurrentBackward: TileKernel {
  let sequence: RecurrentSequence
  let reversed: RecurrentSequence?
  let outputGradient: UnsafePointer<Float>
  let scratch: Scratch

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: RecurrentBackward.self).pointee.run(tile, worker)
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
    let tangents = zeros + units
    // What a step hands to the one before it: through the recurrent kernel, and past it.
    let hiddenGradient = tangents + units
    let stateGradient = hiddenGradient + block.count * units
    zeros.update(repeating: 0, count: units)
    stateGradient.update(repeating: 0, count: block.count * units)
    for step in stride(from: geometry.steps - 1, through: 0, by: -1) {
      let time = geometry.time(step, direction: sequence.direction)
      let before = geometry.time(max(0, step - 1), direction: sequence.direction)
      let isLast = step == geometry.steps - 1
      for row in block {
        let gradient = hiddenGradient + (row - block.lowerBound) * units
        if isLast {
          gradient.update(repeating: 0, count: units)
        } else if let mask = sequence.mask {
          let mask = mask + row * geometry.maskRow
          for index in 0..<units { gradient[index] *= mask[index] }
        }
        if isLast || geometry.returnsSequences {
          let arriving =
            outputGradient + row * geometry.outputRow + time * geometry.outputStride
            + sequence.direction * units
          for index in 0..<units { gradient[index] += arriving[index] }
        }
        let kept = sequence.keptOffset(row, time)
        let stateBefore = sequence.state.map {
          step == 0
            ? sequence.initialState(row, zeros: zeros)
            : UnsafePointer($0 + sequence.keptOffset(row, before))
        }
        retreat(
          geometry.cell, units, gates: sequence.gates + sequence.gateOffset(row, time),
          product: sequence.product.map { $0 + kept }, stateBefore: stateBefore,
          state: sequence.state.map { UnsafePointer($0 + kept) }, hiddenGradient: gradient,
          stateGradient: stateGradient + (row - block.lowerBound) * units, tangents: tangents)
      }
      guard step > 0 else { continue }
      sequence.multiplyGradient(
        block, time, into: hiddenGradient, scratch: zeros + geometry.scratchElements)
    }
  }

  private func retreat(
    _ cell: RecurrentCell, _ units: Int, gates: UnsafeMutablePointer<Float>,
    product: UnsafeMutablePointer<Float>?, stateBefore: UnsafePointer<Float>?,
    state: UnsafePointer<Float>?, hiddenGradient: UnsafeMutablePointer<Float>,
    stateGradient: UnsafeMutablePointer<Float>, tangents: UnsafeMutablePointer<Float>
  ) {
    switch cell {
    case .tanh, .relu:
      SimpleGates.backward(gates, hiddenGradient, units: units, isTanh: cell == .tanh)
    case .lstm:
      guard let stateBefore, let state else { return }
      LSTMGates.backward(
        gates, before: stateBefore, cell: state, hiddenGradient, stateGradient,
        tangents: tangents, units: units)
    case .gru:
      guard let product, let stateBefore else { return }
      GRUGates.backward(
        gates, product: product, before: stateBefore, hiddenGradient, stateGradient, units: units)
    }
  }
}

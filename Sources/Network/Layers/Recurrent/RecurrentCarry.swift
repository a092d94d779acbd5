import Numerics

/// What a stateful layer hands from one batch to the next; shapes `rows × units`.
struct RecurrentCarry: Sendable {
  /// The outputs of the last step.
  let output: Slot
  /// The cells behind the last step, for an lstm only.
  let cell: Slot?
  /// The states that the first step began with, where the cell has any: the backward pass needs them
  /// when the others hold those of the last step already.
  let initial: Slot?

  init(_ geometry: RecurrentGeometry, _ plan: inout NetworkPlan) {
    let shape = Shape(geometry.units)
    output = plan.memory.carriedSlot(shape)
    cell = geometry.cell == .lstm ? plan.memory.carriedSlot(shape) : nil
    initial = geometry.cell.hasState ? plan.memory.slot(shape, gradient: false) : nil
  }
}

/// Where a carried state lies while a pass runs.
struct CarriedState {
  let output: UnsafeMutablePointer<Float>
  let cell: UnsafeMutablePointer<Float>?
  let initial: UnsafeMutablePointer<Float>?
  /// Whether the batch continues the one before it, or begins with zeros.
  let continues: Bool
  private let units: Int

  init(_ carry: RecurrentCarry, _ memory: Memory, _ pass: Pass) {
    output = memory.value(carry.output)
    cell = carry.cell.map { memory.value($0) }
    initial = carry.initial.map { memory.value($0) }
    continues = pass.continuesState
    units = carry.output.shape.count
  }

  /// Makes a row's states those that its first step begins with.
  func begin(_ row: Int) {
    let first = row * units
    if !continues {
      (output + first).update(repeating: 0, count: units)
      if let cell { (cell + first).update(repeating: 0, count: units) }
    }
    guard let initial else { return }
    (initial + first).update(from: (cell ?? output) + first, count: units)
  }

  /// Keeps what the last step of a row left.
  func end(_ row: Int, output hidden: UnsafePointer<Float>, state: UnsafePointer<Float>?) {
    let first = row * units
    (output + first).update(from: hidden, count: units)
    if let cell, let state { (cell + first).update(from: state, count: units) }
  }
}

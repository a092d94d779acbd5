import Numerics

/// A recurrent layer in one or both directions, from zero states or those that it carried on.
///
/// Shapes: input `rows × steps × features`; output `rows × steps × directions·units` or, of the last
/// step of each direction, `rows × directions·units`. A tile takes some examples through all steps,
/// so that there is one handover for the whole sequence.
struct RecurrentLayer: Layer {
  let geometry: RecurrentGeometry
  let recurrentDropout: Double
  private let precision: ProductPrecision
  let input: Slot
  let forwards: RecurrentDirection
  let backwards: RecurrentDirection?
  let output: Slot

  init(
    geometry: RecurrentGeometry, _ settings: RecurrentSettings, biasOffsets: [Float],
    input: Slot, _ plan: inout NetworkPlan
  ) {
    self.geometry = geometry
    recurrentDropout = settings.recurrentDropout
    precision = plan.precision
    plan.multiplies()
    self.input = input
    forwards = RecurrentDirection(
      geometry, settings, biasOffsets: biasOffsets, prefix: "", &plan)
    backwards =
      geometry.directions == 2
      ? RecurrentDirection(
        geometry, settings, biasOffsets: biasOffsets, prefix: "backward_", &plan) : nil
    output = plan.memory.slot(geometry.outputShape, gradient: plan.needsGradient)
    plan.memory.scratch(max(geometry.scratchElements, RegisterMultiply.scratchElements))
    plan.memory.share(
      geometry.directions * RecurrentPacking.elements(geometry, precision: .single))
    guard precision == .bfloat16, plan.memory.purpose == .training else { return }
    plan.memory.scratch(geometry.scratchElements + BFloat16Product.scratchElements)
    plan.memory.share(
      geometry.directions * RecurrentPacking.elements(geometry, precision: .bfloat16))
    plan.memory.share(
      ReducedRecurrentFactors.elements(
        geometry, rows: plan.memory.batchRows * geometry.steps))
  }

  var operation: Operation {
    .recurrent(
      RecurrentOperation(
        cell: geometry.cell, units: geometry.units,
        directions: [forwards, backwards].compactMap { $0?.operation },
        returnsSequences: geometry.returnsSequences, isStateful: forwards.carry != nil))
  }

  func forward(_ memory: Memory, _ pass: Pass) {
    run(
      RecurrentForward(
        sequence: sequence(forwards, 0, memory, pass, isForward: true),
        reversed: backwards.map { sequence($0, 1, memory, pass, isForward: true) },
        output: memory.value(output), scratch: pass.pool.scratch), pass)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    run(
      RecurrentBackward(
        sequence: sequence(forwards, 0, memory, pass, isForward: false),
        reversed: backwards.map { sequence($0, 1, memory, pass, isForward: false) },
        outputGradient: memory.gradient(output), scratch: pass.pool.scratch), pass)
    addGradients(of: forwards, memory, pass, inputBeta: 0)
    if let backwards { addGradients(of: backwards, memory, pass, inputBeta: 1) }
  }

  private func run<Kernel: TileKernel>(_ kernel: Kernel, _ pass: Pass) {
    let blocks = Tiling.tiles(
      elements: pass.rows, of: RecurrentGeometry.block(rows: pass.rows))
    pass.pool.run(kernel, tiles: geometry.directions * blocks)
  }

  private func addGradients(
    of direction: RecurrentDirection, _ memory: Memory, _ pass: Pass, inputBeta: Float
  ) {
    let packing =
      precision(pass) == .single
      ? nil
      : ReducedRecurrentFactors(
        direction, geometry, input: input, rows: pass.rows * geometry.steps, memory,
        into: memory.shared)
    if let packing { pass.pool.run(packing, tiles: packing.tileCount) }
    let gradients = RecurrentGradients(
      direction, geometry, input: input, packed: packing, memory, pass, inputBeta: inputBeta)
    pass.pool.run(gradients, tiles: gradients.tileCount)
  }

  private func precision(_ pass: Pass) -> ProductPrecision {
    pass.reduces(precision) ? .bfloat16 : .single
  }

  /// The kernels of a direction, packed where they are multiplied often enough.
  private func factors(
    _ direction: RecurrentDirection, _ number: Int, _ memory: Memory, _ pass: Pass,
    isForward: Bool
  ) -> RecurrentFactors {
    let precision = precision(pass)
    if isForward, precision == .single,
      pass.rows * geometry.steps < RecurrentGeometry.fewestPackedRows
    {
      return RecurrentFactors(direction, geometry, memory)
    }
    let packing = RecurrentPacking(
      direction, geometry, memory, isForward: isForward, precision: precision,
      into: memory.shared + number * RecurrentPacking.elements(geometry, precision: precision))
    pass.pool.run(packing, tiles: packing.tileCount)
    return RecurrentFactors(packing)
  }

  private func sequence(
    _ direction: RecurrentDirection, _ number: Int, _ memory: Memory, _ pass: Pass,
    isForward: Bool
  ) -> RecurrentSequence {
    let isMasked = pass.mode == .training && geometry.keepsSteps
    let dropout = isMasked ? direction.dropout : nil
    return RecurrentSequence(
      geometry: geometry, direction: number, rows: pass.rows, input: memory.value(input),
      factors: factors(direction, number, memory, pass, isForward: isForward),
      bias: direction.bias.map { UnsafePointer(memory.value($0)) },
      recurrentBias: direction.recurrentBias.map { UnsafePointer(memory.value($0)) },
      gates: memory.value(direction.gates), previous: memory.value(direction.previous),
      state: direction.state.map { memory.value($0) },
      product: direction.product.map { memory.value($0) },
      carried: direction.carry.map { CarriedState($0, memory, pass) },
      mask: dropout.map { memory.value($0.mask) }, rate: recurrentDropout,
      random: Random(
        seed: pass.seed, .dropout(layer: dropout?.layer ?? 0), step: pass.step),
      firstRow: pass.firstRow)
  }
}

import Numerics

/// What one direction of a recurrent layer learns and keeps.
struct RecurrentDirection: Sendable {
  /// Shape `features × gates·units`.
  let kernel: Parameter
  /// Shape `units × gates·units`.
  let recurrentKernel: Parameter
  /// Shape `gates·units`.
  let bias: Parameter?
  /// Shape `units`; for a gru only.
  let recurrentBias: Parameter?
  /// `rows × steps × gates·units`: what arrives at the gates, then the gates, then their gradients.
  let gates: Slot
  /// `rows × steps × units`: what each step multiplies by the recurrent kernel.
  let previous: Slot
  /// `rows × steps × units`: the cell of an lstm or the output of a gru.
  let state: Slot?
  /// `rows × steps × units`: the recurrent product of a gru's candidate, then its gradient.
  let product: Slot?
  /// Where the layer is stateful.
  let carry: RecurrentCarry?
  /// Which of the network's random layers it is, and its mask; without dropout `nil`.
  let dropout: (layer: Int, mask: Slot)?

  var operation: RecurrentOperation.Direction {
    .init(
      kernel: kernel, recurrentKernel: recurrentKernel, bias: bias, recurrentBias: recurrentBias)
  }

  init(
    _ geometry: RecurrentGeometry, _ settings: RecurrentSettings, biasOffsets: [Float],
    prefix: String, _ plan: inout NetworkPlan
  ) {
    let (units, gates) = (geometry.units, geometry.cell.gates)
    let inputFans = Fans(input: geometry.features, output: units)
    let fans = Fans(input: units, output: units)
    kernel = plan.parameter(
      prefix + "kernel", Shape(geometry.features, geometry.width), role: .kernel,
      settings.kernelInitializer, fans: inputFans, blocks: gates, l1: settings.l1,
      l2: settings.l2)
    recurrentKernel = plan.parameter(
      prefix + "recurrent_kernel", Shape(units, geometry.width), role: .kernel,
      settings.recurrentInitializer, fans: fans, blocks: gates, l1: settings.l1,
      l2: settings.l2)
    bias = plan.bias(
      named: prefix + "bias", Shape(geometry.width), isUsed: settings.useBias,
      settings.biasInitializer,
      fans: inputFans, blocks: gates, offsets: biasOffsets)
    recurrentBias =
      geometry.cell == .gru
      ? plan.bias(
        named: prefix + "recurrent_bias", Shape(units), isUsed: settings.useBias,
        settings.biasInitializer, fans: fans) : nil
    let kept = Shape(geometry.keptSteps, units)
    self.gates = plan.memory.slot(Shape(geometry.steps, geometry.width), gradient: false)
    previous = plan.memory.slot(kept, gradient: false)
    state = geometry.cell.hasState ? plan.memory.slot(kept, gradient: false) : nil
    product = geometry.cell == .gru ? plan.memory.slot(kept, gradient: false) : nil
    carry = settings.stateful ? RecurrentCarry(geometry, &plan) : nil
    if settings.recurrentDropout > 0 {
      // The number is taken for prediction too, so that plans of both purposes count alike.
      let layer = plan.randomLayer()
      let width = geometry.keepsSteps ? geometry.maskRow : 1
      dropout = (layer, plan.memory.slot(Shape(width), gradient: false))
    } else {
      dropout = nil
    }
  }
}

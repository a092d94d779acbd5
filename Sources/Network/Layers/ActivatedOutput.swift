import Numerics

/// The end of a layer that computes sums: where the sums become outputs, and the function that they pass.
///
/// Shape of the output: `rows × shape`. Where the output does not tell the derivative of the function,
/// training keeps that beside it.
struct ActivatedOutput: Sendable {
  let activation: any Activation
  private let derivatives: TrainingSlot?
  let output: Slot

  /// Plans the output of the current layer.
  init(_ activation: any Activation, shape: Shape, _ plan: inout NetworkPlan) {
    self.init(activation, output: plan.outputSlot(shape), &plan)
  }

  init(_ activation: any Activation, output: Slot, _ plan: inout NetworkPlan) {
    self.activation = activation
    derivatives =
      type(of: activation).backwardReads == .input ? plan.memory.trainingSlot(output.shape) : nil
    self.output = output
  }

  private var width: Int { max(1, output.shape.dimensions.last ?? 1) }
  private func rows(_ pass: Pass) -> Int { pass.rows * output.shape.count / width }
  private var isIdentity: Bool { type(of: activation).isIdentity }
  private var isRowwise: Bool { type(of: activation).isRowwise }

  /// The function, where it can replace any part of the sums by outputs while they are in cache; the
  /// layer then does it.
  func function(_ memory: Memory, _ pass: Pass) -> FusedFunction? {
    guard !isIdentity, !isRowwise else { return nil }
    return FusedFunction(
      activation: activation, outputs: memory.value(output),
      derivatives: pass.keepsForBackward ? derivatives.map { memory.value($0) } : nil)
  }

  /// Completes the output where the layer did not.
  func finish(_ memory: Memory, _ pass: Pass) {
    guard isRowwise else { return }
    pass.pool.apply(
      activation, to: nil, into: memory.value(output), rows: rows(pass), width: width)
  }

  /// What turns the gradient of the output into that of the sums; `nil` if they are the same.
  func derivative(_ memory: Memory) -> FusedDerivative? {
    guard !isIdentity else { return nil }
    return FusedDerivative(
      activation: activation, outputs: memory.value(output),
      derivatives: derivatives.map { UnsafePointer(memory.value($0)) }, width: width)
  }

  /// Turns the gradient of the output into that of the sums.
  func differentiate(_ memory: Memory, _ pass: Pass) {
    guard let derivative = derivative(memory) else { return }
    pass.pool.apply(derivative, to: memory.gradient(output), rows: rows(pass))
  }
}

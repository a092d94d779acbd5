import Numerics

/// The end of a layer that computes sums: where the sums and the outputs lie, and the function that
/// leads from the ones to the others.
///
/// Shapes: sums and output `rows × shape`. Where the derivative can be computed from the output, both
/// are the same memory.
struct ActivatedOutput: Sendable {
  let activation: any Activation
  /// The sums, where they are kept.
  private let preactivation: Slot?
  let output: Slot

  init(_ activation: any Activation, shape: Shape, _ plan: inout NetworkPlan) {
    self.activation = activation
    preactivation =
      type(of: activation).backwardReads == .input && plan.memory.purpose == .training
      ? plan.memory.slot(shape, gradient: false) : nil
    output = plan.memory.slot(shape, gradient: true)
  }

  private var width: Int { max(1, output.shape.dimensions.last ?? 1) }
  private func rows(_ pass: Pass) -> Int { pass.rows * output.shape.count / width }
  private var isIdentity: Bool { type(of: activation).isIdentity }

  /// Where the layer puts its sums.
  var sums: Slot { preactivation ?? output }

  /// The function, where it can replace any part of the sums in place while they are in cache; the
  /// layer then does it.
  var fused: (any Activation)? {
    let isFused = preactivation == nil && !type(of: activation).isRowwise && !isIdentity
    return isFused ? activation : nil
  }

  /// Completes the output where the function is not fused.
  func finish(_ memory: Memory, _ pass: Pass) {
    guard fused == nil, !isIdentity else { return }
    pass.pool.apply(
      activation, to: preactivation.map { UnsafePointer(memory.value($0)) },
      into: memory.value(output), rows: rows(pass), width: width)
  }

  /// Turns the gradient of the output into that of the sums.
  func differentiate(_ memory: Memory, _ pass: Pass) {
    guard !isIdentity else { return }
    pass.pool.applyDerivative(
      of: activation, at: memory.value(sums), to: memory.gradient(output), rows: rows(pass),
      width: width)
  }

  /// What the derivative of the function is computed from, where it applies to any part of the
  /// gradient for itself; `nil` if there is nothing to do. For layers that differentiate tile by tile.
  func derivative(_ memory: Memory) -> Derivative? {
    isIdentity
      ? nil
      : Derivative(activation: activation, operand: UnsafePointer(memory.value(sums)), width: width)
  }

  struct Derivative {
    let activation: any Activation
    let operand: UnsafePointer<Float>
    let width: Int

    /// Turns the gradient of the elements of some rows into that of their sums.
    func apply(to gradient: UnsafeMutablePointer<Float>, rows: Range<Int>) {
      if type(of: activation).isRowwise {
        for row in rows {
          activation.backward(operand + row * width, gradient + row * width, count: width)
        }
      } else {
        let first = rows.lowerBound * width
        activation.backward(operand + first, gradient + first, count: rows.count * width)
      }
    }
  }
}

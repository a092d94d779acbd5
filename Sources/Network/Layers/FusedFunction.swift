/// An elementwise function for any part of an output while it is in cache.
struct FusedFunction {
  let activation: any Activation
  let outputs: UnsafeMutablePointer<Float>
  /// Where the derivatives go, if they are kept.
  let derivatives: UnsafeMutablePointer<Float>?

  /// Replaces sums by outputs.
  func apply(first: Int, count: Int) {
    if let derivatives {
      activation.forward(outputs + first, derivatives: derivatives + first, count: count)
    } else {
      activation.forward(outputs + first, count: count)
    }
  }
}

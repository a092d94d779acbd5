import Numerics

/// A loss that looks at each output alone; that of an example is the mean over its outputs.
package protocol ElementwiseLoss: Loss {
  /// The loss of one output and its derivative with respect to the output.
  func element(_ output: Float, _ target: Float) -> (loss: Float, slope: Float)
}

extension ElementwiseLoss {
  package func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float {
    let share = weight(of: target) / Float(count)
    var sum: Float = 0
    for index in 0..<count {
      let (loss, slope) = element(outputs[index], target[index])
      sum += loss
      gradient?[index] = slope * (scale * share)
    }
    return sum * share
  }
}

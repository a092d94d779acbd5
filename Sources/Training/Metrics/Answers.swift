/// Outputs of a network beside what is right, one answer behind the other; valid as long as the memory that
/// they lie in is left as it is.
package struct Answers {
  /// Of the network, before the link: shape `count × width`.
  private let outputs: UnsafePointer<Float>
  package let width: Int
  /// Shape `count × targetWidth`.
  private let targets: UnsafePointer<Float>
  private let targetWidth: Int
  package let count: Int
  /// Whether the last number of a target is the weight of its answer.
  package let isWeighted: Bool

  package init(
    outputs: UnsafePointer<Float>, width: Int, targets: UnsafePointer<Float>, targetWidth: Int,
    count: Int, isWeighted: Bool = false
  ) {
    self.outputs = outputs
    self.width = width
    self.targets = targets
    self.targetWidth = targetWidth
    self.count = count
    self.isWeighted = isWeighted
  }

  /// The outputs for an answer: `width` numbers.
  @inline(__always)
  package func output(_ answer: Int) -> UnsafePointer<Float> { outputs + answer * width }

  @inline(__always)
  package func target(_ answer: Int) -> UnsafePointer<Float> { targets + answer * targetWidth }

  /// How much an answer counts.
  @inline(__always)
  package func weight(_ answer: Int) -> Double {
    isWeighted ? Double(targets[(answer + 1) * targetWidth - 1]) : 1
  }
}

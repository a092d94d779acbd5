import Training

/// Hands out what a network put out beside what is right.
///
/// - Parameters:
///   - outputs: `width` numbers an answer.
///   - targets: `targetWidth` numbers an answer.
func withAnswers(
  outputs: [Float], width: Int, targets: [Float], targetWidth: Int, isWeighted: Bool = false,
  _ body: (Answers) -> Void
) {
  outputs.withUnsafeBufferPointer { outputs in
    targets.withUnsafeBufferPointer { targets in
      guard let first = outputs.baseAddress, let right = targets.baseAddress else { return }
      body(
        Answers(
          outputs: first, width: width, targets: right, targetWidth: targetWidth,
          count: targets.count / targetWidth, isWeighted: isWeighted))
    }
  }
}

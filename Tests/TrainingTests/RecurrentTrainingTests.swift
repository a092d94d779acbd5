import Numerics
import Testing

/// An LSTM that reads the rows of the digits, trained beside PyTorch: the same losses at each
/// iteration.
struct RecurrentTrainingTests {
  @Test(arguments: [1, 2])
  func lossesEqualThoseOfPyTorch(threads: Int) throws {
    try Digits.expectLosses(
      of: "recurrent", layers: #"[{"type": "lstm", "units": 32}, {"type": "dense"}]"#,
      input: Shape(8, 8), seed: 13, threads: threads
    ) { _ in 1 / Float(32).squareRoot() }
  }
}

import Glibc
import Network
import Numerics

/// Chooses the next token from the outputs of a network.
package struct TokenSampler: Sendable {
  /// Divides the outputs: below 1 likely tokens become likelier; at 0 the likeliest is always taken.
  package var temperature = 1.0
  /// How many of the likeliest tokens are drawn from; `nil` for all.
  package var topK: Int?
  package var seed: UInt64 = 0

  package init() {}

  /// - Parameters:
  ///   - outputs: before the softmax, one for each token.
  ///   - index: the number of the draw, which decides its random number.
  func sample(_ outputs: UnsafeBufferPointer<Float>, index: Int) -> Int {
    let ranked = outputs.indices.sorted { first, second in
      outputs[first] == outputs[second] ? first < second : outputs[first] > outputs[second]
    }
    guard temperature > 0, let best = ranked.first else { return ranked.first ?? 0 }
    let candidates = ranked.prefix(topK ?? ranked.count)
    let weights = candidates.map {
      exp((Double(outputs[$0]) - Double(outputs[best])) / temperature)
    }
    var rest =
      Random(seed: seed, .sampling, step: index).uniform(0) * weights.reduce(0, +)
    for (candidate, weight) in zip(candidates, weights) {
      rest -= weight
      if rest < 0 { return candidate }
    }
    // Rounding may leave a little over.
    return candidates.last ?? best
  }
}

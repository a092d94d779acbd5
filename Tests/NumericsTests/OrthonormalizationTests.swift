import Numerics
import TestSupport
import Testing

struct OrthonormalizationTests {
  struct Case: Sendable {
    var count: Int
    var length: Int
  }

  private static let cases = [
    Case(count: 1, length: 1), Case(count: 5, length: 5), Case(count: 31, length: 90),
    Case(count: 33, length: 40), Case(count: 100, length: 100), Case(count: 70, length: 203),
  ]

  /// Vectors of length 1 that are orthogonal, each made of the given ones up to its own, of which it has a positive part: these
  /// are the only ones.
  @Test(arguments: cases) func equalsTheDefinition(size: Case) {
    var generator = SplitMix64(seed: 31)
    let given = (0..<size.count).map { _ in
      (0..<size.length).map { _ in Double.random(in: -1...1, using: &generator) }
    }
    var vectors = given.flatMap { $0 }
    orthonormalize(&vectors, count: size.count, length: size.length)
    let made = (0..<size.count).map {
      Array(vectors[$0 * size.length..<($0 + 1) * size.length])
    }
    for (i, first) in made.enumerated() {
      for (j, second) in made.enumerated() {
        let expected: Double = i == j ? 1 : 0
        let product = dot(first, second)
        if abs(product - expected) > 1e-13 { Issue.record("\(i)·\(j) = \(product)") }
        let part = dot(given[i], second)
        if i == j ? part <= 0 : i < j && abs(part) > 1e-12 {
          Issue.record("the part of \(j) in \(i) is \(part)")
        }
      }
    }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

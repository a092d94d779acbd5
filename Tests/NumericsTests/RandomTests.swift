import Numerics
import Testing

struct RandomTests {
  struct KnownAnswer: Sendable {
    let counter: SIMD4<UInt32>
    let key: SIMD2<UInt32>
    let numbers: SIMD4<UInt32>
  }

  /// The known answers that the authors distribute (Random123, `kat_vectors`, philox4x32 10).
  static let knownAnswers = [
    KnownAnswer(
      counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0),
      numbers: SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)),
    KnownAnswer(
      counter: SIMD4(repeating: 0xFFFF_FFFF), key: SIMD2(repeating: 0xFFFF_FFFF),
      numbers: SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)),
    KnownAnswer(
      counter: SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
      key: SIMD2(0xA409_3822, 0x299F_31D0),
      numbers: SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)),
  ]

  @Test(arguments: knownAnswers)
  func philoxGivesTheKnownAnswers(known: KnownAnswer) {
    #expect(Random.philox(counter: known.counter, known.key.x, known.key.y) == known.numbers)
  }

  @Test func blocksAreThoseOfTheirIndexPurposeAndStep() {
    let random = Random(seed: 0x0123_4567_89AB_CDEF, .dropout(layer: 3), step: 7)
    let expected = Random.philox(
      counter: SIMD4(5, 2, 7, 4 << 24 | 3), 0x89AB_CDEF, 0x0123_4567)
    #expect(random.block(2 << 32 | 5) == expected)
  }

  @Test func purposesSeedsAndStepsAreUnrelated() {
    let streams = [
      Random(seed: 1, .split), Random(seed: 2, .split), Random(seed: 1 << 32 | 1, .split),
      Random(seed: 1, .split, step: 1), Random(seed: 1, .shuffle), Random(seed: 1, .augmentation),
      Random(seed: 1, .initialization(parameter: 0)),
      Random(seed: 1, .initialization(parameter: 1)), Random(seed: 1, .dropout(layer: 0)),
      Random(seed: 1, .dropout(layer: 1)),
    ]
    let blocks = streams.flatMap { stream in (0..<100).map { stream.block($0) } }
    #expect(Set(blocks).count == blocks.count)
  }

  /// Within five standard errors of the moments of the uniform distribution.
  @Test func uniformHasItsMoments() {
    let random = Random(seed: 11, .split)
    let count = 200_000
    let numbers = (0..<count).map { random.uniform($0) }
    #expect(numbers.allSatisfy { 0 <= $0 && $0 < 1 })
    let error = 5 / Double(count).squareRoot()
    #expect(abs(mean(numbers) - 1 / 2) < error * (1.0 / 12).squareRoot())
    #expect(abs(mean(numbers.map { $0 * $0 }) - 1 / 3) < error * (4.0 / 45).squareRoot())
    let products = zip(numbers, numbers.dropFirst()).map { ($0 - 0.5) * ($1 - 0.5) }
    #expect(abs(mean(products)) < error / 12)
  }

  /// Within five standard errors of the moments of the normal distribution, and of the two numbers
  /// of a pair being independent.
  @Test func normalHasItsMoments() {
    let random = Random(seed: 12, .split)
    let count = 200_000
    let numbers = (0..<count).map { random.normal($0) }
    let error = 5 / Double(count).squareRoot()
    #expect(abs(mean(numbers)) < error)
    #expect(abs(mean(numbers.map { $0 * $0 }) - 1) < error * 2.0.squareRoot())
    #expect(abs(mean(numbers.map { $0 * $0 * $0 })) < error * 15.0.squareRoot())
    #expect(abs(mean(numbers.map { $0 * $0 * $0 * $0 }) - 3) < error * 96.0.squareRoot())
    #expect(abs(mean(zip(numbers, numbers.dropFirst()).map { $0 * $1 })) < error)
    let pairs = stride(from: 0, to: count, by: 2).map { numbers[$0] * numbers[$0 + 1] }
    #expect(abs(mean(pairs)) < error * 2.0.squareRoot())
  }

  @Test(arguments: [0, 1, 2, 3, 1000])
  func shufflingPermutes(count: Int32) {
    var indices = Array(0..<count)
    Random(seed: 5, .shuffle).shuffle(&indices)
    #expect(indices.sorted() == Array(0..<count))
    var again = Array(0..<count)
    Random(seed: 5, .shuffle).shuffle(&again)
    #expect(indices == again)
    if count == 1000 {
      Random(seed: 5, .shuffle, step: 1).shuffle(&again)
      #expect(indices != again)
    }
  }

  /// χ² over the 24 orders of four items has 23 degrees of freedom; beyond 58 it is one in 20,000.
  @Test func ordersAreEquallyLikely() {
    var counts: [[Int32]: Int] = [:]
    for epoch in 0..<24_000 {
      var indices: [Int32] = [0, 1, 2, 3]
      Random(seed: 6, .shuffle, step: epoch).shuffle(&indices)
      counts[indices, default: 0] += 1
    }
    #expect(counts.count == 24)
    let statistic = counts.values.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
    #expect(statistic < 58)
  }

  private func mean(_ numbers: [Double]) -> Double {
    numbers.reduce(0, +) / Double(numbers.count)
  }
}

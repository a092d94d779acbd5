import Search
import Testing

struct SobolTests {
  /// Coordinates 0, 1, 2, 3, 9, 31 and 63 of some points, as `scipy.stats.qmc.Sobol(64, scramble=False)`
  /// has them.
  static let known: [(number: Int, coordinates: [Double])] = [
    (1, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]),
    (2, [0.75, 0.25, 0.25, 0.25, 0.75, 0.25, 0.75]),
    (5, [0.875, 0.875, 0.125, 0.375, 0.125, 0.625, 0.625]),
    (100, [0.4140625, 0.2578125, 0.7734375, 0.7265625, 0.6953125, 0.4140625, 0.6484375]),
    (
      1000,
      [
        0.2197265625, 0.0966796875, 0.5185546875, 0.6767578125, 0.0693359375, 0.1455078125,
        0.4462890625,
      ]
    ),
  ]

  @Test func pointsAreThePublishedOnes() {
    let sequence = SobolSequence()
    #expect(SobolSequence.dimensionLimit == 64)
    for (number, coordinates) in Self.known {
      let found = [0, 1, 2, 3, 9, 31, 63].map { sequence.coordinate($0, ofPoint: number) }
      #expect(found == coordinates)
    }
    // The sum of all coordinates of 1,024 points, each times the number of its dimension from 1.
    var sum = 0.0
    for dimension in 0..<64 {
      for number in 0..<1024 {
        sum += Double(dimension + 1) * sequence.coordinate(dimension, ofPoint: number)
      }
    }
    #expect(sum == 1_063_920)
  }

  /// Each interval of length 1/256 has one of 256 points in every dimension, and each box of 16 × 16 has
  /// one in the first two: scrambling keeps that.
  @Test(arguments: [0, 1, 2] as [UInt64])
  func scrambledPointsAreAsEven(seed: UInt64) {
    let sequence = SobolSequence(seed: seed, part: 1)
    for dimension in 0..<64 {
      let cells = (0..<256).map { Int(sequence.coordinate(dimension, ofPoint: $0) * 256) }
      #expect(Set(cells).count == 256)
    }
    let boxes = (0..<256).map { number in
      Int(sequence.coordinate(0, ofPoint: number) * 16) * 16
        + Int(sequence.coordinate(1, ofPoint: number) * 16)
    }
    #expect(Set(boxes).count == 256)
    #expect(
      sequence.coordinate(5, ofPoint: 0)
        != SobolSequence(seed: seed + 10, part: 1).coordinate(5, ofPoint: 0))
  }

  @Test func dimensionsBeyondTheTableAreRandom() {
    let sequence = SobolSequence(seed: 1, part: 1)
    let mean = (0..<1000).reduce(0.0) { $0 + sequence.coordinate(70, ofPoint: $1) } / 1000
    #expect(abs(mean - 0.5) < 0.05)
  }
}

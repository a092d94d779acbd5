import Configuration
import TestSupport
import Testing

struct SinglePrecisionTests {
  @Test func textsAreThoseOfJSON() {
    var generator = SplitMix64(seed: 3)
    var numbers: [Double] = [
      0, -0.0, 1, -1, 0.1, 1e-4, 1e-5, 123_456, 16_777_216, 16_777_218, 1e7, 1e15, 1e16, 1e22, 3e38,
      1e-38, 1e-45,
      .pi, 1 / 3, .infinity, -.infinity, .nan,
    ]
    for _ in 0..<20_000 {
      numbers.append(
        Double(Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator))))
      numbers.append(Double.random(in: -1000...1000, using: &generator))
    }
    for number in numbers {
      let expected = JSONNumber(number.inSinglePrecisionDigits).text
      #expect(number.singlePrecisionText == expected)
    }
  }
}

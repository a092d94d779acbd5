import Glibc
import Numerics
import Testing

/// The single-precision functions against those of the C library in double precision.
struct MathematicsTests {
  /// Every number of a range at a fixed distance in bit patterns, both signs, and zero.
  private func magnitudes(upTo largest: Float) -> [Float] {
    let patterns = stride(from: Float(1e-30).bitPattern, through: largest.bitPattern, by: 997)
    let positive = patterns.map { Float(bitPattern: $0) }
    return positive + positive.map { -$0 } + [0, -0.0, largest, -largest]
  }

  private func largestError(
    upTo largest: Float, relative: Bool, _ function: (Float) -> Float,
    _ exact: (Double) -> Double
  ) -> Double {
    largestError(upTo: largest, relative: relative, of: { $0.map(function) }, exact)
  }

  /// - Parameter functions: of all numbers at once.
  private func largestError(
    upTo largest: Float, relative: Bool, of functions: ([Float]) -> [Float],
    _ exact: (Double) -> Double
  ) -> Double {
    let numbers = magnitudes(upTo: largest)
    return zip(numbers, functions(numbers)).reduce(0) { worst, pair in
      let expected = exact(Double(pair.0))
      let error = abs(Double(pair.1) - expected)
      let scaled = relative && expected != 0 ? error / abs(expected) : error
      return scaled.isFinite ? max(worst, scaled) : .infinity
    }
  }

  @Test func exponentialIsExact() {
    #expect(largestError(upTo: 87.3, relative: true, exponential, exp) < 2e-7)
    #expect(exponential(0) == 1)
    #expect(exponential(88).isFinite)
  }

  @Test func turnsAreExact() {
    let numbers = stride(from: Float(-40), through: 40, by: 0.000_37)
    for (index, x) in numbers.enumerated() where index % 16 == 0 {
      let (sine, cosine) = turns(SIMD16(repeating: x))
      let angle = 2 * Double.pi * Double(x)
      #expect(abs(Double(sine[3]) - sin(angle)) < 6e-7, "sine of \(x) turns")
      #expect(abs(Double(cosine[7]) - cos(angle)) < 6e-7, "cosine of \(x) turns")
    }
    let (sine, cosine) = turns(SIMD16(repeating: 1000.25))
    #expect(abs(sine[0] - 1) < 1e-6 && abs(cosine[0]) < 1e-6)
    #expect(turns(SIMD16(repeating: .nan)).sine[0].isNaN)
  }

  @Test func exponentialBeyondTheRange() {
    for x: Float in [88.3, 88.376_26, 89, 1000, .greatestFiniteMagnitude, .infinity] {
      #expect(exponential(x).isFinite && exponential(x) > 2.2e38)
    }
    for x: Float in [-87.336_54, -88, -1000, -.greatestFiniteMagnitude, -.infinity] {
      #expect(exponential(x) >= 0 && exponential(x) < 1.3e-38)
    }
    #expect(exponential(.nan).isNaN)
  }

  /// Small numbers keep all their digits, which a difference of e^x and 1 would lose.
  @Test func exponentialMinusOneIsExact() {
    #expect(largestError(upTo: 87, relative: true, exponentialMinusOne, expm1) < 3e-7)
    for x: Float in [1e-30, -1e-30, 1e-8, -1e-8, -1e-6, 1e-3, -1e-3] {
      #expect(abs(Double(exponentialMinusOne(x)) / expm1(Double(x)) - 1) < 2e-7)
    }
    #expect(exponentialMinusOne(0) == 0)
    #expect(exponentialMinusOne(-.infinity) == -1)
    #expect(exponentialMinusOne(.infinity) > 2.2e38)
    #expect(exponentialMinusOne(.nan).isNaN)
  }

  @Test func logisticIsExact() {
    #expect(largestError(upTo: 87, relative: true, logistic) { 1 / (1 + exp(-$0)) } < 3e-7)
    #expect(logistic(0) == 0.5)
    #expect(logistic(.infinity) == 1)
    #expect((0..<1e-37).contains(logistic(-.infinity)))
    #expect(logistic(.nan).isNaN)
  }

  @Test func hyperbolicTangentIsExact() {
    #expect(largestError(upTo: 100, relative: false, hyperbolicTangent, tanh) < 2e-7)
    #expect(largestError(upTo: 100, relative: true, hyperbolicTangent, tanh) < 3e-7)
    #expect(hyperbolicTangent(.infinity) == 1)
    #expect(hyperbolicTangent(-.infinity) == -1)
    #expect(hyperbolicTangent(.greatestFiniteMagnitude) == 1)
    #expect(hyperbolicTangent(.nan).isNaN)
    #expect(magnitudes(upTo: 20).allSatisfy { abs(hyperbolicTangent($0)) <= 1 })
  }

  private func logistics(_ numbers: [Float]) -> [Float] {
    var results = numbers
    results.withUnsafeMutableBufferPointer { results in
      if let values = results.baseAddress { applyLogistic(values, count: results.count) }
    }
    return results
  }

  private func tangents(_ numbers: [Float]) -> [Float] {
    var results = numbers
    results.withUnsafeMutableBufferPointer { results in
      if let values = results.baseAddress {
        applyHyperbolicTangent(values, count: results.count, into: values)
      }
    }
    return results
  }

  @Test func functionsOfRowsAreExact() {
    #expect(
      largestError(upTo: 87, relative: true, of: logistics) { 1 / (1 + exp(-$0)) } < 3e-7)
    #expect(largestError(upTo: 100, relative: false, of: tangents, tanh) < 2e-7)
    #expect(largestError(upTo: 100, relative: true, of: tangents, tanh) < 3e-7)
    let numbers: [Float] = [.infinity, -.infinity, .greatestFiniteMagnitude, .nan, 0, 1, -1]
    // In whole vectors and in what is left of them.
    for count in [1, 7, 16, 40] {
      let row = (0..<count).map { numbers[$0 % 7] }
      for (x, y) in zip(row, logistics(row)) {
        #expect(x.isNaN ? y.isNaN : abs(Double(y) - 1 / (1 + exp(-Double(x)))) < 1e-7)
      }
      for (x, y) in zip(row, tangents(row)) {
        #expect(x.isNaN ? y.isNaN : abs(Double(y) - tanh(Double(x))) < 2e-7)
      }
    }
  }
}

import Glibc
import Numerics
import TestSupport
import Testing

struct LanesTests {
  /// Numbers of all sizes, and those that are none.
  private var numbers: [Float] {
    var generator = SplitMix64(seed: 6)
    let ends: [Float] = [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -1000, 0, -0.0]
    let small = generator.floats(1000)
    return ends + small + generator.floats(3000, in: -100..<100)
  }

  private func each(_ numbers: [Float], _ function: (Lanes) -> Lanes) -> [Float] {
    numbers.withUnsafeBufferPointer { buffer in
      Lanes.firsts(numbers.count).flatMap { first -> [Float] in
        guard let start = buffer.baseAddress else { return [] }
        let rest = numbers.count - first
        let lanes = function(Lanes(start + first, rest))
        return (0..<min(16, rest)).map { lanes[$0] }
      }
    }
  }

  /// But for the last bits, where products and sums are rounded once.
  @Test func functionsAreThoseOfEach() {
    func expectSame(_ all: (Lanes) -> Lanes, _ one: (Float) -> Float) {
      for (x, (y, expected)) in zip(numbers, zip(each(numbers, all), numbers.map(one))) {
        #expect(x.isNaN ? y.isNaN : abs(y - expected) <= 5e-7 * abs(expected), "\(x)")
      }
    }
    expectSame(exponential) { exponential($0) }
    expectSame(exponentialMinusOne) { exponentialMinusOne($0) }
    expectSame(logistic) { logistic($0) }
    expectSame(hyperbolicTangent) { hyperbolicTangent($0) }
  }

  @Test func normalDistributionIsExact() {
    let numbers = numbers.filter(\.isFinite)
    let distribution = each(numbers) { normalDistribution($0).distribution }
    let expected = numbers.map { 0.5 * erfc(-Double($0) / 2.0.squareRoot()) }
    #expect(largestError(of: distribution, against: expected) < 4e-7)
    let density = each(numbers) { normalDistribution($0).density }
    let peak = 1 / (2 * Double.pi).squareRoot()
    #expect(
      largestError(of: density, against: numbers.map { peak * exp(-0.5 * Double($0 * $0)) }) < 2e-7)
    for x: Float in [30, .greatestFiniteMagnitude, .infinity] {
      let (above, _) = normalDistribution(Lanes(repeating: x))
      let (below, density) = normalDistribution(Lanes(repeating: -x))
      #expect(above[3] == 1 && below[3] < 1e-37 && density[3] < 1e-37)
    }
    let (nothing, _) = normalDistribution(Lanes(repeating: .nan))
    #expect(nothing[15].isNaN)
  }

  @Test(arguments: 0...20)
  func partsOfRows(count: Int) {
    var generator = SplitMix64(seed: 7)
    let source = generator.floats(20)
    var target = [Float](repeating: -7, count: 20)
    let lanes = Lanes(source, count)
    lanes.store(to: &target, count)
    let kept = min(16, count)
    #expect(Array(target[..<kept]) == Array(source[..<kept]))
    #expect(target[kept...].allSatisfy { $0 == -7 })
    for lane in kept..<16 { #expect(lanes[lane] == 0) }
    let whole = Lanes(source, 16).first(count, rest: 9)
    for lane in 0..<16 { #expect(whole[lane] == (lane < kept ? source[lane] : 9)) }
  }

  @Test func sumsAndLargest() {
    var generator = SplitMix64(seed: 8)
    for _ in 0..<100 {
      let (first, second) = (generator.floats(16), generator.floats(16))
      let (one, other) = (Lanes(first), Lanes(second))
      #expect(abs(one.total - first.reduce(0, +)) < 4e-6)
      #expect(one.largest == first.max())
      for lane in 0..<16 {
        #expect(one.larger(than: other)[lane] == max(first[lane], second[lane]))
      }
    }
    #expect(Lanes(repeating: .nan).larger(than: Lanes(repeating: -3))[2] == -3)
  }

  /// In place or not, and of numbers whose powers no number could hold.
  @Test(arguments: [1, 5, 16, 40])
  func exponentialsOfRows(count: Int) {
    var generator = SplitMix64(seed: 9)
    for offset: Float in [0, 500, -500] {
      let row = generator.floats(count, in: -8..<8).map { $0 + offset }
      let largest = row.max() ?? 0
      let expected = row.map { exp(Double($0 - largest)) }
      var powers = row + [-7, -7]
      let (most, sum) = powers.withUnsafeMutableBufferPointer { powers in
        powers.baseAddress.map { exponentials($0, count: count, into: $0) } ?? (0, 0)
      }
      #expect(most == largest)
      #expect(largestError(of: Array(powers[..<count]), against: expected) < 2e-7)
      #expect(powers[count...] == [-7, -7])
      #expect(abs(Double(sum) - expected.reduce(0, +)) < 1e-6 * Double(sum))
      #expect(exponentials(row, count: count, into: nil) == (most, sum))
    }
  }

  /// A row without a largest number has no softmax.
  @Test(
    arguments: [
      [1, .nan, 2], [.nan], [.infinity, 0], [-.infinity], [-.infinity, -.infinity],
    ] as [[Float]])
  func exponentialsOfNoNumbers(row: [Float]) {
    #expect(exponentials(row, count: row.count, into: nil).sum.isNaN)
    #expect(exponentials(row + [-.infinity], count: row.count + 1, into: nil).sum.isNaN)
  }
}

import TestSupport
import Testing

@Suite struct GrowthRuleTests {
  private let rule = GrowthRule(representative: .median, share: 0.02, amount: 100)

  /// - Parameter value: of the share of the progress.
  private func points(_ value: (Double) -> Double) -> [(progress: Double, value: Double)] {
    (1...100).map { (Double($0 * 7), value(Double($0) / 100)) }
  }

  @Test func whatStaysIsNoGrowth() throws {
    let steady = try #require(rule.judge(points { _ in 10_000 }))
    #expect(!steady.isGrowth && steady.earlier == 10_000 && steady.later == 10_000)
  }

  @Test func whatIsTakenInTheBeginningDoesNotCount() throws {
    #expect(try !#require(rule.judge(points { $0 <= 0.1 ? 10 : 10_000 })).isGrowth)
  }

  @Test func singlePeaksDoNotDecide() throws {
    var generator = SplitMix64(seed: 3)
    let peaks = points { _ in Int.random(in: 0..<5, using: &generator) == 0 ? 99_999 : 10_000 }
    #expect(try !#require(rule.judge(peaks)).isGrowth)
  }

  @Test func steadyGrowthIsFound() throws {
    // Between the middles of the parts lie 0.675 of the way.
    let slow = try #require(rule.judge(points { 10_000 + 280 * $0 }))
    #expect(!slow.isGrowth)
    let fast = try #require(rule.judge(points { 10_000 + 320 * $0 }))
    #expect(fast.isGrowth)
    #expect(abs(fast.later - fast.earlier - 216) < 10)
  }

  @Test func ofSmallNumbersTheAmountCounts() throws {
    #expect(try !#require(rule.judge(points { $0 < 0.5 ? 20 : 110 })).isGrowth)
    #expect(try #require(rule.judge(points { $0 < 0.5 ? 20 : 130 })).isGrowth)
  }

  /// A file is open at most of the moments that are looked at later, and another one for good.
  @Test func whatIsTakenForAMomentDoesNotCount() throws {
    let rule = GrowthRule(representative: .least, share: 0, amount: 0)
    func taken(_ kept: Int) -> [(progress: Double, value: Double)] {
      (1...100).map { index in
        let count = index <= 50 ? 6 : index % 4 == 0 ? kept : kept + 1
        return (progress: Double(index), value: Double(count))
      }
    }
    #expect(try !#require(rule.judge(taken(6))).isGrowth)
    #expect(try #require(rule.judge(taken(7))).isGrowth)
  }

  @Test func fewSamplesSayNothing() {
    #expect(rule.judge([]) == nil)
    #expect(rule.judge(Array(points { $0 }.prefix(12).map { ($0.progress, 1) })) == nil)
  }
}

import Search
import Testing

@Suite struct PruningTests {
  private func others(_ finals: [Double], epochs: Int = 9) -> [PastTrial] {
    finals.enumerated().map {
      PastTrial(number: $0, curve: Array(repeating: $1, count: epochs))
    }
  }

  @Test func theWorseHalfEnds() {
    var pruner = MedianPruning()
    let five = others([1, 2, 3, 4, 5])
    #expect(!pruner.isHopeless(trial: 9, curve: [3], others: five))
    #expect(pruner.isHopeless(trial: 9, curve: [3.5], others: five))
    // What was good once may become good again.
    #expect(!pruner.isHopeless(trial: 9, curve: [2, 8], others: five))
    #expect(!pruner.isHopeless(trial: 9, curve: [9], others: others([1, 2, 3, 4])))
    pruner.warmupEpochs = 2
    #expect(!pruner.isHopeless(trial: 9, curve: [9, 9], others: five))
    #expect(pruner.isHopeless(trial: 9, curve: [9, 9, 9], others: five))
  }

  @Test func aThirdGoesOnAtTheRungs() {
    let pruner = SuccessiveHalving()
    let eight = others([1, 2, 3, 4, 5, 6, 7, 8])
    // Of nine the best three.
    #expect(!pruner.isHopeless(trial: 9, curve: [2.5], others: eight))
    #expect(pruner.isHopeless(trial: 9, curve: [3.5], others: eight))
    // Between the rungs 1, 3 and 9 nothing ends.
    for epoch in [2, 4, 5, 8] {
      #expect(
        !pruner.isHopeless(trial: 9, curve: Array(repeating: 99, count: epoch), others: eight))
    }
    #expect(pruner.isHopeless(trial: 9, curve: [0, 0, 99], others: eight))
    // The first that comes goes on, and so does one that nobody else came as far as.
    #expect(!pruner.isHopeless(trial: 0, curve: [99], others: []))
    #expect(
      !pruner.isHopeless(
        trial: 9, curve: Array(repeating: 99, count: 9), others: others([1, 2], epochs: 5)))
  }

  @Test func bracketsBeginByTurns() {
    let pruner = Hyperband()
    let many = others(Array(repeating: 1, count: 60), epochs: 81)
    let ends = (0..<6).map { trial in
      (1...30).first {
        pruner.isHopeless(trial: trial, curve: Array(repeating: 2, count: $0), others: many)
      }
    }
    #expect(ends == [1, 1, 1, 3, 3, 9])
  }

  @Test func extremeSettingsSurvive() {
    var pruner = Hyperband()
    pruner.minEpochs = 1_000_000_000
    pruner.reductionFactor = 1000
    pruner.brackets = 20
    for trial in 0..<210 {
      #expect(!pruner.isHopeless(trial: trial, curve: [.infinity], others: others([1])))
    }
  }
}

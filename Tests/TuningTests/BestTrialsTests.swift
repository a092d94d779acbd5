import TestSupport
import Testing
import Tuning

@Suite struct BestTrialsTests {
  private func trials(
    _ results: [(TrialRecord.State, [Double])], infeasible: Set<Int> = []
  ) -> [TrialRecord] {
    results.enumerated().map { index, result in
      TrialRecord(
        number: index, state: result.0, values: result.1, isFeasible: !infeasible.contains(index))
    }
  }

  private func best(_ trials: [TrialRecord], _ isMaximized: Bool...) -> [Int] {
    BestTrials.of(trials, isMaximized: isMaximized).map(\.number)
  }

  @Test func theEarlierOfEqualOnesIsBest() {
    let trials = trials([
      (.complete, [2]), (.pruned, [0]), (.complete, [1]), (.complete, [1]), (.failed, []),
      (.running, []),
    ])
    #expect(best(trials, false) == [2])
    #expect(best(trials, true) == [0])
    #expect(best(trials.filter { $0.state != .complete }, false).isEmpty)
  }

  @Test func theBestStandsFirst() {
    let trials = trials([
      (.failed, []), (.running, []), (.complete, [2]), (.pruned, [0]), (.complete, [.nan]),
      (.complete, [1]), (.complete, [1]),
    ])
    #expect(BestTrials.ranked(trials, isMaximized: [false]).map(\.number) == [5, 6, 2, 4, 3, 1, 0])
    #expect(BestTrials.ranked(trials, isMaximized: [true]).map(\.number) == [2, 5, 6, 4, 3, 1, 0])
  }

  @Test func theFrontStandsFirst() {
    let trials = trials([
      (.complete, [3, 3]), (.failed, []), (.complete, [2, 1]), (.complete, [1, 2]),
      (.complete, [1, 9]),
    ])
    let isMaximized = [false, false]
    #expect(BestTrials.ranked(trials, isMaximized: isMaximized).map(\.number) == [2, 3, 0, 4, 1])
  }

  @Test func infinityCanBeBest() {
    let trials = trials([(.complete, [1]), (.complete, [.infinity]), (.complete, [-.infinity])])
    #expect(best(trials, true) == [1])
    #expect(best(trials, false) == [2])
  }

  @Test func whoBreaksAConstraintIsNotBest() {
    let trials = trials([(.complete, [1]), (.complete, [2])], infeasible: [0])
    #expect(best(trials, false) == [1])
  }

  /// Against each pair of trials.
  @Test(arguments: 2...3) func theFrontIsWhatNobodyBeats(objectives: Int) {
    var random = SplitMix64(seed: 7)
    let isMaximized = (0..<objectives).map { $0 % 2 == 1 }
    let results: [(TrialRecord.State, [Double])] = (0..<200).map { index in
      (
        index % 9 == 0 ? .pruned : .complete,
        (0..<objectives).map { _ in Double(random.next() % 12) }
      )
    }
    let all = trials(results)
    let complete = all.filter { $0.state == .complete }
    let expected = complete.filter { one in
      !complete.contains { other in
        let pairs = zip(zip(other.values, one.values), isMaximized)
        return other.values != one.values
          && pairs.allSatisfy { $1 ? $0.0 >= $0.1 : $0.0 <= $0.1 }
      }
    }
    #expect(BestTrials.of(all, isMaximized: isMaximized).map(\.number) == expected.map(\.number))
    #expect(!expected.isEmpty)
  }
}

import Configuration
import Studies
import TestSupport
import Testing

struct BestTrialsTests {
  let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func trials(
    _ results: [(StudyTrial.State, [Double])], _ directions: [Direction],
    constraints: [Int: Double] = [:]
  ) throws -> [StudyTrial] {
    let study = try newStudy(in: workspace, directions)
    // A commit that waits for the disk takes its time.
    try study.lockForRunning()
    for (index, (state, values)) in results.enumerated() {
      _ = try study.addTrial(
        state: state, values: values,
        systemAttributes: constraints[index].map { ["constraints:memory": .number($0)] } ?? [:])
    }
    return try study.trials()
  }

  @Test func theEarlierOfEqualOnesIsBest() throws {
    let results: [(StudyTrial.State, [Double])] = [
      (.complete, [2]), (.pruned, [0]), (.complete, [1]), (.complete, [1]), (.fail, []),
      (.running, []),
    ]
    let trials = try trials(results, [.minimize])
    #expect(trials.best(.minimize)?.number == 2)
    #expect(trials.best(.maximize)?.number == 0)
    #expect(trials.filter { $0.state != .complete }.best(.minimize) == nil)
  }

  @Test func infinityCanBeBest() throws {
    let trials = try trials(
      [(.complete, [1]), (.complete, [.infinity]), (.complete, [-.infinity])], [.minimize])
    #expect(trials.best(.maximize)?.number == 1)
    #expect(trials.best(.minimize)?.number == 2)
  }

  @Test func whoBreaksAConstraintIsNotBest() throws {
    let trials = try trials(
      [(.complete, [1]), (.complete, [2]), (.complete, [3])], [.minimize],
      constraints: [0: 0.5, 1: 0])
    #expect(trials.best(.minimize)?.number == 1)
    #expect(trials.front([.minimize]).map(\.number) == [1])
  }

  /// Against each pair of trials.
  @Test(arguments: 1...3) func theFrontIsWhatNobodyBeats(objectives: Int) throws {
    var random = SplitMix64(seed: 7)
    let directions = (0..<objectives).map { $0 % 2 == 0 ? Direction.minimize : .maximize }
    let results: [(StudyTrial.State, [Double])] = (0..<200).map { index in
      (
        index % 9 == 0 ? .pruned : .complete,
        (0..<objectives).map { _ in Double(random.next() % 12) }
      )
    }
    let trials = try trials(results, directions).filter { $0.state == .complete }
    let expected = trials.filter { one in
      !trials.contains { other in
        let pairs = zip(zip(other.values, one.values), directions)
        return pairs.allSatisfy { !$1.isBetter($0.1, than: $0.0) } && other.values != one.values
      }
    }
    #expect(trials.front(directions).map(\.number) == expected.map(\.number))
    #expect(!expected.isEmpty)
  }
}

import Configuration
import TestSupport
import Testing
import Training

@Suite struct ThresholdSearchTests {
  private struct Sample {
    let answers: [RankedAnswer]

    /// - Parameter levels: how many different probabilities there are at most.
    init(seed: UInt64, count: Int, levels: Int) {
      var random = SplitMix64(seed: seed)
      answers = (0..<count).map { _ in
        let level = Int(random.next() % UInt64(levels))
        let isActual = random.next() % UInt64(levels) <= level
        return RankedAnswer(
          probability: Float(level) / Float(max(1, levels - 1)), isActual: isActual)
      }
    }

    /// Precision, recall and cost of a threshold, counted one by one.
    func counts(_ threshold: Double) -> (right: Int, wrong: Int, missed: Int) {
      var counts = (right: 0, wrong: 0, missed: 0)
      for answer in answers {
        switch (Double(answer.probability) > threshold, answer.isActual) {
        case (true, true): counts.right += 1
        case (true, false): counts.wrong += 1
        case (false, true): counts.missed += 1
        case (false, false): break
        }
      }
      return counts
    }

    var candidates: [Double] {
      let levels = Set(answers.map { Double($0.probability) } + [0, 1]).sorted()
      let gaps = zip(levels, levels.dropFirst()).map { ($0 + $1) / 2 }
      return gaps + (answers.contains { $0.probability == 1 } ? [1] : [])
    }
  }

  private func share(_ part: Int, _ whole: Int) -> Double {
    whole > 0 ? Double(part) / Double(whole) : 0
  }

  @Test(arguments: 1...40)
  func noOtherThresholdIsBetter(seed: Int) throws {
    let sample = Sample(
      seed: UInt64(seed), count: 3 + seed * 7 % 60, levels: [2, 5, 40, 1000][seed % 4])
    let costs = ErrorCosts(falsePositive: Double(seed % 5), falseNegative: Double(1 + seed % 3))
    let search = ThresholdSearch(sample.answers, costs: costs)
    let goals: [(ThresholdGoal, (Double) -> [Double])] = [
      (
        .f1,
        {
          let (right, wrong, missed) = sample.counts($0)
          return [share(2 * right, 2 * right + wrong + missed)]
        }
      ),
      (
        .cost(costs),
        {
          let (_, wrong, missed) = sample.counts($0)
          return [
            -(Double(wrong) * costs.falsePositive + Double(missed) * costs.falseNegative)
              / Double(sample.answers.count)
          ]
        }
      ),
      (
        .precision(recall: 0.7),
        {
          let (right, wrong, missed) = sample.counts($0)
          let recall = share(right, right + missed)
          return [recall < 0.7 ? -1 : share(right, right + wrong), recall]
        }
      ),
      (
        .recall(precision: 0.6),
        {
          let (right, wrong, missed) = sample.counts($0)
          let precision = share(right, right + wrong)
          return [precision < 0.6 ? -1 : share(right, right + missed), precision]
        }
      ),
    ]
    for (goal, merits) in goals {
      let ranked = sample.candidates.map { (merits($0) + [-abs($0 - 0.5), -$0], $0) }
      let expected = try #require(ranked.max { $0.0.lexicographicallyPrecedes($1.0) })
      guard expected.0[0] >= 0 || goal == .cost(costs) else {
        #expect(throws: Failure.self) { try search.best(for: goal) }
        continue
      }
      let best = try search.best(for: goal)
      #expect(best.threshold == expected.1, "\(goal)")
      #expect(best == search.figures(at: best.threshold))
      let (right, wrong, missed) = sample.counts(best.threshold)
      #expect(best.falsePositives == Double(wrong) && best.falseNegatives == Double(missed))
      #expect(best.score.recall == share(right, right + missed))
      #expect(best.score.precision == share(right, right + wrong))
    }
  }

  /// A weight of 2 is the same answer twice.
  @Test(arguments: 1...10) func answersCountAsMuchAsTheyWeigh(seed: Int) throws {
    let answers = Sample(seed: UInt64(seed), count: 30, levels: 12).answers
    let weighted = answers.enumerated().map { index, answer in
      RankedAnswer(
        probability: answer.probability, isActual: answer.isActual, weight: Float(1 + index % 3))
    }
    let repeated = answers.enumerated().flatMap { index, answer in
      Array(repeating: answer, count: 1 + index % 3)
    }
    let costs = ErrorCosts(falsePositive: 2, falseNegative: 3)
    for goal in [ThresholdGoal.f1, .cost(costs), .precision(recall: 0.5)] {
      #expect(
        try ThresholdSearch(weighted, costs: costs).best(for: goal)
          == ThresholdSearch(repeated, costs: costs).best(for: goal))
    }
  }

  @Test func equallyGoodThresholdsAreDecidedByTheirDistanceToOneHalf() throws {
    let search = ThresholdSearch(
      [(0.125, false), (0.25, true), (0.75, false), (0.875, true)].map {
        RankedAnswer(probability: $0, isActual: $1)
      }, costs: ErrorCosts())
    // In the second and in the last but one of the gaps there is one mistake.
    let best = try search.best(for: .cost(ErrorCosts()))
    #expect(best.threshold == 0.1875)
    #expect(best.cost == 0.25)
    #expect(best.score.recall == 1)
  }

  @Test func whatIsUnreachableIsNamed() {
    let search = ThresholdSearch(
      [(0.2, true), (0.4, false), (0.6, true), (0.8, false)].map {
        RankedAnswer(probability: $0, isActual: $1)
      }, costs: ErrorCosts())
    do {
      _ = try search.best(for: .recall(precision: 0.75))
      Issue.record("a precision of 0.75 was reached")
    } catch let failure as Failure {
      #expect(failure.diagnostics.first?.message.hasSuffix("the largest is 0.5") == true)
    } catch {
      Issue.record("\(error)")
    }
  }
}

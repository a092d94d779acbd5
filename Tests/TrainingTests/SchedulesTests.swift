import Configuration
import TestSupport
import Testing
import Training

/// 200 steps of every schedule against those of PyTorch.
struct SchedulesTests {
  /// What a schedule of PyTorch is called here; `nil` if a configuration cannot say it.
  private func schedule(_ type: String, _ parameters: JSONValue) throws -> (any Schedule)? {
    let names = [
      "gamma": "factor", "minimum": "final_learning_rate", "period": "period",
      "total_steps": "total_iterations", "step_size": "step_size",
    ]
    var members: [JSONMember] = []
    for member in parameters.members ?? [] {
      switch (type, member.key) {
      case ("one_cycle", "maximum"), ("one_cycle", "total_steps"): break
      case ("cosine", "period"): members.append(JSONMember("total_iterations", member.value))
      default: members.append(JSONMember(names[member.key] ?? member.key, member.value))
      }
    }
    if ["step", "multi_step", "exponential", "inverse_time", "cosine_restarts"].contains(type) {
      members.append(JSONMember("unit", .string("iteration")))
    }
    return try Schedules.catalog.item(type, .object(members))
  }

  /// Without a counterpart in the golden file, tested by themselves below.
  private static let others = ["constant", "reduce_on_plateau"]

  @Test(arguments: Schedules.catalog.entries.map(\.type).filter { !others.contains($0) })
  func equalsPyTorch(type: String) throws {
    let golden = try Golden.read("schedules")
    var count = 0
    for json in try golden.require("cases").items ?? [] where json["name"]?.string == type {
      let parameters = try json.require("parameters")
      let schedule = try #require(try schedule(type, parameters), "\(parameters.compactText)")
      count += 1
      let base = try #require(parameters["maximum"]?.double ?? golden["learning_rate"]?.double)
      let total = parameters["total_steps"]?.integer ?? 200
      var expected = try json.require("learning_rates").numbers()
      // PyTorch's cosine rises again behind its period; here it stays at the end.
      if type == "cosine", let period = parameters["period"]?.integer {
        expected = Array(expected.prefix(period + 1))
      }
      let rates = (0..<expected.count).map {
        schedule.rate(base, iteration: $0, iterations: total, iterationsPerEpoch: 7)
      }
      for (step, (rate, expected)) in zip(rates, expected).enumerated() {
        #expect(
          abs(rate - expected) <= 1e-9 * max(abs(expected), 1e-3),
          "\(parameters.compactText) step \(step): \(rate), not \(expected)")
        if abs(rate - expected) > 1e-9 { return }
      }
    }
    #expect(count > 0, "no golden case for \(type)")
  }

  @Test(arguments: Schedules.catalog.entries.filter { $0.type != "multi_step" }.map(\.type))
  func warmUpRisesLinearlyAndDelaysTheSchedule(type: String) throws {
    var warm = try Schedules.catalog.codec.value(.string(type))
    let cold = warm
    warm.warmupIterations = 4
    let first = cold.rate(1, iteration: 0, iterations: 50, iterationsPerEpoch: 10)
    for iteration in 0..<4 {
      let rate = warm.rate(1, iteration: iteration, iterations: 54, iterationsPerEpoch: 10)
      #expect(abs(rate - first * Double(iteration + 1) / 5) < 1e-12)
    }
    for iteration in 0..<50 {
      #expect(
        warm.rate(1, iteration: iteration + 4, iterations: 54, iterationsPerEpoch: 10)
          == cold.rate(1, iteration: iteration, iterations: 50, iterationsPerEpoch: 10))
    }
  }

  @Test func epochsAreCounted() throws {
    let schedule = try Schedules.catalog.codec.value(
      #"{"type": "multi_step", "milestones": [1, 3], "factor": 0.5}"#)
    let rates = (0..<10).map {
      schedule.rate(8, iteration: $0, iterations: 10, iterationsPerEpoch: 2)
    }
    #expect(rates == [8, 8, 4, 4, 4, 4, 2, 2, 2, 2])
  }

  /// By PyTorch: ReduceLROnPlateau(factor 0.5, patience 1, threshold 0, cooldown 1, min_lr 0.2).
  @Test func aPlateauReducesTheRate() throws {
    let schedule = try #require(
      Schedules.catalog.codec.value(
        """
        {"type": "reduce_on_plateau", "factor": 0.5, "patience": 1, "cooldown": 1,
         "minimum_learning_rate": 0.2}
        """) as? ReduceOnPlateauSchedule)
    var plateau = Plateau()
    let rates = [1, 1, 1, 1, 1, 1, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6].map { value in
      plateau.take(.value(value), by: schedule)
      return schedule.rate(
        1, iteration: 0, iterations: 10, iterationsPerEpoch: 1, plateau: plateau)
    }
    #expect(rates == [1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2])
    // A rate that is smaller from the start stays.
    #expect(
      schedule.rate(0.1, iteration: 0, iterations: 10, iterationsPerEpoch: 1, plateau: plateau)
        == 0.1)
  }
}

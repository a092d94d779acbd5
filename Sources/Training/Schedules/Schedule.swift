import Configuration

/// The learning rate as a pure function of the iteration and, for a plateau, of what the figures so far came to. The
/// configured object is the function.
package protocol Schedule: GuidedVariant {
  /// Iterations at the start in which the rate grows linearly from nearly 0; the schedule itself
  /// starts after them.
  var warmupIterations: Int { get set }

  /// The rate of an iteration after the warm-up.
  ///
  /// - Parameter base: the learning rate of the optimizer.
  func rate(_ base: Double, at time: ScheduleTime) -> Double

  /// What the rate falls to at most, and its key; `nil` for a schedule that does not name it.
  var lowestRate: (key: String, value: Double)? { get }

  /// The settings that never come to bear in a run, since it is too short for them or they leave the rate as it is.
  func inertSettings(in span: ScheduleSpan) -> [InertSetting]
}

/// Where a run stands, as schedules count: from the end of the warm-up.
package struct ScheduleTime: Sendable {
  /// Iterations, from 0.
  package let iteration: Int
  /// All iterations of the schedule.
  package let iterations: Int
  package let iterationsPerEpoch: Int
  /// What came of the figure that the schedule monitors, if it monitors one.
  package let plateau: Plateau

  package init(
    iteration: Int, iterations: Int, iterationsPerEpoch: Int, plateau: Plateau = Plateau()
  ) {
    self.iteration = iteration
    self.iterations = iterations
    self.iterationsPerEpoch = iterationsPerEpoch
    self.plateau = plateau
  }

  func count(in unit: ScheduleUnit) -> Int {
    unit == .iteration ? iteration : iteration / max(1, iterationsPerEpoch)
  }
}

/// What a schedule counts.
package enum ScheduleUnit: String, CaseIterable, Sendable {
  case epoch
  case iteration
}

extension Schedule {
  package var lowestRate: (key: String, value: Double)? { nil }

  /// The rate of an iteration of the run, warm-up included.
  package func rate(
    _ base: Double, iteration: Int, iterations: Int, iterationsPerEpoch: Int,
    plateau: Plateau = Plateau()
  ) -> Double {
    let time = ScheduleTime(
      iteration: max(0, iteration - warmupIterations),
      iterations: max(1, iterations - warmupIterations), iterationsPerEpoch: iterationsPerEpoch,
      plateau: plateau)
    let rate = rate(base, at: time)
    guard iteration < warmupIterations else { return rate }
    return rate * Double(iteration + 1) / Double(warmupIterations + 1)
  }
}

/// Everything that `training.learning_rate_schedule` can name.
package enum Schedules {
  package static let catalog = Catalog<any Schedule>(
    kind: "schedule",
    [
      entry(ConstantSchedule.self),
      entry(StepSchedule.self),
      entry(MultiStepSchedule.self),
      entry(ExponentialSchedule.self),
      entry(InverseTimeSchedule.self),
      entry(PolynomialSchedule.self),
      entry(CosineSchedule.self),
      entry(CosineRestartsSchedule.self),
      entry(OneCycleSchedule.self),
      entry(ReduceOnPlateauSchedule.self),
    ],
    describe: { $0 })

  private static func entry<Config: Schedule>(
    _ config: Config.Type
  ) -> Catalog<any Schedule>.Entry {
    .init(config) { $0 }
  }
}

// Keys that schedules share.
extension Key where Root: Schedule {
  static var warmup: Key {
    .integer(
      "warmup_iterations", \.warmupIterations, in: .between(0, 1_000_000_000),
      synonyms: ["warmup", "warmup_steps"],
      help: "Iterations at the start in which the rate grows linearly; the schedule follows.",
      guidance: .amount(
        tooLow: """
          Transformers, large batches and high rates leap or diverge within the first hundred \
          iterations.
          """,
        tooHigh: "Much of the run passes at rates that learn little: the loss begins to fall late.",
        typical: """
          0 for small networks; 100 to 2,000, or one to ten percent of the run, for \
          transformers and high rates.
          """,
        example: #""warmup_iterations": 200"#))
  }

  /// - Parameter guidance: of a schedule whose rate changes within epochs whatever it counts.
  static func unit(
    _ property: WritableKeyPath<Root, ScheduleUnit> & Sendable, guidance: Guidance? = nil
  ) -> Key {
    Key(
      "unit", property, .choice, help: "What the schedule counts.",
      guidance: guidance
        ?? .choice(
          """
          epoch changes the rate between epochs; iteration also within them, for runs of few \
          long epochs or counted by max_iterations.
          """,
          typical:
            "epoch for step, multi_step and exponential; iteration for texts and large data.",
          example: #""unit": "epoch""#))
  }

  static func factor(
    _ property: WritableKeyPath<Root, Double> & Sendable, help: String, typical: String,
    example: String
  ) -> Key {
    .number(
      "factor", property, in: .above(0, atMost: 1), synonyms: ["gamma", "decay_rate"],
      help: help,
      guidance: .amount(
        tooLow: "The rate falls too far at once: the loss drops and then stands still.",
        tooHigh: """
          Near 1 the rate hardly falls: the loss goes on trembling at the level of the first \
          rate.
          """,
        typical: typical,
        example: example))
  }

  static func final(_ property: WritableKeyPath<Root, Double> & Sendable) -> Key {
    .number(
      "final_learning_rate", property, in: .atLeast(0),
      synonyms: ["eta_min", "min_lr", "end_learning_rate", "minimum_learning_rate"],
      help: "The rate at the end.",
      guidance: .amount(
        tooLow: "At 0 the last iterations change nothing any more, which does no harm.",
        tooHigh:
          "The loss still trembles at the end, and the drop that a falling rate brings is lost.",
        typical: "0, or a hundredth to a tenth of the first rate (GPT-3: a tenth).",
        example: #""final_learning_rate": 1e-4"#))
  }
}

extension Double {
  /// From `self` to `end` along half a cosine wave, as `share` goes from 0 to 1.
  func annealed(to end: Double, share: Double) -> Double {
    end + (self - end) * (1 + cosine(.pi * share)) / 2
  }
}

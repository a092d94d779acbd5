import Configuration
import Glibc

/// `η · factor^⌊t / size⌋`
package struct StepSchedule: Schedule {
  package static let type = "step"
  package static let summary = "Multiplies the rate by a factor every so many epochs."
  package static let guidance = Guidance.choice(
    """
    Where a recipe has it, or the loss goes flat every so many epochs. Otherwise cosine, \
    which has no steps to choose.
    """,
    typical: "Three steps by 0.1 in a run.",
    example: #""learning_rate_schedule": {"type": "step", "step_size": 20, "factor": 0.1}"#)
  package static let synonyms = ["step_lr", "step_decay"]

  package var stepSize = 10
  package var factor = 0.1
  package var unit = ScheduleUnit.epoch
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "step_size", \.stepSize, in: .between(1, 1_000_000_000), synonyms: ["every", "period"],
      help: "Epochs, or iterations, from one step to the next.",
      guidance: .amount(
        tooLow: "The rate is gone before anything was learned: the loss goes flat early and high.",
        tooHigh: "The rate falls late or never: the loss trembles to the end.",
        typical: "A third of the epochs: 30 of 90 in PyTorch's example for ImageNet.",
        example: #""step_size": 30"#)),
    .factor(
      \.factor, help: "What each step multiplies the rate by.",
      typical: "0.1 with two or three steps (He et al. 2016); 0.5 with many.",
      example: #""factor": 0.1"#),
    .unit(\.unit),
    .warmup,
  ]

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    base * pow(factor, Double(time.count(in: unit) / stepSize))
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    guard span.lastCount(in: unit) < stepSize else { return InertSetting.factor(factor) }
    return [
      InertSetting(
        "step_size",
        "a step after \(unit.count(stepSize)) is never taken in \(span.description(in: unit))")
    ]
  }
}

/// `η · factor^(milestones passed)`
package struct MultiStepSchedule: Schedule {
  package static let type = "multi_step"
  package static let summary = "Multiplies the rate by a factor at given epochs."
  package static let guidance = Guidance.choice(
    """
    Where it is known at which epochs the loss goes flat, as in recipes of residual \
    networks. In a run of another length the epochs no longer fit.
    """,
    typical: "At half and three quarters of the run, by 0.1.",
    example: #""learning_rate_schedule": {"type": "multi_step", "milestones": [30, 45]}"#)
  package static let synonyms = ["multistep", "piecewise", "multi_step_lr"]

  package var milestones: [Int]?
  package var factor = 0.1
  package var unit = ScheduleUnit.epoch
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "milestones", \.milestones, .list(.integer(in: .between(1, 1_000_000_000)), atLeast: 1),
      required: true, synonyms: ["steps", "boundaries"],
      help: "The epochs, or iterations, at which the rate changes, ascending.",
      guidance: .choice(
        """
        Put the first where the loss of a run at a constant rate goes flat, the next where \
        it does so again.
        """,
        typical: "Half and three quarters of the run, as for CIFAR-10 in He et al. (2016).",
        example: #""milestones": [30, 45]"#)),
    .factor(
      \.factor, help: "What each step multiplies the rate by.",
      typical: "0.1 with two or three steps (He et al. 2016); 0.5 with many.",
      example: #""factor": 0.1"#),
    .unit(\.unit),
    .warmup,
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    guard let milestones, zip(milestones, milestones.dropFirst()).contains(where: { $0 >= $1 })
    else { return }
    reading.report(
      code: "contradiction", "the milestones do not ascend", at: json["milestones"]?.location)
  }

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    let now = time.count(in: unit)
    return base * pow(factor, Double((milestones ?? []).count { $0 <= now }))
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    let late = (milestones ?? []).enumerated().compactMap { index, milestone -> InertSetting? in
      guard span.lastCount(in: unit) < milestone else { return nil }
      return InertSetting(
        "milestones", at: index,
        "a milestone after \(unit.count(milestone)) is not reached in \(span.description(in: unit))"
      )
    }
    return InertSetting.factor(factor) + late
  }
}

/// `η · factor^t`
package struct ExponentialSchedule: Schedule {
  package static let type = "exponential"
  package static let summary = "Multiplies the rate by a factor every epoch."
  package static let guidance = Guidance.choice(
    """
    Runs without a fixed end, as with early stopping: the rate falls steadily, whatever \
    the length. Where the length is known, cosine keeps high rates for longer.
    """,
    typical: "0.95 for each epoch.",
    example: #""learning_rate_schedule": {"type": "exponential", "factor": 0.95}"#)
  package static let synonyms = ["exponential_lr", "exponential_decay", "exp"]

  package var factor = 0.95
  package var unit = ScheduleUnit.epoch
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .factor(
      \.factor, help: "What each epoch, or iteration, multiplies the rate by.",
      typical: "0.9 to 0.99 for each epoch: 0.95 leaves a tenth after 45.",
      example: #""factor": 0.95"#),
    .unit(\.unit),
    .warmup,
  ]

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    base * pow(factor, Double(time.count(in: unit)))
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    let ofFactor = InertSetting.factor(factor)
    return ofFactor.isEmpty ? unit.inertSettings(in: span) : ofFactor
  }
}

/// `η / (1 + decay · t)`
package struct InverseTimeSchedule: Schedule {
  package static let type = "inverse_time"
  package static let summary = "Divides the rate by 1 + decay · t."
  package static let guidance = Guidance.choice(
    """
    Convex problems such as linear models, where 1 / t is what theory asks for (Robbins \
    and Monro 1951). Too slow a fall for deep networks.
    """,
    typical: "A decay of 0.01 to 0.1 for each epoch, with sgd.",
    example: #""learning_rate_schedule": {"type": "inverse_time", "decay": 0.05}"#)
  package static let synonyms = ["inverse_time_decay"]

  package var decay = 0.1
  package var unit = ScheduleUnit.epoch
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "decay", \.decay, in: .atLeast(0), help: "How fast the rate falls.",
      guidance: .amount(
        tooLow: "The rate hardly falls: the loss trembles to the end.",
        tooHigh: "The rate is a fraction after the first epochs: the loss goes flat early.",
        typical: "0.01 to 0.1 for each epoch: 0.1 halves the rate after ten.",
        example: #""decay": 0.05"#)),
    .unit(\.unit),
    .warmup,
  ]

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    base / (1 + decay * Double(time.count(in: unit)))
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    guard decay == 0 else { return unit.inertSettings(in: span) }
    return [InertSetting("decay", "a decay of 0 never changes the rate")]
  }
}

/// `η_end + (η − η_end) · (1 − t / T)^power`
package struct PolynomialSchedule: Schedule {
  package static let type = "polynomial"
  package static let summary = "Falls to the final rate along a power; linear by default."
  package static let guidance = Guidance.choice(
    """
    Runs of known length, above all to go on from a trained model: a straight fall to \
    the end. Hardly different from cosine; not with early stopping.
    """,
    typical: "Linear with warm-up for transformers such as BERT.",
    example:
      #""learning_rate_schedule": {"type": "polynomial", "power": 1, "warmup_iterations": 100}"#)
  package static let synonyms = ["linear", "poly", "polynomial_decay", "linear_decay"]

  package var power = 1.0
  package var finalLearningRate = 0.0
  package var totalIterations: Int?
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "power", \.power, in: .above(0), help: "The power; 1 is a straight line.",
      guidance: .amount(
        tooLow: "Below 1 the rate stays high for long and falls steeply at the very end.",
        tooHigh:
          "The rate falls at once and then crawls: the second half of the run learns little.",
        typical: "1, the straight line of BERT; 0.9 in DeepLab; 2 for a softer end.",
        example: #""power": 2"#)),
    .final(\.finalLearningRate),
    .integer(
      "total_iterations", \.totalIterations, in: .between(1, 1_000_000_000),
      synonyms: ["total_steps", "decay_steps"],
      help: "When the final rate is reached; by default at the end of the run.",
      guidance: .amount(
        tooLow:
          "The final rate is reached early, and what is left of the run learns next to nothing.",
        tooHigh: """
          The run ends while the rate is high, without the drop of the loss at the end; \
          'hptrain check' warns of it.
          """,
        typical: "Left out, which is the end of the run.",
        example: #""total_iterations": 2000"#)),
    .warmup,
  ]

  package var lowestRate: (key: String, value: Double)? {
    ("final_learning_rate", finalLearningRate)
  }

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    let share = min(1, Double(time.iteration) / Double(totalIterations ?? time.iterations))
    return finalLearningRate + (base - finalLearningRate) * pow(1 - share, power)
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    span.settings(reaching: totalIterations)
  }
}

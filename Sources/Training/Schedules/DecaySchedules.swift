import Configuration
import Glibc

/// `η · factor^⌊t / size⌋`
package struct StepSchedule: Schedule {
  package static let type = "step"
  package static let summary = "Multiplies the rate by a factor every so many epochs."
  package static let synonyms = ["step_lr", "step_decay"]

  package var stepSize = 10
  package var factor = 0.1
  package var unit = ScheduleUnit.epoch
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "step_size", \.stepSize, in: .between(1, 1_000_000_000), synonyms: ["every", "period"],
      help: "Epochs, or iterations, from one step to the next."),
    .factor(\.factor, help: "What each step multiplies the rate by."),
    .unit(\.unit),
    .warmup,
  ]

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    base * pow(factor, Double(time.count(in: unit) / stepSize))
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    guard span.lastCount(in: unit) < stepSize else { return [] }
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
      help: "The epochs, or iterations, at which the rate changes, ascending."),
    .factor(\.factor, help: "What each step multiplies the rate by."),
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
    (milestones ?? []).enumerated().compactMap { index, milestone in
      guard span.lastCount(in: unit) < milestone else { return nil }
      return InertSetting(
        "milestones", at: index,
        "a milestone after \(unit.count(milestone)) is not reached in \(span.description(in: unit))"
      )
    }
  }
}

/// `η · factor^t`
package struct ExponentialSchedule: Schedule {
  package static let type = "exponential"
  package static let summary = "Multiplies the rate by a factor every epoch."
  package static let synonyms = ["exponential_lr", "exponential_decay", "exp"]

  package var factor = 0.95
  package var unit = ScheduleUnit.epoch
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .factor(\.factor, help: "What each epoch, or iteration, multiplies the rate by."),
    .unit(\.unit),
    .warmup,
  ]

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    base * pow(factor, Double(time.count(in: unit)))
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    unit.inertSettings(in: span)
  }
}

/// `η / (1 + decay · t)`
package struct InverseTimeSchedule: Schedule {
  package static let type = "inverse_time"
  package static let summary = "Divides the rate by 1 + decay · t."
  package static let synonyms = ["inverse_time_decay"]

  package var decay = 0.1
  package var unit = ScheduleUnit.epoch
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number("decay", \.decay, in: .atLeast(0), help: "How fast the rate falls."),
    .unit(\.unit),
    .warmup,
  ]

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    base / (1 + decay * Double(time.count(in: unit)))
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    unit.inertSettings(in: span)
  }
}

/// `η_end + (η − η_end) · (1 − t / T)^power`
package struct PolynomialSchedule: Schedule {
  package static let type = "polynomial"
  package static let summary = "Falls to the final rate along a power; linear by default."
  package static let synonyms = ["linear", "poly", "polynomial_decay", "linear_decay"]

  package var power = 1.0
  package var finalLearningRate = 0.0
  package var totalIterations: Int?
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number("power", \.power, in: .above(0), help: "The power; 1 is a straight line."),
    .final(\.finalLearningRate),
    .integer(
      "total_iterations", \.totalIterations, in: .between(1, 1_000_000_000),
      synonyms: ["total_steps", "decay_steps"],
      help: "When the final rate is reached; by default at the end of the run."),
    .warmup,
  ]

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    let share = min(1, Double(time.iteration) / Double(totalIterations ?? time.iterations))
    return finalLearningRate + (base - finalLearningRate) * pow(1 - share, power)
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    span.settings(reaching: totalIterations)
  }
}

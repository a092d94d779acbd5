import Configuration
import Glibc

/// The cosine, under a name that the C library does not take.
func cosine(_ angle: Double) -> Double { cos(angle) }

/// Half a cosine wave from the rate to the final one (Loshchilov and Hutter, ICLR 2017).
package struct CosineSchedule: Schedule {
  package static let type = "cosine"
  package static let summary = "Falls to the final rate along half a cosine wave."
  package static let synonyms = ["cosine_annealing", "cosine_decay", "cosine_annealing_lr"]

  package var finalLearningRate = 0.0
  package var totalIterations: Int?
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .final(\.finalLearningRate),
    .integer(
      "total_iterations", \.totalIterations, in: .between(1, 1_000_000_000),
      synonyms: ["t_max", "total_steps", "decay_steps"],
      help: "When the final rate is reached; by default at the end of the run."),
    .warmup,
  ]

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    let share = min(1, Double(time.iteration) / Double(totalIterations ?? time.iterations))
    return base.annealed(to: finalLearningRate, share: share)
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    span.settings(reaching: totalIterations)
  }
}

/// Cosine waves that start anew, each longer than the last by a factor (Loshchilov and Hutter, SGDR, ICLR
/// 2017).
package struct CosineRestartsSchedule: Schedule {
  package static let type = "cosine_restarts"
  package static let summary = "Cosine waves that start anew, each longer than the last."
  package static let synonyms = ["sgdr", "cosine_annealing_warm_restarts", "warm_restarts"]

  package var period = 10
  package var multiplier = 2
  package var finalLearningRate = 0.0
  package var unit = ScheduleUnit.epoch
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .integer(
      "period", \.period, in: .between(1, 1_000_000_000), synonyms: ["t_0", "first_decay_steps"],
      help: "Epochs, or iterations, of the first wave."),
    .integer(
      "multiplier", \.multiplier, in: .between(1, 100), synonyms: ["t_mult"],
      help: "How much longer each wave is than the one before."),
    .final(\.finalLearningRate),
    .unit(\.unit),
    .warmup,
  ]

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    // Within an epoch the rate goes on falling, as in the paper.
    var position =
      unit == .iteration
      ? Double(time.iteration) : Double(time.iteration) / Double(max(1, time.iterationsPerEpoch))
    var length = Double(period)
    while position >= length {
      position -= length
      length *= Double(multiplier)
      if multiplier == 1 { position = position.truncatingRemainder(dividingBy: length) }
    }
    return base.annealed(to: finalLearningRate, share: position / length)
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    guard span.lastCount(in: unit) < period else { return [] }
    return [
      InertSetting(
        "period",
        "a first wave of \(unit.count(period)) never starts anew in \(span.description(in: unit))")
    ]
  }
}

/// Up to the maximum and down to almost nothing (Smith and Topin, Super-Convergence, 2018), in the form of
/// PyTorch. The rate of the optimizer is the maximum.
package struct OneCycleSchedule: Schedule {
  package enum Annealing: String, CaseIterable, Sendable {
    case cosine
    case linear
  }

  package static let type = "one_cycle"
  package static let summary = "Rises to the optimizer's rate and falls to almost nothing."
  package static let synonyms = ["onecycle", "one_cycle_lr", "1cycle"]

  package var warmupFraction = 0.3
  package var initialDivisor = 25.0
  package var finalDivisor = 10_000.0
  package var annealing = Annealing.cosine
  package var threePhase = false
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "warmup_fraction", \.warmupFraction, in: .inside(0, 1), synonyms: ["pct_start"],
      help: "Share of the run in which the rate rises."),
    .number(
      "initial_divisor", \.initialDivisor, in: .atLeast(1), synonyms: ["div_factor"],
      help: "The rate starts at the maximum divided by this."),
    .number(
      "final_divisor", \.finalDivisor, in: .atLeast(1), synonyms: ["final_div_factor"],
      help: "The rate ends at the first one divided by this."),
    Key("annealing", \.annealing, .choice, synonyms: ["anneal_strategy"], help: "The curve."),
    .boolean(
      "three_phase", \.threePhase,
      help: "Whether the rate falls to the first one as fast as it rose, and then on."),
    .warmup,
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    guard threePhase, warmupFraction > 0.5 else { return }
    reading.report(
      code: "contradiction",
      "with 'three_phase', 'warmup_fraction' is at most 0.5: the rate falls as long as it rises",
      at: (json["warmup_fraction"] ?? json).location)
  }

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    let first = base / initialDivisor
    let last = first / finalDivisor
    let total = Double(time.iterations)
    let rise = warmupFraction * total - 1
    let fall = 2 * warmupFraction * total - 2
    let phases: [(end: Double, from: Double, to: Double)] =
      threePhase
      ? [(rise, first, base), (fall, base, first), (total - 1, first, last)]
      : [(rise, first, base), (total - 1, base, last)]
    let now = Double(time.iteration)
    var start = 0.0
    for phase in phases {
      if now <= phase.end || phase.end == total - 1 {
        let share = min(1, (now - start) / max(1e-12, phase.end - start))
        return annealing == .cosine
          ? phase.from.annealed(to: phase.to, share: share)
          : phase.from + (phase.to - phase.from) * share
      }
      start = phase.end
    }
    return last
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] { [] }
}

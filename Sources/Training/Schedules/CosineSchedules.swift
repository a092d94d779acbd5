import Configuration
import Glibc

/// The cosine, under a name that the C library does not take.
func cosine(_ angle: Double) -> Double { cos(angle) }

/// Half a cosine wave from the rate to the final one (Loshchilov and Hutter, ICLR 2017).
package struct CosineSchedule: Schedule {
  package static let type = "cosine"
  package static let summary = "Falls to the final rate along half a cosine wave."
  package static let guidance = Guidance.choice(
    """
    The first choice for runs of known length: high rates for long, then a soft landing. \
    Beside early stopping with a patience of a quarter of the epochs or more: a shorter one \
    ends the run before the rate has fallen.
    """,
    typical: "To 0, or to a tenth for language models, with warm-up.",
    example: #""learning_rate_schedule": {"type": "cosine", "warmup_iterations": 100}"#)
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
  package static let guidance = Guidance.choice(
    """
    Where it is open how long to train: the end of each wave is a place to stop. For a \
    run of known length one cosine is as good.
    """,
    typical: "A period of 10 epochs, doubled each time.",
    example:
      #""learning_rate_schedule": {"type": "cosine_restarts", "period": 10, "multiplier": 2}"#)
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
      help: "Epochs, or iterations, of the first wave.",
      guidance: .amount(
        tooLow:
          "The rate leaps up before the loss has come to rest, and each restart throws it back.",
        tooHigh: "The run ends within the first waves, as with a plain cosine.",
        typical: """
          1 to 10 epochs with multiplier 2; best such that the run ends with a wave: 10 + 20 + \
          40 = 70 epochs.
          """,
        example: #""period": 10"#)),
    .integer(
      "multiplier", \.multiplier, in: .between(1, 100), synonyms: ["t_mult"],
      help: "How much longer each wave is than the one before.",
      guidance: .amount(
        tooLow: "At 1 all waves are equally long, and later ones end no lower than the first.",
        tooHigh: "The second wave outlasts the run.",
        typical: "2 or 1, as in the paper.",
        example: #""multiplier": 2"#)),
    .final(\.finalLearningRate),
    .unit(
      \.unit,
      guidance: .choice(
        """
        epoch gives the period in epochs, iteration in iterations, for runs of few long epochs \
        or counted by max_iterations. The rate falls with every iteration either way.
        """,
        typical: "epoch, as in the paper.",
        example: #""unit": "epoch""#)),
    .warmup,
  ]

  package var lowestRate: (key: String, value: Double)? {
    ("final_learning_rate", finalLearningRate)
  }

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
  package static let guidance = Guidance.choice(
    """
    Short runs: a high rate in the middle and a long fall reach in ten epochs what \
    others do in thirty. The optimizer's rate is the maximum, so choose it two to ten \
    times higher. Not with early stopping of a short patience.
    """,
    typical: "5 to 30 epochs of images, with adam at 0.003 or sgd.",
    example: #""learning_rate_schedule": {"type": "one_cycle", "warmup_fraction": 0.3}"#)
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
      help: "Share of the run in which the rate rises.",
      guidance: .amount(
        tooLow: "The rate rises steeply: the loss leaps in the first epochs.",
        tooHigh: "Little is left for the fall, in which the loss gets its best values.",
        typical: "0.3 in PyTorch; 0.2 to 0.45.",
        example: #""warmup_fraction": 0.25"#)),
    .number(
      "initial_divisor", \.initialDivisor, in: .atLeast(1), synonyms: ["div_factor"],
      help: "The rate starts at the maximum divided by this.",
      guidance: .amount(
        tooLow: "The run starts near its highest rate and may diverge at once.",
        tooHigh: "The first iterations do next to nothing.",
        typical: "25 in PyTorch; 10 in short runs.",
        example: #""initial_divisor": 10"#)),
    .number(
      "final_divisor", \.finalDivisor, in: .atLeast(1), synonyms: ["final_div_factor"],
      help: "The rate ends at the first one divided by this.",
      guidance: .amount(
        tooLow: "The run ends at a rate at which the loss still trembles.",
        tooHigh: "The last iterations change nothing any more, which does little harm.",
        typical: "10,000 in PyTorch; 100 to 1,000 in short runs.",
        example: #""final_divisor": 1000"#)),
    Key(
      "annealing", \.annealing, .choice, synonyms: ["anneal_strategy"], help: "The curve.",
      guidance: .choice(
        """
        cosine stays longer near the highest and the lowest rate; linear, as in the paper, \
        is at all of them equally long.
        """,
        typical: "cosine in PyTorch; the difference is small.",
        example: #""annealing": "linear""#)),
    .boolean(
      "three_phase", \.threePhase,
      help: "Whether the rate falls to the first one as fast as it rose, and then on.",
      guidance: .choice(
        """
        true is the shape of the paper: up, down as fast, and on to almost nothing. false \
        spends all that is left on one fall, which is mostly as good.
        """,
        typical: "false in PyTorch; true to repeat the paper.",
        example: #""warmup_fraction": 0.45, "three_phase": true"#)),
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

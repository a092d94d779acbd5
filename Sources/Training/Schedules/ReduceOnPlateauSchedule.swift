import Configuration

/// Multiplies the rate by a factor when a monitored figure has not improved for some epochs, in the
/// form of PyTorch with an absolute threshold. What it needs of the figures so far is a `Plateau`.
package struct ReduceOnPlateauSchedule: Schedule {
  package static let type = "reduce_on_plateau"
  package static let summary = "Multiplies the rate by a factor when a figure stops improving."
  package static let guidance = Guidance.choice(
    """
    Runs of unknown length with a validation part: the rate falls when progress ends, \
    and early stopping ends the run. Not with a small validation part, on whose noise it \
    cuts by chance.
    """,
    typical: "A factor of 0.1 to 0.5 after 5 to 10 epochs.",
    example:
      #""learning_rate_schedule": {"type": "reduce_on_plateau", "factor": 0.5, "patience": 5}"#)
  package static let synonyms = ["plateau", "reduce_lr_on_plateau"]

  package var monitor = Monitor(name: "validation_loss")
  package var factor = 0.1
  package var patience = 10
  package var minimumDelta = 0.0
  package var cooldown = 0
  package var minimumLearningRate = 0.0
  package var warmupIterations = 0

  package init() {}

  package static let keys: [Key<Self>] = [
    .monitor(\.monitor),
    .factor(
      \.factor, help: "What the rate is multiplied by.",
      typical: "0.1 in PyTorch and Keras; 0.2 to 0.5 for more and smaller steps.",
      example: #""factor": 0.5"#),
    .integer(
      "patience", \.patience, in: .between(0, 1_000_000_000),
      help: "Epochs without improvement that are waited for.",
      guidance: .amount(
        tooLow: "The rate is cut at every chance rise of the figure, and learning freezes early.",
        tooHigh: "Epochs pass without progress before each cut; the run may end before the first.",
        typical:
          "5 to 10 epochs (10 in PyTorch and Keras), less than the patience of early stopping.",
        example: #""patience": 5"#)),
    .minimumDelta(\.minimumDelta),
    .integer(
      "cooldown", \.cooldown, in: .between(0, 1_000_000_000),
      help: "Epochs after a change that are not counted.",
      guidance: .amount(
        tooLow: "The next cut may come before the last one has shown its effect.",
        tooHigh: "A new plateau is noticed late.",
        typical: "0 in PyTorch and Keras; 1 to 5 where the figure is noisy.",
        example: #""cooldown": 2"#)),
    .number(
      "minimum_learning_rate", \.minimumLearningRate, in: .atLeast(0), synonyms: ["min_lr"],
      help: "The rate falls no further.",
      guidance: .amount(
        tooLow: "After many cuts, epochs change nothing; early stopping ends such a run.",
        tooHigh: "The rate cannot fall enough for the loss to come to rest.",
        typical: "0, or a thousandth to a hundredth of the first rate.",
        example: #""minimum_learning_rate": 1e-5"#)),
    .warmup,
  ]

  package static let foreignKeys = Monitor.foreignKeys

  package func rate(_ base: Double, at time: ScheduleTime) -> Double {
    let share = time.plateau.share
    return share < 1 ? max(min(minimumLearningRate, base), base * share) : base
  }

  package var lowestRate: (key: String, value: Double)? {
    ("minimum_learning_rate", minimumLearningRate)
  }

  package func inertSettings(in span: ScheduleSpan) -> [InertSetting] {
    // The first epoch improves on nothing, one more than the patience are waited for, and the rate is
    // that of the epochs after them.
    guard patience + 2 >= span.runEpochs else { return InertSetting.factor(factor) }
    return [
      InertSetting(
        "patience",
        "a patience of \(patience) never reduces the rate in a run of \(Spelling.count(span.runEpochs, "epoch"))"
      )
    ]
  }
}

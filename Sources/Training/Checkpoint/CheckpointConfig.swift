import Configuration

/// When a run writes down where it stands, and how many such files it keeps.
package struct CheckpointConfig: ConfigObject {
  package var everySeconds = 5.0
  package var everyEpochs: Int?
  package var everyIterations: Int?
  package var keep = 2

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "every_seconds", \.everySeconds, in: .atLeast(0), unit: "seconds",
      synonyms: ["seconds", "interval", "save_secs", "save_checkpoints_secs"],
      help:
        "Writes a checkpoint after so long, more seldom where that would take more than a hundredth of the time; 0 for none by time. The first ones come sooner.",
      guidance: .amount(
        tooLow:
          "The disk is busy, though training gives no more than a hundredth of its time to it.",
        tooHigh: "A run that is killed repeats up to so much of its work.",
        typical: "5; 60 to 600 for large models on slow disks.",
        example: "\"every_seconds\": 60")),
    .integer(
      "every_epochs", \.everyEpochs, in: .between(1, 1_000_000_000), unit: "epochs",
      synonyms: ["epochs", "save_freq", "period", "save_every"],
      help: "Writes a checkpoint after every so many epochs, whatever it costs.",
      guidance: .amount(
        tooLow: "Short epochs of a large model are spent writing.",
        tooHigh: "No harm beside every_seconds; where that is 0, more work is repeated.",
        typical: "Left out; 1 where the states of single epochs are looked at, with a larger keep.",
        example: "\"every_epochs\": 1")),
    .integer(
      "every_iterations", \.everyIterations, in: .between(1, 1_000_000_000), unit: "iterations",
      synonyms: ["iterations", "every_steps", "save_steps", "every_n_train_steps"],
      help: "Writes a checkpoint after every so many iterations, whatever it costs.",
      guidance: .amount(
        tooLow: "Writing takes longer than learning.",
        tooHigh: "No harm beside every_seconds; where that is 0, more work is repeated.",
        typical: "Left out; 1,000 to 10,000 where epochs take hours.",
        example: "\"every_iterations\": 1000")),
    .integer(
      "keep", \.keep, in: .between(0, 1_000_000),
      synonyms: ["max_to_keep", "keep_last", "save_total_limit", "keep_checkpoint_max"],
      help: "How many checkpoints stay, the newest ones; 0 writes none.",
      guidance: .amount(
        tooLow: "With 1, a file that was damaged has none before it to go back to.",
        tooHigh:
          "The disk fills: each takes the room of two models and the states of the optimizer.",
        typical: "2; more to go back to an earlier epoch.", example: "\"keep\": 2")),
  ]
}

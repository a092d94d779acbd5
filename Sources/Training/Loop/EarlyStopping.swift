import Configuration

/// Ends training when a figure has not improved for some epochs.
package struct EarlyStoppingConfig: ConfigObject {
  package var monitor = Monitor(name: "validation_loss")
  package var patience = 10
  package var minimumDelta = 0.0
  package var restoreBest = true

  package init() {}

  package static let keys: [Key<Self>] = [
    .monitor(\.monitor),
    .integer(
      "patience", \.patience, in: .between(0, 1_000_000_000), unit: "epochs",
      help: "Epochs without improvement after which training ends.",
      guidance: .amount(
        tooLow: "A chance rise ends the run while the loss would have fallen further.",
        tooHigh: "Epochs are spent after the best one; the model is the best one all the same.",
        typical: "5 to 20 epochs; twice the patience of reduce_on_plateau beside it.",
        example: #""patience": 10"#)),
    .minimumDelta(\.minimumDelta),
    .boolean(
      "restore_best", \.restoreBest, synonyms: ["restore_best_weights"],
      help: "Whether the model is that of the best epoch, or of the last.",
      guidance: .choice(
        """
        true nearly always: the last epoch is not better by definition. false to compare with a \
        tool that keeps the last.
        """,
        typical: "true here; false by default in Keras.",
        example: #""restore_best": true"#)),
  ]

  package static let foreignKeys = Monitor.foreignKeys
}

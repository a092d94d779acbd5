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
      help: "Epochs without improvement after which training ends."),
    .minimumDelta(\.minimumDelta),
    .boolean(
      "restore_best", \.restoreBest, synonyms: ["restore_best_weights"],
      help: "Whether the model is that of the best epoch, or of the last."),
  ]
}

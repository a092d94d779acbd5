import Configuration

/// What a run writes besides its metrics, checkpoints and model.
package struct OutputConfig: ConfigObject {
  package var tensorboard = false

  package init() {}

  package static let keys: [Key<Self>] = [
    .boolean(
      "tensorboard", \.tensorboard, synonyms: ["tensor_board", "tb", "events", "summaries"],
      help:
        "Whether figures, histograms of weights and gradients, and settings are written for TensorBoard, too.",
      guidance: .choice(
        """
        true where runs are looked at in TensorBoard, beside those of other tools: each epoch then adds the \
        figures and a histogram of each array. false otherwise, which costs nothing.
        """,
        typical: "false; tensorboard --logdir runs then shows all runs that have it.",
        example: #""tensorboard": true"#))
  ]
}

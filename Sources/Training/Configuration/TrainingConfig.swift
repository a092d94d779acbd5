import Configuration
import Network

/// The training section of a configuration.
package struct TrainingConfig: ConfigObject {
  package var epochs = 10
  package var batchSize = 32
  package var shuffle = true
  package var dropLast = false
  package var maxIterations: Int?
  package var loss: (any Loss)?
  package var metrics: [any Metric]?
  package var optimizer: any Optimizer = Adam()
  package var schedule: any Schedule = ConstantSchedule()
  package var regularization = RegularizationConfig()
  package var gradientClipping: GradientClippingConfig?
  package var gradientAccumulation = 1
  package var earlyStopping: EarlyStoppingConfig?
  package var checkpoint = CheckpointConfig()

  package init() {}

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    let names = (metrics ?? []).map { type(of: $0).type }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      reading.report(
        code: "duplicate-metric",
        "the metric \(name) stands twice in '\(reading.path.name).metrics'",
        at: json["metrics"]?.items?[index].location)
    }
  }

  package static let keys: [Key<Self>] = [
    .integer(
      "epochs", \.epochs, in: .between(1, 1_000_000_000), synonyms: ["num_epochs", "n_epochs"],
      resumption: .applied,
      help: "How often all training examples are seen."),
    .integer(
      "batch_size", \.batchSize, in: .between(1, 1_000_000_000), unit: "examples",
      synonyms: ["batch", "minibatch_size", "mini_batch_size"],
      help: "Examples that one iteration learns from."),
    .boolean(
      "shuffle", \.shuffle,
      help:
        "Whether each epoch sees the examples in a new random order; false where a layer is stateful."
    ),
    .boolean(
      "drop_last", \.dropLast,
      help: "Whether a last batch that is not full is left out."),
    .integer(
      "max_iterations", \.maxIterations, in: .atLeast(1), synonyms: ["max_steps", "steps"],
      resumption: .applied,
      help: "Ends training after so many iterations, even within an epoch."),
    Key(
      "loss", \.loss, Losses.catalog.codec, synonyms: ["loss_function", "criterion", "objective"],
      help:
        "What training makes small; by default cross_entropy for classification, mse for regression."
    ),
    Key(
      "metrics", \.metrics, .list(Metrics.catalog.codec), synonyms: ["metric"],
      resumption: .refused(because: "the epochs so far were not measured by it"),
      help:
        "Figures shown beside the loss; by default accuracy for classification, rmse and r2 for regression."
    ),
    Key(
      "optimizer", \.optimizer, Optimizers.catalog.codec, synonyms: ["solver", "optim"],
      resumption: .refused(because: "its means and moments are those of the steps so far"),
      help: "The rule that moves the parameters."),
    Key(
      "learning_rate_schedule", \.schedule, Schedules.catalog.codec,
      synonyms: ["schedule", "scheduler", "lr_schedule", "lr_scheduler"],
      help: "How the learning rate changes while training."),
    Key(
      "regularization", \.regularization, .object(), synonyms: ["regularizer"],
      help: "Penalties on every kernel; a layer's own l1 and l2 win."),
    Key(
      "gradient_clipping", \.gradientClipping, .object(),
      synonyms: ["clip_grad_norm", "clipnorm", "clip", "max_grad_norm"],
      help: "Bounds the gradients before each update."),
    .integer(
      "gradient_accumulation", \.gradientAccumulation, in: .between(1, 1_000_000), unit: "batches",
      synonyms: ["accumulation_steps", "accumulate_grad_batches"],
      help: "Batches whose gradients make one update, as if they were one larger batch."),
    Key(
      "early_stopping", \.earlyStopping, .object(), synonyms: ["earlystopping"],
      resumption: .applied,
      help: "Ends training when a figure stops improving; by default it does not."),
    Key(
      "checkpoint", \.checkpoint, .object(), synonyms: ["checkpoints", "checkpointing", "save"],
      resumption: .applied,
      help: "When the run writes down where it stands, to go on from there with --resume."),
  ]
}

import Configuration
import Network
import Numerics

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
  package var hypergradient: HypergradientConfig?
  package var earlyStopping: EarlyStoppingConfig?
  package var checkpoint = CheckpointConfig()
  package var precision = ProductPrecision.single

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
      help: "How often all training examples are seen.",
      guidance: .amount(
        tooLow: "The training and the validation loss still fall when the run ends.",
        tooHigh: """
          The validation loss rises while the training loss falls on; the best epoch is kept, \
          but the time is spent.
          """,
        typical:
          "5 to 30 for images and text, 50 to 500 for small tables; plenty with early_stopping.",
        example: #""epochs": 50"#)),
    .integer(
      "batch_size", \.batchSize, in: .between(1, 1_000_000_000), unit: "examples",
      synonyms: ["batch", "minibatch_size", "mini_batch_size"],
      help: "Examples that one iteration learns from.",
      guidance: .amount(
        tooLow: """
          The loss is noisy, an epoch takes long since products are small, and \
          batch_normalization has poor statistics.
          """,
        tooHigh: """
          An epoch has few updates: the loss falls slowly for each epoch and ends higher on \
          the validation part. With k times the batch, try up to k times the rate.
          """,
        typical: """
          16 to 64 for some thousand examples, 64 to 256 for images, all of them for linear \
          models.
          """,
        example: #""batch_size": 64"#)),
    .boolean(
      "shuffle", \.shuffle,
      help:
        "Whether each epoch sees the examples in a new random order; false where a layer is stateful.",
      guidance: .choice(
        """
        true nearly always: classes and times that lie together in the file would otherwise \
        pull the network to and fro. false for stateful layers, and where all examples are \
        one batch.
        """,
        typical: "true in Keras; false in PyTorch's DataLoader, where recipes set it.",
        example: #""shuffle": true"#)),
    .boolean(
      "drop_last", \.dropLast,
      help: "Whether a last batch that is not full is left out.",
      guidance: .choice(
        """
        true where a last batch of a few examples disturbs batch_normalization or makes a \
        noisy update; those examples then rest for an epoch, others in the next. false \
        otherwise.
        """,
        typical: "false in PyTorch and Keras.",
        example: #""drop_last": true"#)),
    .integer(
      "max_iterations", \.maxIterations, in: .atLeast(1), synonyms: ["max_steps", "steps"],
      resumption: .applied,
      help: "Ends training after so many iterations, even within an epoch.",
      guidance: .amount(
        tooLow: "The run ends before the loss has gone flat, perhaps within the first epoch.",
        tooHigh: "It has no effect: the epochs end first.",
        typical: "1,000 to 10,000 for language models, which see their text a few times only.",
        example: #""max_iterations": 2000"#)),
    Key(
      "loss", \.loss, Losses.catalog.codec, synonyms: ["loss_function", "criterion", "objective"],
      help:
        "What training makes small; by default cross_entropy for classification, mse for regression.",
      guidance: .choice(
        """
        By the target: cross_entropy for one of several classes, binary_cross_entropy for \
        yes or no, mse for numbers, huber or mae with outliers, poisson for counts.
        """,
        typical: "cross_entropy and mse.",
        example: #""loss": "cross_entropy""#)),
    Key(
      "metrics", \.metrics, .list(Metrics.catalog.codec), synonyms: ["metric"],
      resumption: .refused(because: "the epochs so far were not measured by it"),
      help:
        "Figures shown beside the loss; by default accuracy for classification, rmse and r2 for regression.",
      guidance: .choice(
        """
        What the result will be judged by, in its own words: accuracy, f1 for rare classes, \
        rmse in the unit of the target. The loss is what is trained; metrics are only looked \
        at.
        """,
        typical: "One to three of them.",
        example: #""metrics": ["accuracy", "f1"]"#)),
    Key(
      "optimizer", \.optimizer, Optimizers.catalog.codec, synonyms: ["solver", "optim"],
      resumption: .refused(because: "its means and moments are those of the steps so far"),
      help: "The rule that moves the parameters.",
      guidance: .choice(
        """
        adam first; adamw for transformers and with weight decay; sgd with momentum for the \
        last percent of convolutional networks.
        """,
        typical: "adam with a rate of 0.001.",
        example: #""optimizer": {"type": "adam", "learning_rate": 0.001}"#)),
    Key(
      "learning_rate_schedule", \.schedule, Schedules.catalog.codec,
      synonyms: ["schedule", "scheduler", "lr_schedule", "lr_scheduler"],
      help: "How the learning rate changes while training.",
      guidance: .choice(
        """
        cosine where the length of the run is known; reduce_on_plateau beside \
        early_stopping; constant while the rate itself is being looked for.
        """,
        typical: "cosine, with warm-up for transformers.",
        example: #""learning_rate_schedule": {"type": "cosine", "warmup_iterations": 100}"#)),
    Key(
      "regularization", \.regularization, .object(), synonyms: ["regularizer"],
      help: "Penalties on every kernel; a layer's own l1 and l2 win.",
      guidance: .choice(
        """
        Where the validation loss rises while the training loss falls: l2 first, l1 where \
        few inputs shall count. Instead of weight_decay, not beside it.
        """,
        typical: "l2 of 1e-5 to 1e-3.",
        example: #""regularization": {"l2": 1e-4}"#)),
    Key(
      "gradient_clipping", \.gradientClipping, .object(),
      synonyms: ["clip_grad_norm", "clipnorm", "clip", "max_grad_norm"],
      help: "Bounds the gradients before each update.",
      guidance: .choice(
        """
        Recurrent networks and transformers, where single batches throw the loss up; it then \
        falls without spikes. Convolutional networks with normalization do without.
        """,
        typical: "norm 1 for transformers, 1 to 5 for recurrent networks.",
        example: #""gradient_clipping": {"type": "norm", "threshold": 1.0}"#)),
    Key(
      "hypergradient", \.hypergradient, .object(), synonyms: ["hypergradient_descent"],
      help: "Adapts learning rate and weight decay by their own gradients while training.",
      guidance: .choice(
        """
        Where nobody knows the rate and there is time for one run. A rate that was tuned, with a \
        schedule, is better by some percent.
        """,
        typical: "Absent; 'tune' sets it with its algorithm hypergradient.",
        example: #""hypergradient": {"learning_rate_range": {"low": 0.00001, "high": 0.1}}"#)),
    .integer(
      "gradient_accumulation", \.gradientAccumulation, in: .between(1, 1_000_000), unit: "batches",
      synonyms: ["accumulation_steps", "accumulate_grad_batches"],
      help: "Batches whose gradients make one update, as if they were one larger batch.",
      guidance: .amount(
        tooLow: """
          At 1 every batch makes an update, which is right where a batch of the wanted size \
          fits into memory.
          """,
        tooHigh: """
          Few updates for each epoch: the loss falls as slowly as with a batch that much \
          larger.
          """,
        typical: "1; 4 to 64 to repeat a recipe for large batches in little memory.",
        example: #""gradient_accumulation": 4"#)),
    Key(
      "early_stopping", \.earlyStopping, .object(), synonyms: ["earlystopping"],
      resumption: .applied,
      help: "Ends training when a figure stops improving; by default it does not.",
      guidance: .choice(
        """
        Where it is open how long to train and a validation part exists: choose many epochs \
        and let it end them. Beside cosine or one_cycle, which need their end, only as a guard \
        against a run that is lost: with a patience of a quarter of the epochs or more.
        """,
        typical: "A patience of 10 epochs on validation_loss.",
        example: #""early_stopping": {"monitor": "validation_loss", "patience": 10}"#)),
    Key(
      "checkpoint", \.checkpoint, .object(), synonyms: ["checkpoints", "checkpointing", "save"],
      resumption: .applied,
      help: "When the run writes down where it stands, to go on from there with --resume.",
      guidance: .choice(
        """
        The default loses some seconds of a run that is killed and takes no more than a \
        hundredth of the time. Name epochs or iterations where given states are to be kept.
        """,
        typical: "Left out.",
        example: #""checkpoint": {"every_epochs": 1, "keep": 5}"#)),
    Key(
      "precision", \.precision, .choice, synonyms: ["dtype", "mixed_precision", "amp", "autocast"],
      help: "What products round their factors to while training.",
      guidance: .choice(
        """
        bfloat16 for networks of wide layers on a processor with tiles of it (Intel AMX; 'hptrain info' \
        says so), where an iteration is mostly products. single elsewhere, and where the last digit of \
        the loss counts: bfloat16 has three digits. Sums, parameters and the optimizer are in single \
        precision either way, and so is evaluation.
        """,
        typical: "single; bfloat16 with transformers.",
        example: #""precision": "bfloat16""#)),
  ]
}

extension TrainingConfig {
  /// Flat arrays as long as the parameters that updates need: those of the optimizer, and behind them the mean of
  /// the parameters that hypergradients look back to.
  var stateCount: Int { optimizer.stateCount + (hypergradient?.learningRate == nil ? 0 : 1) }
}

import Configuration
import Datasets
import Glibc
import Network
import Numerics

/// A run as planned: data, shapes, memory and iterations are known, nothing is allocated.
package struct RunPlan: Sendable {
  /// The configuration with every default that depends on the data filled in.
  package let config: RunConfig
  package let name: String
  package let data: PreparedData
  package let network: Network
  /// With the weights of the classes; those of the configuration stay as they were written.
  package let loss: any Loss
  package let metrics: [any Metric]
  package let memory: MemoryPlan
  /// Where the targets of a batch go: shape `rows × targetWidth`.
  package let targets: Slot
  /// The loss of each example of a batch.
  package let losses: Slot
  /// Settings that are valid but probably not meant.
  package let warnings: [Diagnostic]

  package var examples: Int { data.counts[.train] ?? 0 }
  package var batchSize: Int { min(config.training.batchSize, examples) }
  package var epochs: Int { config.training.epochs }

  package var iterationsPerEpoch: Int {
    let size = config.training.batchSize
    return config.training.dropLast ? examples / size : (examples + size - 1) / size
  }

  /// All iterations, as far as `max_iterations` allows.
  package var iterations: Int {
    let (all, overflows) = iterationsPerEpoch.multipliedReportingOverflow(by: epochs)
    return min(overflows ? .max : all, config.training.maxIterations ?? .max)
  }

  /// `⌈1,437 / 32⌉ · 30 = 45 · 30 = 1,350`
  package var iterationsFormula: String {
    let size = Spelling.grouped(config.training.batchSize)
    let (open, close) = config.training.dropLast ? ("⌊", "⌋") : ("⌈", "⌉")
    let all = iterationsPerEpoch.multipliedReportingOverflow(by: epochs)
    var text =
      "\(open)\(Spelling.grouped(examples)) / \(size)\(close) · \(Spelling.grouped(epochs)) = "
      + "\(Spelling.grouped(iterationsPerEpoch)) · \(Spelling.grouped(epochs)) = "
      + Spelling.grouped(all.overflow ? .max : all.partialValue)
    if let most = config.training.maxIterations, iterations == most {
      text += ", at most \(Spelling.grouped(most))"
    }
    return text
  }

  /// Rows of one evaluation pass: more than small batches have, since small products are slow, but
  /// not more than this memory holds.
  private static let evaluationRows = 256
  private static let evaluationBytes = 64 << 20

  /// Plans a run for data that is prepared.
  ///
  /// - Throws: `Failure` with what does not fit together, each at its place in the configuration.
  package init(_ loaded: LoadedConfig, data: PreparedData) throws {
    let checker = PlanChecker(loaded, data: data)
    let loss = loaded.config.training.loss ?? PlanChecker.standardLoss(for: data.task)
    let outputUnits =
      loaded.hasErrors(in: "training") ? nil : checker.outputUnits(of: loss)
    let model = loaded.config.model ?? NetworkConfig()
    let batch = min(loaded.config.training.batchSize, data.counts[.train] ?? 1)
    var plan = NetworkPlan(
      memory: MemoryPlan(purpose: .training, batchRows: batch, rows: batch),
      outputUnits: outputUnits ?? 1)
    let network =
      loaded.hasErrors(in: "model")
      ? nil : checker.build(model, &plan, input: data.inputShape)
    checker.checkOutput(network, units: outputUnits, loss: loss)
    let metrics = (loaded.config.training.metrics ?? Metrics.standard(for: data.task))
      .map { $0.resolved(for: data.encoding.target) }
    checker.checkTasks(of: metrics, loss: loss)
    checker.checkClassWeights(of: loss)
    checker.checkBatches()
    checker.checkMonitors(metrics)
    checker.warnOfOutputActivation(model, loss: loss)
    checker.warnOfDurations()
    plan.memory.optimizerStates = loaded.config.training.optimizer.stateCount
    checker.checkMemory(plan.memory)
    guard let network, checker.findings.isEmpty else { throw Failure(checker.findings) }
    warnings = checker.warnings

    targets = plan.memory.slot(Shape(data.target.width), gradient: false)
    losses = plan.memory.slot(Shape(1), gradient: false)
    plan.memory.limitRows(
      to: min(Self.evaluationRows, data.counts.values.max() ?? 1), bytes: Self.evaluationBytes)
    memory = plan.memory
    self.data = data
    self.network = network
    self.loss = loss.resolved(classes: data.encoding.target.classes, counts: data.classCounts)
    self.metrics = metrics
    name = loaded.name
    var config = loaded.config
    config.name = loaded.name
    config.training.loss = loss
    config.training.metrics = metrics
    config.model = model.resolved(outputUnits: outputUnits ?? 1)
    self.config = config
  }

  package var parameterCount: Int { memory.parameterCount }
}

/// Collects what does not fit together in a run.
private final class PlanChecker {
  private let loaded: LoadedConfig
  private let data: PreparedData
  private(set) var findings: [Diagnostic] = []
  private(set) var warnings: [Diagnostic] = []

  init(_ loaded: LoadedConfig, data: PreparedData) {
    self.loaded = loaded
    self.data = data
  }

  static func standardLoss(for task: LearningTask) -> any Loss {
    switch task {
    case .classification: CrossEntropy()
    case .regression: MeanSquaredError()
    }
  }

  func report(
    _ code: String, _ message: String, at path: ConfigPath, help: String?
  ) {
    findings.append(
      Diagnostic(
        .error, .configuration, code: code, message,
        at: loaded.document.location(of: path)?.place, help: help))
  }

  private func warn(
    _ code: String, _ message: String, at path: ConfigPath, help: String?
  ) {
    warnings.append(
      Diagnostic(
        .warning, .configuration, code: code, message,
        at: loaded.document.location(of: path)?.place, help: help))
  }

  /// A loss that applies its function itself wants the outputs before any other.
  func warnOfOutputActivation(_ model: NetworkConfig, loss: any Loss) {
    guard let layers = model.layers, let activation = layers.last?.outputActivation,
      !type(of: activation).isIdentity, type(of: loss).link != .identity
    else { return }
    let name = type(of: activation).type
    let loss = type(of: loss).type
    let path = ConfigPath.root.key("model").key("layers").index(layers.count - 1)
    warn(
      "output-activation", "\(loss) takes the outputs as they are, and \(name) distorts them",
      at: path.key("activation"),
      help: "leave the activation of the last layer out; predictions are probabilities all the same"
    )
  }

  /// A run that does not fit into the machine is none.
  func checkMemory(_ memory: MemoryPlan) {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let bytes = pages * sysconf(Int32(_SC_PAGESIZE))
    guard pages > 0, memory.byteCount > bytes else { return }
    report(
      "out-of-memory",
      "the run needs \(Spelling.bytes(memory.byteCount)) of memory, the machine has \(Spelling.bytes(bytes))",
      at: ConfigPath.root.key("model").key("layers"), help: "make layers or batch_size smaller")
  }

  /// What never comes to bear in a run of this length.
  func warnOfDurations() {
    let training = loaded.config.training
    let path = ConfigPath.root.key("training")
    if let patience = training.earlyStopping?.patience, patience >= training.epochs {
      warn(
        "inert",
        "a patience of \(patience) never ends a run of \(Spelling.count(training.epochs, "epoch"))",
        at: path.key("early_stopping").key("patience"), help: nil)
    }
    let examples = data.counts[.train] ?? 0
    if training.batchSize > examples, !training.dropLast {
      warn(
        "inert",
        "batch_size \(training.batchSize) is more than the \(Spelling.count(examples, "training example")); each epoch is one batch",
        at: path.key("batch_size"), help: nil)
    }
  }

  func outputUnits(of loss: any Loss) -> Int? {
    do throws(PlanError) {
      return try loss.outputs(for: data.target)
    } catch {
      report(
        error.code, error.message, at: ConfigPath.root.key("training").key("loss"),
        help: error.help)
      return nil
    }
  }

  /// Weights need classes, and names that occur among them.
  func checkClassWeights(of loss: any Loss) {
    guard let loss = loss as? any ClassWeightedLoss, let weights = loss.classWeights else { return }
    let path = ConfigPath.root.key("training").key("loss").key("class_weights")
    let classes = data.encoding.target.classes
    guard !classes.isEmpty else {
      // Of numbers for which the loss is not made is said elsewhere.
      guard data.task == .classification else { return }
      return report(
        "contradiction", "class_weights need classes, but the targets are yes/no numbers",
        at: path, help: "remove them")
    }
    let known = Set(classes)
    for label in weights.labels where !known.contains(label) {
      let place = loaded.document.keyLocation(of: path.key(label))?.place
      findings.append(
        Diagnostic(
          .error, .configuration, code: "unknown-label",
          "class_weights names \"\(label)\", which is no class of the training part", at: place,
          help: "classes: \(Spelling.shortened(classes))"))
    }
    if weights.resolved(classes: classes, counts: data.classCounts).allSatisfy({ $0 == 0 }) {
      report(
        "no-weight", "class_weights leaves every class without a weight", at: path,
        help: "give at least one class a weight above 0")
    }
  }

  func build(_ model: NetworkConfig, _ plan: inout NetworkPlan, input: Shape) -> Network? {
    do throws(PlanError) {
      return try model.build(&plan, input: input)
    } catch {
      let path = ConfigPath(steps: [.key("model")] + error.path.steps)
      report(error.code, error.message, at: path, help: error.help)
      return nil
    }
  }

  func checkOutput(_ network: Network?, units: Int?, loss: any Loss) {
    guard let network, let units, let last = network.layers.indices.last else { return }
    let path = ConfigPath.root.key("model").key("layers").index(last)
    let shape = network.output.shape
    guard shape.rank == 1, shape.count == units else {
      let wanted =
        switch data.target {
        case .classIndex(let count): Spelling.count(count, "class", plural: "classes")
        case .values(let count): Spelling.count(count, "target")
        }
      report(
        "output-shape",
        "the network ends with the shape \(shape), but \(type(of: loss).type) with \(wanted) needs \(units)",
        at: path, help: "end with {\"type\": \"dense\"}, which takes the number from the data")
      return
    }
    if network.parameterCount == 0 {
      report(
        "no-parameters", "the network has nothing to learn", at: path, help: "add a dense layer")
    }
  }

  /// Loss and metrics have to be made for what is learned.
  func checkTasks(of metrics: [any Metric], loss: any Loss) {
    if loaded.hasErrors(in: "training") { return }
    for (index, metric) in metrics.enumerated() where type(of: metric).task == data.task {
      do throws(PlanError) {
        try metric.check(data.encoding.target, link: type(of: loss).link)
      } catch {
        let metric = ConfigPath.root.key("training").key("metrics").index(index)
        let path = ConfigPath(steps: metric.steps + error.path.steps)
        report(error.code, error.message, at: path, help: error.help)
      }
    }
    for (index, metric) in metrics.enumerated() where type(of: metric).task != data.task {
      let fitting = Metrics.catalog.entries.filter { type(of: $0.make()).task == data.task }
      report(
        "task",
        "the metric \(type(of: metric).type) is for \(type(of: metric).task.rawValue), but the task is \(data.task.rawValue)",
        at: ConfigPath.root.key("training").key("metrics").index(index),
        help: "metrics for \(data.task.rawValue): \(fitting.map(\.type).joined(separator: ", "))")
    }
    if type(of: loss).task != data.task {
      report(
        "task",
        "the loss \(type(of: loss).type) is for \(type(of: loss).task.rawValue), but the task is \(data.task.rawValue)",
        at: ConfigPath.root.key("training").key("loss"), help: nil)
    }
  }

  /// A monitored figure has to be there, or nothing would ever improve.
  func checkMonitors(_ metrics: [any Metric]) {
    let training = loaded.config.training
    let path = ConfigPath.root.key("training")
    if let stopping = training.earlyStopping {
      check(stopping.monitor, metrics, at: path.key("early_stopping"))
    }
    if let schedule = training.schedule as? ReduceOnPlateauSchedule {
      check(schedule.monitor, metrics, at: path.key("learning_rate_schedule"))
    }
  }

  private func check(_ monitor: Monitor, _ metrics: [any Metric], at path: ConfigPath) {
    let figures = ["loss"] + metrics.map { type(of: $0).type }
    let parts = ["train_"] + (data.counts[.validation] == nil ? [] : ["validation_"])
    let known = parts.flatMap { part in figures.map { part + $0 } } + figures
    if known.contains(monitor.name) { return }
    let isHeldOutMissing = monitor.isValidation && figures.contains(monitor.figure)
    report(
      "monitor", "no figure is called '\(monitor.name)'", at: path.key("monitor"),
      help: isHeldOutMissing
        ? "give data.validation, or monitor one of: \(known.joined(separator: ", "))"
        : "figures: \(known.joined(separator: ", ")); others are added in training.metrics")
  }

  func checkBatches() {
    let examples = data.counts[.train] ?? 0
    if loaded.config.training.dropLast, loaded.config.training.batchSize > examples {
      report(
        "no-batch",
        "batch_size \(loaded.config.training.batchSize) is more than the \(Spelling.count(examples, "training example")), and drop_last leaves no batch",
        at: ConfigPath.root.key("training").key("batch_size"), help: "make batch_size smaller")
    }
  }
}

extension Network {
  fileprivate var parameterCount: Int { summaries.reduce(0) { $0 + $1.parameters } }
}

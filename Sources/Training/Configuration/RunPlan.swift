import Configuration
import Datasets
import Network
import Numerics

/// A run as planned: data, shapes, memory and iterations are known, nothing is allocated.
package struct RunPlan: Sendable {
  /// The configuration with every default that depends on the data filled in.
  package private(set) var config: RunConfig
  package let name: String
  /// Relative paths of the configuration start here.
  let baseDirectory: String
  package let data: PreparedData
  package let network: Network
  /// With the weights of the classes; those of the configuration stay as they were written.
  package let loss: any Loss
  package let metrics: [any Metric]
  package let memory: MemoryPlan
  /// What the run needs at its peak.
  package let peak: RunMemory
  /// The arrays to start with, where the configuration names a file.
  package private(set) var initialParameters: InitialParameters?
  /// Where the targets of a batch go, with the weights of the examples where they have some: shape
  /// `rows × positions × width of a target`.
  package let targets: Slot
  /// The loss of each answer of a batch: shape `rows × positions`.
  package let losses: Slot
  /// Settings that are valid but probably not meant.
  package let warnings: [Diagnostic]
  /// Those of the warnings that are about settings which never come to bear.
  let idleSettings: [IdleSetting]

  package var examples: Int { data.counts[.train] ?? 0 }
  package var batchSize: Int { min(config.training.batchSize, examples) }
  package var epochs: Int { config.training.epochs }
  package var length: RunLength { RunLength(config.training, examples: examples) }
  package var iterationsPerEpoch: Int { length.iterationsPerEpoch }
  package var iterations: Int { length.iterations }

  /// Rows of one evaluation pass: more than small batches have, since small products are slow, but
  /// not more than this memory holds.
  private static let evaluationRows = 256
  private static let evaluationBytes = 16 << 20

  /// Plans the rows of evaluation for a network and its targets and losses.
  ///
  /// - Parameters:
  ///   - batch: the rows of a training batch, which a stateful network evaluates too.
  ///   - examples: the most that are evaluated.
  static func limitRows(
    of memory: inout MemoryPlan, batch: Int, isStateful: Bool, examples: Int
  ) {
    memory.limitRows(
      to: isStateful ? batch : min(evaluationRows, examples), bytes: evaluationBytes)
  }

  /// Plans a run for data that is prepared.
  ///
  /// - Throws: `Failure` with what does not fit together, each at its place in the configuration.
  package init(_ loaded: LoadedConfig, data: PreparedData) throws {
    let checker = PlanChecker(loaded, data: data)
    let loss = loaded.config.training.loss ?? PlanChecker.standardLoss(for: data)
    let outputUnits =
      loaded.hasErrors(in: "training", "loss") || !checker.checkTextLoss(loss)
      ? nil : checker.outputUnits(of: loss)
    let model = loaded.config.model ?? NetworkConfig()
    let batch = min(loaded.config.training.batchSize, data.counts[.train] ?? 1)
    var plan = NetworkPlan(
      memory: MemoryPlan(purpose: .training, batchRows: batch, rows: batch),
      outputUnits: outputUnits ?? 1, vocabularySize: data.encoding.vocabularySize,
      inputLayout: data.encoding.inputLayout, precision: loaded.config.training.precision,
      link: type(of: loss).link)
    let network =
      loaded.hasErrors(in: "model")
      ? nil : checker.build(model, &plan, input: data.inputShape)
    if !loaded.hasErrors(in: "model") { checker.checkReach(model) }
    checker.checkOutput(network, units: outputUnits, loss: loss)
    if network != nil { initialParameters = checker.readInitialParameters(model, plan.memory) }
    checker.checkFrozen(network, initialParameters)
    let metrics =
      (loaded.config.training.metrics
      ?? Metrics.standard(
        for: data.task, isText: data.encoding.vocabularySize != nil, link: type(of: loss).link))
      .map { $0.resolved(for: data.encoding.target) }
    checker.checkTasks(of: metrics, loss: loss)
    checker.checkClassWeights(of: loss)
    checker.checkOrder(of: loss)
    checker.checkBatches()
    checker.checkState(of: network)
    checker.checkMonitors(metrics)
    checker.checkHypergradient(of: network)
    checker.warnOfOutputActivation(model, loss: loss)
    checker.warnOfSharedFiles()
    checker.warnOfOutputDropout(model, network)
    checker.warnOfLastBatch(network)
    checker.warnOfDurations()
    checker.warnOfCheckpoints()
    checker.warnOfPenalties(network)
    checker.warnOfUnusualValues(loss: loss)
    checker.warnOfPrecision(hasProducts: network == nil || plan.hasProducts)
    if let augmentation = data.augmentation { plan.memory.scratch(augmentation.scratchElements) }
    plan.memory.optimizerStates = loaded.config.training.stateCount
    let positions = data.encoding.positions ?? 1
    // One accumulator is for training, one for the largest part.
    let counted = positions * ((data.counts[.train] ?? 0) + (data.counts.values.max() ?? 0))
    let accumulated = metrics.reduce(0) {
      $0 + $1.accumulatorBytes(data.encoding.target, examples: counted)
    }
    checker.checkMemory(
      RunMemory(
        data, plan: plan.memory, metrics: accumulated,
        checkpoints: loaded.config.training.checkpoint, workers: ThreadPool.availableProcessors))
    // It encodes the examples, for which there has to be room.
    checker.warnOfOutputRange(model, network, loss: loss)
    checker.warnOfUnscaledNumbers(model, loss: loss)
    guard let network, checker.findings.isEmpty else { throw Failure(checker.findings) }
    warnings = checker.warnings
    idleSettings = checker.idleSettings

    targets = plan.memory.slot(
      Shape(positions, data.encoding.target.width), gradient: false)
    losses = plan.memory.slot(Shape(positions), gradient: false)
    Self.limitRows(
      of: &plan.memory, batch: batch, isStateful: network.isStateful,
      examples: data.counts.values.max() ?? 1)
    memory = plan.memory
    peak = RunMemory(
      data, plan: memory, metrics: accumulated, checkpoints: loaded.config.training.checkpoint,
      workers: ThreadPool.availableProcessors)
    self.data = data
    self.network = network
    self.loss = loss.resolved(classes: data.encoding.target.classes, counts: data.classCounts)
    self.metrics = metrics
    name = loaded.name
    baseDirectory = loaded.baseDirectory
    var config = loaded.config
    config.name = loaded.name
    config.data = data.config
    config.training.loss = loss
    config.training.metrics = metrics
    if network.isStateful { config.training.shuffle = false }
    config.model = model.resolved(outputUnits: outputUnits ?? 1)
    self.config = config
  }

  /// The same run for another number of iterations, with another schedule and to its end.
  func lasting(_ iterations: Int, with schedule: any Schedule) -> RunPlan {
    let perEpoch = max(1, iterationsPerEpoch)
    var plan = self
    plan.config.training.epochs = (iterations - 1) / perEpoch + 1
    plan.config.training.maxIterations = iterations
    plan.config.training.schedule = schedule
    plan.config.training.earlyStopping = nil
    return plan
  }

  /// The answers of each example.
  package var positions: Int { losses.shape.count }

  package var parameterCount: Int { memory.parameterCount }

  /// What a checkpoint takes on the disk: the model, the best one, and the states of the optimizer.
  package var checkpointBytes: Int { memory.stateBytes }

  /// The most memory that the run will hold, with one worker for each processor.
  package var memoryBytes: Int { peak.total }

  /// What the run itself holds of that on one worker: the same on every machine, and whatever was planned before.
  package var ownBytes: Int {
    peak.total - peak.process - peak.network + memory.byteCount(workers: 1)
  }

  /// The epochs that are begun: those of the configuration, or fewer where the iterations end before.
  var epochsMade: Int { max(1, length.epochs) }
}

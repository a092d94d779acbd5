import Configuration
import Datasets
import Network
import Numerics

/// Trains the network of a plan: epochs, iterations, evaluation, and the choice of the best epoch.
///
/// All memory is taken when the loop is made; iterations take none.
package final class TrainingLoop {
  /// What is known at the end of an epoch.
  package struct Epoch: Sendable {
    package let number: Int
    /// Iterations since the start of training.
    package let iterations: Int
    package let learningRate: Double
    /// Gathered while learning, so with dropout and with parameters that still moved.
    package let train: Figures
    package let validation: Figures?
    package let seconds: Double
    package let isBest: Bool
  }

  package enum Reason: String, Sendable {
    case completed
    case earlyStopping = "early_stopping"
    case interrupted
    case diverged
  }

  package struct Outcome: Sendable {
    package let reason: Reason
    package let iterations: Int
    /// The epoch whose parameters were kept; `nil` if none ended.
    package let bestEpoch: Int?
    /// Of the parameters that were kept; of a run within its first epoch gathered while learning, since going
    /// through all examples would take longer than the run.
    package let train: Figures?
    package let validation: Figures?
    package let test: Figures?
    /// Of the test part, or else the validation part; `nil` where nothing is held out, and for numbers
    /// and sequences of answers.
    package let report: ClassificationReport?
    /// Of training iterations only.
    package let samplesPerSecond: Double
    package let seconds: Double
    /// Whether the memory holds parameters worth keeping.
    package let hasModel: Bool
  }

  /// Who watches: a progress bar, a log, a test.
  package struct Observer {
    /// After each iteration: iterations so far, and the (weighted) mean loss of its batch.
    package var iteration: (_ iterations: Int, _ loss: Double) -> Void = { _, _ in }
    package var epoch: (Epoch) throws -> Void = { _ in }
    /// Asked before each iteration.
    package var shouldStop: () -> Bool = { false }

    package init() {}
  }

  package let plan: RunPlan
  package let memory: Memory
  private let pool: ThreadPool
  private let seed: UInt64
  private let sets: [Part: ExampleSet]
  private var training: Batches
  private var trainFigures: FigureAccumulator
  private var evaluationFigures: FigureAccumulator
  private var best: BestModel
  private var iterations = 0
  /// Updates of the parameters: one for each iteration unless gradients accumulate.
  private var updates = 0
  /// The weight of all answers of the update that is being made.
  private var weightOfUpdate = 0.0
  private let penalties: [(parameter: Parameter, penalty: Penalty)]
  private let partialSums: UnsafeMutableBufferPointer<Double>
  /// The figure that the schedule monitors, for each epoch that ended; smaller is better.
  private var history: [Double] = []

  /// - Parameter sets: the examples of each part; their contents decide nothing about memory.
  package init(
    _ plan: RunPlan, sets: [Part: ExampleSet], pool: ThreadPool
  ) throws {
    guard let trainingSet = sets[.train] else { preconditionFailure("no training part") }
    self.plan = plan
    self.sets = sets
    self.pool = pool
    seed = UInt64(plan.config.seed)
    memory = try Memory.allocate(plan.memory)
    try pool.reserveScratch(plan.memory)
    training = Batches(
      trainingSet, size: plan.config.training.batchSize,
      dropsLast: plan.config.training.dropLast, augmentation: plan.data.augmentation,
      inStreams: plan.network.isStateful)
    trainFigures = FigureAccumulator(plan, examples: trainingSet.count)
    evaluationFigures = FigureAccumulator(plan, examples: sets.values.map(\.count).max() ?? 0)
    best = BestModel(
      count: memory.model.count,
      minimumDelta: plan.config.training.earlyStopping?.minimumDelta ?? 0)
    penalties = plan.network.initializations.compactMap { initialization in
      let penalty = plan.config.training.regularization.penalty(on: initialization)
      return penalty.isNone ? nil : (initialization.parameter, penalty)
    }
    partialSums = .allocate(
      capacity: GradientClippingConfig.tileCount(memory.parameters.count))
    plan.network.initialize(memory, seed: seed)
    plan.initialParameters?.copyValues(to: memory)
  }

  deinit {
    partialSums.deallocate()
  }

  // MARK: - Training

  /// Trains to the end and leaves the best parameters in memory: those of the epoch in which the
  /// monitored figure, by default the validation loss, was best; or of the last epoch, where
  /// nothing is held out or the configuration wants it.
  package func run(_ observer: Observer) throws -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    var trainingTime = Duration.zero
    var reason = Reason.completed
    var samples = 0
    var epochNumber = 0
    training: while iterations < plan.iterations {
      let epochStart = clock.now
      training.begin(
        epoch: epochNumber, seed: seed, shuffles: plan.config.training.shuffle)
      for batch in 0..<training.count {
        guard iterations < plan.iterations else { break }
        if observer.shouldStop() {
          reason = .interrupted
          trainingTime += clock.now - epochStart
          break training
        }
        let loss = iterate(batch)
        samples += training.rowCount(of: batch)
        guard loss.isFinite else {
          reason = .diverged
          trainingTime += clock.now - epochStart
          break training
        }
        observer.iteration(iterations, loss)
      }
      trainingTime += clock.now - epochStart
      // The loss of the last iteration is that before its update.
      guard memory.parameters.allSatisfy(\.isFinite) else {
        reason = .diverged
        break
      }
      epochNumber += 1
      let learningRate = learningRate(of: iterations - 1)
      let validation = sets[.validation].map { evaluate($0) }
      let train = trainFigures.figures
      let isBest = best.offer(
        memory.model, epoch: epochNumber, value: monitored(train, validation))
      recordHistory(train, validation)
      try observer.epoch(
        Epoch(
          number: epochNumber, iterations: iterations,
          learningRate: learningRate, train: train, validation: validation,
          seconds: (clock.now - epochStart) / .seconds(1), isBest: isBest))
      if let patience = plan.config.training.earlyStopping?.patience,
        best.epochsWithout(epochNumber) >= max(1, patience), iterations < plan.iterations
      {
        reason = .earlyStopping
        break
      }
    }
    if plan.config.training.earlyStopping?.restoreBest == false, reason != .diverged,
      iterations > 0
    {
      best.keep(memory.model, epoch: epochNumber)
    }
    if reason == .interrupted, best.epoch == nil, iterations > 0 {
      // No epoch ended, and what was learned so far is still worth keeping.
      best.keep(memory.model, epoch: 0)
    }
    let hasModel = best.epoch != nil
    if hasModel { best.restore(to: memory.model) }
    let (figures, report) = hasModel ? evaluateParts() : ([:], nil)
    return Outcome(
      reason: reason, iterations: iterations, bestEpoch: best.epoch, train: figures[.train],
      validation: figures[.validation], test: figures[.test], report: report,
      samplesPerSecond: Double(samples) / max(1e-9, trainingTime / .seconds(1)),
      seconds: (clock.now - start) / .seconds(1), hasModel: hasModel)
  }

  /// What is compared to find the best epoch; `nil` makes the last one best.
  private func monitored(_ train: Figures, _ validation: Figures?) -> Double? {
    let monitor = plan.config.training.earlyStopping?.monitor ?? Monitor(name: "validation_loss")
    return monitor.value(train: train, validation: validation, metrics: plan.metrics)
  }

  private func recordHistory(_ train: Figures, _ validation: Figures?) {
    guard let schedule = plan.config.training.schedule as? ReduceOnPlateauSchedule,
      let value = schedule.monitor.value(
        train: train, validation: validation, metrics: plan.metrics)
    else { return }
    history.append(value)
  }

  private func learningRate(of iteration: Int) -> Double {
    plan.config.training.schedule.rate(
      plan.config.training.optimizer.learningRate, iteration: iteration,
      iterations: plan.iterations, iterationsPerEpoch: plan.iterationsPerEpoch, history: history)
  }

  /// Begins an epoch, counted from 0, for who calls `iterate` instead of `run`.
  package func begin(epoch: Int) {
    training.begin(epoch: epoch, seed: seed, shuffles: plan.config.training.shuffle)
  }

  /// One iteration: batch, forward, loss, backward, and, unless gradients accumulate further, the
  /// update. The first batch begins an epoch.
  ///
  /// - Returns: the mean loss of the batch, before the update.
  package func iterate(_ batch: Int) -> Double {
    if batch == 0 { trainFigures.reset() }
    let rows = training.rowCount(of: batch)
    training.load(
      batch, features: memory.value(plan.network.input), targets: memory.value(plan.targets),
      pool: pool)
    let group = updateGroup(of: batch)
    let pass = Pass(
      .training, rows: rows, step: iterations, seed: seed, pool: pool,
      accumulatesGradients: batch > group.lowerBound,
      continuesState: plan.network.isStateful && batch > 0)
    plan.network.forward(memory, pass)
    if batch == group.lowerBound { weightOfUpdate = weight(of: group) }
    let loss = LossKernel.evaluate(
      plan.loss, outputs: plan.network.output, targets: plan.targets, losses: plan.losses,
      memory: memory, rows: rows, needsGradient: true, weightOfUpdate: weightOfUpdate, pool: pool)
    trainFigures.add(plan, memory, loss: loss, rows: rows)
    guard loss.mean.isFinite else { return loss.mean }
    plan.network.backward(memory, pass)
    if batch + 1 == group.upperBound { update() }
    iterations += 1
    return loss.mean
  }

  /// The batches that make one update with this one.
  private func updateGroup(of batch: Int) -> Range<Int> {
    let size = plan.config.training.gradientAccumulation
    let first = batch / size * size
    // The run may end within an epoch.
    let end = min(training.count, batch + max(1, plan.iterations - iterations))
    return first..<min(first + size, end)
  }

  /// The weight of all answers of some batches: their number where classes have no weights.
  private func weight(of group: Range<Int>) -> Double {
    let loss = plan.loss
    var sum = 0.0
    for batch in group {
      if loss.weights.isEmpty {
        sum += Double(training.rowCount(of: batch) * plan.positions)
      } else {
        training.forEachClass(of: batch) { sum += Double(loss.weight(of: $0)) }
      }
    }
    return sum
  }

  private func update() {
    for (parameter, penalty) in penalties {
      let kernel = PenaltyKernel(penalty, parameter, memory: memory)
      pool.run(kernel, tiles: kernel.tileCount)
    }
    plan.config.training.gradientClipping?.apply(
      to: memory, partialSums: partialSums, pool: pool)
    updates += 1
    let kernel = OptimizerKernel(
      plan.config.training.optimizer, memory: memory, step: updates,
      learningRate: learningRate(of: iterations))
    if let kernel { pool.run(kernel, tiles: kernel.tileCount) }
  }

  /// The batches of one epoch.
  package var batchCount: Int { training.count }

  // MARK: - Evaluation

  /// The figures of every part, and for classes the report of what was held out.
  private func evaluateParts() -> (figures: [Part: Figures], report: ClassificationReport?) {
    let isReported = plan.data.task == .classification && plan.data.encoding.positions == nil
    let reported = isReported ? [Part.test, .validation].first { sets[$0] != nil } : nil
    var figures: [Part: Figures] = [:]
    var report: ClassificationReport?
    for (part, set) in sets {
      guard part == reported else {
        let isUnfinished = part == .train && iterations < training.count
        figures[part] = isUnfinished ? trainFigures.figures : evaluate(set)
        continue
      }
      var tally = AnswerTally(plan.data.encoding.target)
      let outputs = plan.network.output
      let found = evaluate(set) { rows in
        tally.add(
          outputs: memory.value(outputs), width: outputs.shape.count,
          targets: memory.value(plan.targets), targetWidth: plan.targets.shape.count, rows: rows)
      }
      figures[part] = found
      report = tally.report(of: part, figures: found)
    }
    return (figures, report)
  }

  /// A stateful network reads a set in streams about as long as those of an epoch, so that it knows as
  /// much of what came before as in training; in a larger set they are longer.
  private func evaluationBatches(of set: ExampleSet) -> Batches {
    guard plan.network.isStateful else { return Batches(set, size: memory.plan.rows) }
    let length = max(1, training.count)
    let streams = (set.count + length - 1) / length
    return Batches(set, size: max(1, min(memory.plan.rows, streams)), inStreams: true)
  }

  /// The figures of a set, without dropout.
  ///
  /// - Parameter batch: called with the rows of each batch whose outputs and targets are in memory.
  package func evaluate(_ set: ExampleSet, batch: (_ rows: Int) -> Void = { _ in }) -> Figures {
    let batches = evaluationBatches(of: set)
    evaluationFigures.reset()
    for index in 0..<batches.count {
      let rows = batches.rowCount(of: index)
      batches.load(
        index, features: memory.value(plan.network.input), targets: memory.value(plan.targets),
        pool: pool)
      plan.network.forward(
        memory,
        Pass(
          .evaluation, rows: rows, pool: pool,
          continuesState: plan.network.isStateful && index > 0))
      let loss = LossKernel.evaluate(
        plan.loss, outputs: plan.network.output, targets: plan.targets, losses: plan.losses,
        memory: memory, rows: rows, needsGradient: false, pool: pool)
      evaluationFigures.add(plan, memory, loss: loss, rows: rows)
      batch(rows)
    }
    return evaluationFigures.figures
  }
}

/// A copy of the model of the best epoch so far: parameters and statistics.
private struct BestModel {
  private var values: [Float]
  private let minimumDelta: Double
  private(set) var epoch: Int?
  private var best = Double.infinity
  /// The last epoch that improved by at least the minimum.
  private var lastImprovement = 0

  init(count: Int, minimumDelta: Double) {
    values = Array(repeating: 0, count: count)
    self.minimumDelta = minimumDelta
  }

  /// Keeps the model if the value is smaller than any before, by more than the minimum; without a
  /// value, always.
  mutating func offer(
    _ model: UnsafeMutableBufferPointer<Float>, epoch: Int, value: Double?
  ) -> Bool {
    if let value {
      guard value < best - minimumDelta || self.epoch == nil else { return false }
      best = value
    }
    lastImprovement = epoch
    keep(model, epoch: epoch)
    return true
  }

  mutating func keep(_ model: UnsafeMutableBufferPointer<Float>, epoch: Int) {
    self.epoch = epoch
    for index in values.indices { values[index] = model[index] }
  }

  func epochsWithout(_ epoch: Int) -> Int { epoch - lastImprovement }

  func restore(to model: UnsafeMutableBufferPointer<Float>) {
    for index in values.indices { model[index] = values[index] }
  }
}

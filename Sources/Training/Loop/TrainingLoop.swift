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
    /// Of the parameters that were kept.
    package let train: Figures?
    package let validation: Figures?
    package let test: Figures?
    /// Of training iterations only.
    package let samplesPerSecond: Double
    package let seconds: Double
    /// Whether the memory holds parameters worth keeping.
    package let hasModel: Bool
  }

  /// Who watches: a progress bar, a log, a test.
  package struct Observer {
    /// After each iteration: iterations so far, and the mean loss of its batch.
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
  private var best: BestParameters
  private var iterations = 0
  /// Updates of the parameters: one for each iteration unless gradients accumulate.
  private var updates = 0
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
    training = Batches(
      trainingSet, size: plan.config.training.batchSize,
      dropsLast: plan.config.training.dropLast, augmentation: plan.data.augmentation)
    let target = plan.data.encoding.target
    let link = type(of: plan.loss).link
    trainFigures = FigureAccumulator(plan.metrics, target: target, link: link)
    evaluationFigures = FigureAccumulator(plan.metrics, target: target, link: link)
    best = BestParameters(
      count: memory.parameters.count,
      minimumDelta: plan.config.training.earlyStopping?.minimumDelta ?? 0)
    penalties = plan.network.initializations.compactMap { initialization in
      let penalty = plan.config.training.regularization.penalty(on: initialization)
      return penalty.isNone ? nil : (initialization.parameter, penalty)
    }
    partialSums = .allocate(
      capacity: GradientClippingConfig.tileCount(memory.parameters.count))
    plan.network.initialize(memory, seed: seed)
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
      trainFigures.reset()
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
      epochNumber += 1
      let validation = sets[.validation].map(evaluate)
      let train = trainFigures.figures
      let isBest = best.offer(
        memory.parameters, epoch: epochNumber, value: monitored(train, validation))
      recordHistory(train, validation)
      try observer.epoch(
        Epoch(
          number: epochNumber, iterations: iterations,
          learningRate: learningRate(of: iterations - 1),
          train: train, validation: validation,
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
      best.keep(memory.parameters, epoch: epochNumber)
    }
    if reason == .interrupted, best.epoch == nil, iterations > 0 {
      // No epoch ended, and what was learned so far is still worth keeping.
      best.keep(memory.parameters, epoch: 0)
    }
    let hasModel = best.epoch != nil
    if hasModel { best.restore(to: memory.parameters) }
    return Outcome(
      reason: reason, iterations: iterations, bestEpoch: best.epoch,
      train: hasModel ? sets[.train].map(evaluate) : nil,
      validation: hasModel ? sets[.validation].map(evaluate) : nil,
      test: hasModel ? sets[.test].map(evaluate) : nil,
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

  /// One iteration: batch, forward, loss, backward, and, unless gradients accumulate further, the
  /// update.
  ///
  /// - Returns: the mean loss of the batch, before the update.
  package func iterate(_ batch: Int) -> Double {
    let rows = training.rowCount(of: batch)
    training.load(
      batch, features: memory.value(plan.network.input), targets: memory.value(plan.targets),
      pool: pool)
    let group = updateGroup(of: batch)
    let pass = Pass(
      .training, rows: rows, step: iterations, seed: seed, pool: pool,
      accumulatesGradients: batch > group.lowerBound)
    plan.network.forward(memory, pass)
    let lossSum = LossKernel.evaluate(
      plan.loss, outputs: plan.network.output, targets: plan.targets, losses: plan.losses,
      memory: memory, rows: rows, needsGradient: true, examplesOfUpdate: examples(in: group),
      pool: pool)
    trainFigures.add(plan, memory, lossSum: lossSum, rows: rows)
    let loss = lossSum / Double(rows)
    guard loss.isFinite else { return loss }
    plan.network.backward(memory, pass)
    if batch + 1 == group.upperBound { update() }
    iterations += 1
    return loss
  }

  /// The batches that make one update with this one.
  private func updateGroup(of batch: Int) -> Range<Int> {
    let size = plan.config.training.gradientAccumulation
    let first = batch / size * size
    // The run may end within an epoch.
    let end = min(training.count, batch + max(1, plan.iterations - iterations))
    return first..<min(first + size, end)
  }

  private func examples(in group: Range<Int>) -> Int {
    var count = 0
    for batch in group { count += training.rowCount(of: batch) }
    return count
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

  /// The figures of a set, without dropout.
  package func evaluate(_ set: ExampleSet) -> Figures {
    let batches = Batches(set, size: memory.plan.rows)
    evaluationFigures.reset()
    for batch in 0..<batches.count {
      let rows = batches.rowCount(of: batch)
      batches.load(
        batch, features: memory.value(plan.network.input), targets: memory.value(plan.targets),
        pool: pool)
      plan.network.forward(memory, Pass(.evaluation, rows: rows, pool: pool))
      let lossSum = LossKernel.evaluate(
        plan.loss, outputs: plan.network.output, targets: plan.targets, losses: plan.losses,
        memory: memory, rows: rows, needsGradient: false, pool: pool)
      evaluationFigures.add(plan, memory, lossSum: lossSum, rows: rows)
    }
    return evaluationFigures.figures
  }
}

/// A copy of the parameters of the best epoch so far.
private struct BestParameters {
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

  /// Keeps the parameters if the value is smaller than any before; without a value, always.
  mutating func offer(
    _ parameters: UnsafeMutableBufferPointer<Float>, epoch: Int, value: Double?
  ) -> Bool {
    if let value {
      guard value < best - minimumDelta || self.epoch == nil else { return false }
      best = value
    }
    lastImprovement = epoch
    keep(parameters, epoch: epoch)
    return true
  }

  mutating func keep(_ parameters: UnsafeMutableBufferPointer<Float>, epoch: Int) {
    self.epoch = epoch
    for index in values.indices { values[index] = parameters[index] }
  }

  func epochsWithout(_ epoch: Int) -> Int { epoch - lastImprovement }

  func restore(to parameters: UnsafeMutableBufferPointer<Float>) {
    for index in values.indices { parameters[index] = values[index] }
  }
}

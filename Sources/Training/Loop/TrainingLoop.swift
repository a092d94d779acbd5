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
      dropsLast: plan.config.training.dropLast)
    let target = plan.data.encoding.target
    trainFigures = FigureAccumulator(plan.metrics, target: target)
    evaluationFigures = FigureAccumulator(plan.metrics, target: target)
    best = BestParameters(count: memory.parameters.count)
    plan.network.initialize(memory, seed: seed)
  }

  // MARK: - Training

  /// Trains to the end and leaves the best parameters in memory: those of the epoch with the
  /// smallest validation loss, or of the last epoch where nothing is held out.
  package func run(_ observer: Observer) throws -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    var trainingTime = Duration.zero
    var reason = Reason.completed
    var samples = 0
    var epochNumber = 0
    training: while iterations < plan.iterations {
      let epochStart = clock.now
      if plan.config.training.shuffle { training.shuffle(seed: seed, epoch: epochNumber) }
      trainFigures.reset()
      for batch in 0..<training.count {
        guard iterations < plan.iterations else { break }
        if observer.shouldStop() {
          reason = .interrupted
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
      let isBest = best.offer(
        memory.parameters, epoch: epochNumber, loss: validation?.loss)
      try observer.epoch(
        Epoch(
          number: epochNumber, iterations: iterations, learningRate: learningRate,
          train: trainFigures.figures, validation: validation,
          seconds: (clock.now - epochStart) / .seconds(1), isBest: isBest))
    }
    if reason == .interrupted, best.epoch == nil, iterations > 0 {
      // No epoch ended, and what was learned so far is still worth keeping.
      _ = best.offer(memory.parameters, epoch: 0, loss: nil)
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

  private var learningRate: Double { plan.config.training.optimizer.learningRate }

  /// One iteration: batch, forward, loss, backward, update.
  ///
  /// - Returns: the mean loss of the batch, before the update.
  package func iterate(_ batch: Int) -> Double {
    let rows = training.rowCount(of: batch)
    training.load(
      batch, features: memory.value(plan.network.input), targets: memory.value(plan.targets),
      pool: pool)
    let pass = Pass(.training, rows: rows, step: iterations, seed: seed, pool: pool)
    plan.network.forward(memory, pass)
    let lossSum = evaluateLoss(rows: rows, needsGradient: true)
    trainFigures.add(plan, memory, lossSum: lossSum, rows: rows)
    let loss = lossSum / Double(rows)
    guard loss.isFinite else { return loss }
    plan.network.backward(memory, pass)
    iterations += 1
    let update = OptimizerKernel(
      plan.config.training.optimizer, memory: memory, step: iterations,
      learningRate: learningRate)
    if let update { pool.run(update, tiles: update.tileCount) }
    return loss
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
      let lossSum = evaluateLoss(rows: rows, needsGradient: false)
      evaluationFigures.add(plan, memory, lossSum: lossSum, rows: rows)
    }
    return evaluationFigures.figures
  }

  private func evaluateLoss(rows: Int, needsGradient: Bool) -> Double {
    LossKernel.evaluate(
      plan.loss, outputs: plan.network.output, targets: plan.targets, losses: plan.losses,
      memory: memory, rows: rows, needsGradient: needsGradient, pool: pool)
  }
}

/// A copy of the parameters of the best epoch so far.
private struct BestParameters {
  private var values: [Float]
  private(set) var epoch: Int?
  private var loss = Double.infinity

  init(count: Int) {
    values = Array(repeating: 0, count: count)
  }

  /// Keeps the parameters if the loss is smaller than any before; without a loss, always.
  mutating func offer(
    _ parameters: UnsafeMutableBufferPointer<Float>, epoch: Int, loss: Double?
  ) -> Bool {
    if let loss {
      guard loss < self.loss else { return false }
      self.loss = loss
    }
    self.epoch = epoch
    for index in values.indices { values[index] = parameters[index] }
    return true
  }

  func restore(to parameters: UnsafeMutableBufferPointer<Float>) {
    for index in values.indices { parameters[index] = values[index] }
  }
}

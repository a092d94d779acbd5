import Configuration
import Datasets
import Network
import Numerics

/// Trains the network of a plan: epochs, iterations, evaluation, and the choice of the best epoch.
/// Where it stands is named in `exchange`.
///
/// All memory is taken when the loop is made; iterations take none.
///
/// Several ranks run the same loop, each on its rows of every batch. What depends on the rows of all, the gradient, the
/// loss and the figures, is added up, so that all take the same decisions; what depends on time or signals is decided
/// by the ranks together, in the exchange of an iteration.
package final class TrainingLoop {
  /// What is known at the end of an epoch.
  package struct Epoch: Sendable {
    package let number: Int
    /// Iterations since the start of training.
    package let iterations: Int
    package let learningRate: Double
    /// The mean length of the gradient before it was clipped, over some updates of the epoch; not a number if none of
    /// them was looked at.
    package let gradientNorm: Double
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
    /// The last epoch in which the monitored figure improved; 0 if none did.
    package let lastImprovement: Int
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
    /// Why the run came to numbers that are not finite, where it did.
    package let divergence: Divergence?
  }

  /// Who watches: a progress bar, a log, a test.
  package struct Observer {
    /// After each iteration: iterations so far, and the (weighted) mean loss of its batch.
    package var iteration: (_ iterations: Int, _ loss: Double) -> Void = { _, _ in }
    package var epoch: (Epoch) throws -> Void = { _ in }
    /// Before the epoch in which it was found is told, or before the run ends of whose model it is.
    package var warning: (Diagnostic) -> Void = { _ in }
    /// Asked before each iteration.
    package var shouldStop: () -> Bool = { false }

    package init() {}
  }

  package let plan: RunPlan
  /// Of the whole run, and of an epoch: asked for at each iteration.
  private let plannedIterations: Int
  private let iterationsPerEpoch: Int
  package let memory: Memory
  private let pool: ThreadPool
  private let seed: UInt64
  let sets: [Part: ExampleSet]
  let training: Batches
  /// Of the rows of this rank.
  var trainFigures: FigureAccumulator
  /// Of the rows of all ranks, once they were added up; `nil` where there is one.
  var totalFigures: FigureAccumulator?
  let ranks: any Communicator
  /// What ranks need of each other's rows.
  private let gathered: GatheredRows
  /// What the ranks tell each other; `nil` where there is one.
  let exchange: IterationExchange?
  var gradientNorm = GradientNorm()
  let evaluator: Evaluator
  let best: BestModel
  package internal(set) var iterations = 0
  /// Epochs that ended, each with its evaluation.
  package internal(set) var epochs = 0
  /// Updates of the parameters: one for each iteration unless gradients accumulate.
  var updates = 0
  /// The batches of the update that is being made, or was made last.
  var updateGroup = 0..<0
  /// The weight of all its answers.
  var weightOfUpdate = 0.0
  /// Examples that training went through, and the seconds that it took.
  var (samples, trainingSeconds) = (0, 0.0)
  /// When the process went to work on the run, and the seconds that others had spent on it.
  private var start = ContinuousClock.now
  var secondsBefore = 0.0
  private let penalties: [(parameter: Parameter, penalty: Penalty)]
  /// Why the run came to numbers that are not finite, once it did.
  package private(set) var divergence: Divergence?
  private let partialSums: UnsafeMutableBufferPointer<Double>
  var hypergradient: Hypergradient?
  /// Held-out examples for the gradient of the weight decay.
  private let heldOut: Batches?
  /// What the figure that the schedule monitors came to.
  var plateau = Plateau()
  /// The monitored figures of which was told that they are undefined: each once for who watches, so also of a run
  /// that goes on.
  private var undefinedMonitors: Set<String> = []

  /// - Parameters:
  ///   - sets: the examples of each part; their contents decide nothing about memory.
  ///   - ranks: those who train with this process, each of which makes such a loop.
  /// - Precondition: `plan.obstacles(ranks:)` finds none.
  package init(
    _ plan: RunPlan, sets: [Part: ExampleSet], pool: ThreadPool,
    ranks: any Communicator = SingleProcess.shared
  ) throws {
    guard let trainingSet = sets[.train] else { preconditionFailure("no training part") }
    self.ranks = ranks
    gathered = GatheredRows(ranks, batchSize: plan.batchSize)
    self.plan = plan
    plannedIterations = plan.iterations
    iterationsPerEpoch = plan.iterationsPerEpoch
    self.sets = sets
    self.pool = pool
    seed = UInt64(plan.config.seed)
    memory = try Memory.allocate(plan.memory)
    try pool.reserveScratch(plan.memory)
    training = Batches(
      trainingSet, size: plan.config.training.batchSize,
      dropsLast: plan.config.training.dropLast, augmentation: plan.data.augmentation,
      inStreams: plan.network.isStateful, windowBytes: trainingSet.windowBytes)
    trainFigures = FigureAccumulator(plan.evaluation, examples: trainingSet.count)
    totalFigures =
      ranks.size > 1 ? FigureAccumulator(plan.evaluation, examples: trainingSet.count) : nil
    exchange =
      ranks.size > 1 ? IterationExchange(ranks, memory: memory, gathered, plan) : nil
    evaluator = Evaluator(
      plan.evaluation, memory: memory, pool: pool,
      examples: sets.values.map(\.count).max() ?? 0, ranks: ranks)
    best = BestModel(
      memory.model, minimumDelta: plan.config.training.earlyStopping?.minimumDelta ?? 0)
    penalties = plan.network.initializations.compactMap { initialization in
      let penalty = plan.config.training.regularization.penalty(on: initialization)
      let isMoved = initialization.parameter.isTrainable && !penalty.isNone
      return isMoved ? (initialization.parameter, penalty) : nil
    }
    partialSums = .allocate(
      capacity: Alignment.sumsPerTile * Tiling.tiles(elements: memory.parameters.count))
    hypergradient = plan.config.training.hypergradient.map {
      Hypergradient($0, optimizer: plan.config.training.optimizer)
    }
    heldOut =
      plan.config.training.hypergradient?.weightDecay == nil
      ? nil : sets[.validation].map { Batches($0, size: plan.batchSize) }
    setFirstValues()
    // The way of the parameters begins where they are.
    _ = pathMeans?.update(fromContentsOf: memory.parameters)
  }

  deinit {
    partialSums.deallocate()
  }

  /// Gives the model the values that it begins with.
  func setFirstValues() {
    plan.network.initialize(memory, seed: seed)
    plan.initialParameters?.copyValues(to: memory)
  }

  // MARK: - Training

  /// Trains to the end and leaves the best parameters in memory: those of the epoch in which the
  /// monitored figure, by default the validation loss, was best; or of the last epoch, where
  /// nothing is held out or the configuration wants it.
  ///
  /// - Parameter checkpointer: writes down from time to time, and at the end, where the run stands.
  package func run(_ observer: Observer, checkpointer: Checkpointer? = nil) throws -> Outcome {
    start = .now
    var reason: Reason?
    while reason == nil { reason = try endOfRun ?? epoch(observer, checkpointer) }
    let ending = reason ?? .completed
    if ending != .diverged { save(to: checkpointer) }
    if plan.config.training.earlyStopping?.restoreBest == false, ending != .diverged,
      iterations > 0
    {
      best.keep(epoch: epochs)
    }
    if ending == .interrupted, best.epoch == nil, iterations > 0 {
      // No epoch ended, and what was learned so far is still worth keeping.
      best.keep(epoch: 0)
    }
    let hasModel = best.epoch != nil
    if hasModel { best.restore() }
    let (figures, report) = hasModel ? evaluateParts() : ([:], nil)
    try checkReading()
    if ending == .completed || ending == .earlyStopping,
      let warning = warning(ofFit: figures[.train])
    {
      observer.warning(warning)
    }
    return Outcome(
      reason: ending, iterations: iterations, bestEpoch: best.epoch,
      lastImprovement: best.lastImprovement, train: figures[.train],
      validation: figures[.validation], test: figures[.test], report: report,
      samplesPerSecond: Double(samples) / max(1e-9, trainingSeconds),
      seconds: seconds, hasModel: hasModel, divergence: divergence)
  }

  /// Trains until so many epochs have ended since the run began, and leaves memory as it is then.
  ///
  /// - Returns: why training ended before; `nil` if it did not.
  package func run(toEpoch last: Int, _ observer: Observer) throws -> Reason? {
    start = .now
    while epochs < last {
      if let reason = try endOfRun ?? epoch(observer, nil) { return reason }
    }
    return nil
  }

  /// Spent on the run so far, by all processes.
  var seconds: Double { secondsBefore + (ContinuousClock.now - start) / .seconds(1) }

  /// Whether iterations were made since the last epoch ended.
  var isWithinEpoch: Bool { iterations > epochs * training.count }

  /// Why no other epoch begins, nor the one that was begun goes on; `nil` if one does.
  private var endOfRun: Reason? {
    guard !isWithinEpoch else { return nil }
    guard iterations < plannedIterations else { return .completed }
    guard let patience = plan.config.training.earlyStopping?.patience, epochs > 0,
      best.epochsWithout(epochs) >= max(1, patience)
    else { return nil }
    return .earlyStopping
  }

  /// Goes through an epoch, or through the rest of one, and evaluates.
  ///
  /// - Returns: why the run ends within it; `nil` if it does not.
  private func epoch(_ observer: Observer, _ checkpointer: Checkpointer?) throws -> Reason? {
    let start = ContinuousClock.now
    training.begin(epoch: epochs, seed: seed, shuffles: plan.config.training.shuffle)
    let reason = try iterateEpoch(observer, checkpointer)
    guard reason == nil else { return reason }
    // The loss of the last iteration is that before its update.
    guard memory.parameters.allSatisfy(\.isFinite) else {
      let batch = iterations - epochs * training.count - 1
      exchange?.completeGradients()
      divergence = finder.update(iterations, examples: training.examples(of: max(0, batch)))
      return .diverged
    }
    // Should the run be longer one day, it goes on from here.
    if isUnfinishedEpoch { save(to: checkpointer) }
    let learningRate = learningRate(of: iterations - 1)
    epochs += 1
    try checkAgreement()
    let validation = sets[.validation].map { evaluator.evaluate($0) }
    try checkReading()
    let train = figuresOfEpoch()
    let stopping = figure(of: stoppingMonitor, train, validation)
    let isBest = best.offer(epoch: epochs, figure: stopping)
    if stopping == .undefined { report(stoppingMonitor, observer) }
    if let schedule = plan.config.training.schedule as? ReduceOnPlateauSchedule {
      let monitored = figure(of: schedule.monitor, train, validation)
      plateau.take(monitored, by: schedule)
      if monitored == .undefined { report(schedule.monitor, observer) }
    }
    try observer.epoch(
      Epoch(
        number: epochs, iterations: iterations, learningRate: learningRate,
        gradientNorm: gradientNorm.mean, train: train, validation: validation,
        seconds: (ContinuousClock.now - start) / .seconds(1),
        isBest: isBest))
    let isDue = checkpointer?.isDue(iterations: iterations, epochs: epochs) ?? false
    if exchange?.agree(isDue) ?? isDue { save(to: checkpointer) }
    return nil
  }

  /// The figures of the epoch so far, over the rows of all ranks.
  private func figuresOfEpoch() -> Figures {
    totalFigures?.takeTotals(of: trainFigures, over: ranks)
    return (totalFigures ?? trainFigures).figures
  }

  /// Makes sure that all ranks have come to the same parameters: processors of another kind round otherwise.
  ///
  /// - Throws: `Failure` if one has not.
  private func checkAgreement() throws {
    guard ranks.size > 1 else { return }
    let sum = Int(Checksum.crc32(UnsafeRawBufferPointer(memory.parameters)))
    let sums = ranks.gather(sum)
    // The first that differs says so, and that ends the job.
    guard sums.firstIndex(where: { $0 != sums[0] }) == ranks.rank else { return }
    throw Failure(
      Diagnostic(
        .error, .data, code: "ranks-differ",
        "rank \(ranks.rank) has come to other parameters than rank 0 by iteration \(Spelling.grouped(iterations))",
        help:
          "use processors of one kind, or what all have: make build MPI=1 ARCH=x86-64-v3, and OPENBLAS_CORETYPE=Haswell in the environment of all"
      ))
  }

  /// An iteration whose parameters are not finite was ruined by the one before it.
  private func explainDivergence(in batch: Int) {
    // Which rank has the rows that are to blame is not known: each goes through the whole batch by itself.
    if ranks.size > 1 {
      exchange?.completeGradients()
      load(batch, part: nil)
      _ = forward(batch, part: nil)
    }
    let isRuined = !memory.parameters.allSatisfy(\.isFinite)
    divergence =
      isRuined && batch > 0
      ? finder.update(iterations, examples: training.examples(of: batch - 1))
      : finder.forward(iterations + 1, examples: training.examples(of: batch))
  }

  var finder: DivergenceFinder {
    DivergenceFinder(plan, memory: memory, training: training.set)
  }

  /// Whether the run ends before all batches of the epoch had their turn.
  private var isUnfinishedEpoch: Bool { iterations < (epochs + 1) * training.count }

  /// Makes the iterations of an epoch that are left of it.
  private func iterateEpoch(
    _ observer: Observer, _ checkpointer: Checkpointer?
  ) throws -> Reason? {
    var begun = ContinuousClock.now
    func countTime() { trainingSeconds += (ContinuousClock.now - begun) / .seconds(1) }
    defer { countTime() }
    for batch in iterations - epochs * training.count..<training.count {
      guard iterations < plannedIterations else { break }
      if isStopWanted(observer, before: batch) { return .interrupted }
      let loss = iterate(batch) { [self] in
        IterationExchange.Wishes(
          stop: observer.shouldStop(),
          checkpoint: checkpointer?.isDue(iterations: iterations + 1) ?? false)
      }
      // What was learned from other numbers than those of the file is not written anywhere.
      if let failure = training.set.failure { throw failure }
      samples += training.rowCount(of: batch)
      guard loss.isFinite else {
        explainDivergence(in: batch)
        return .diverged
      }
      observer.iteration(iterations, loss)
      // Behind the last batch there is the evaluation first.
      guard batch + 1 < training.count, iterations < plannedIterations,
        isCheckpointDue(checkpointer, behind: batch)
      else { continue }
      countTime()
      save(to: checkpointer)
      begun = .now
    }
    return nil
  }

  /// Whether the run is to end before a batch.
  private func isStopWanted(_ observer: Observer, before batch: Int) -> Bool {
    guard let exchange else { return observer.shouldStop() }
    return exchange.wishes.stop && isBetweenUpdates(before: batch)
  }

  private func isCheckpointDue(_ checkpointer: Checkpointer?, behind batch: Int) -> Bool {
    guard let exchange else { return checkpointer?.isDue(iterations: iterations) ?? false }
    return exchange.wishes.checkpoint && isBetweenUpdates(before: batch + 1)
  }

  /// Whether no gradients of batches before this one are waiting: ranks would have a part of them each.
  private func isBetweenUpdates(before batch: Int) -> Bool {
    batch == 0 || batch >= updateGroup.upperBound
  }

  /// Makes sure that all examples so far were those of their files.
  ///
  /// - Throws: `Failure` if some that are on the disk could not be read.
  package func checkReading() throws {
    for set in sets.values { if let failure = set.failure { throw failure } }
  }

  /// What is compared to find the best epoch; without such a figure the last one is.
  private var stoppingMonitor: Monitor {
    plan.config.training.earlyStopping?.monitor ?? Monitor(name: "validation_loss")
  }

  private func figure(
    of monitor: Monitor, _ train: Figures, _ validation: Figures?
  ) -> MonitoredFigure {
    monitor.result(train: train, validation: validation, metrics: plan.metrics)
  }

  /// Tells that a monitored figure is undefined, the first time that it is.
  private func report(_ monitor: Monitor, _ observer: Observer) {
    guard undefinedMonitors.insert(monitor.name).inserted else { return }
    observer.warning(plan.warning(ofUndefined: monitor, inEpoch: epochs))
  }

  private func learningRate(of iteration: Int) -> Double {
    plan.config.training.schedule.rate(
      baseRate, iteration: iteration,
      iterations: plannedIterations, iterationsPerEpoch: iterationsPerEpoch, plateau: plateau)
  }

  /// Begins an epoch, counted from 0, for who calls `iterate` instead of `run`.
  package func begin(epoch: Int) {
    training.begin(epoch: epoch, seed: seed, shuffles: plan.config.training.shuffle)
  }

  /// One iteration: batch, forward, loss, backward, and, unless gradients accumulate further, the
  /// update. The first batch begins an epoch.
  ///
  /// - Parameter wishes: what is to happen behind it, where ranks take that up together.
  /// - Returns: the mean loss of the batch, before the update.
  package func iterate(_ batch: Int) -> Double { iterate(batch) { IterationExchange.Wishes() } }

  private func iterate(_ batch: Int, wishes: () -> IterationExchange.Wishes) -> Double {
    if batch == 0 {
      trainFigures.reset()
      gradientNorm.reset()
    }
    let part = exchange.map { $0.ranks.share(of: training.rowCount(of: batch)) }
    load(batch, part: part)
    if batch == 0 || batch >= updateGroup.upperBound {
      updateGroup = nextUpdateGroup(from: batch)
      weightOfUpdate = weight(of: updateGroup)
    }
    // An update moves the parameters, and the pass itself the statistics.
    best.modelMoves()
    var (pass, loss) = forward(batch, part: part)
    trainFigures.add(memory, loss: loss, rows: pass.rows)
    if let exchange { loss = exchange.sum(loss, wishes()) }
    guard loss.mean.isFinite else { return loss.mean }
    let isUpdated = batch + 1 == updateGroup.upperBound
    backward(pass, isLastOfUpdate: isUpdated)
    if isUpdated { update() }
    iterations += 1
    return loss.mean
  }

  /// Brings a batch into memory.
  ///
  /// - Parameter part: the rows that this rank computes; `nil` for all.
  private func load(_ batch: Int, part: Range<Int>?) {
    training.load(
      batch, part: part, features: memory.value(plan.network.input),
      targets: memory.value(plan.targets), pool: pool)
  }

  /// Brings what was loaded of a batch through the network.
  ///
  /// - Returns: the pass, and the loss of its rows, whose gradient is filled in.
  private func forward(_ batch: Int, part: Range<Int>?) -> (pass: Pass, loss: LossSum) {
    let rows = part?.count ?? training.rowCount(of: batch)
    let pass = Pass(
      .training, rows: rows, step: iterations, seed: seed, pool: pool,
      accumulatesGradients: batch > updateGroup.lowerBound,
      continuesState: plan.network.isStateful && batch > 0,
      share: part.map {
        BatchShare(
          first: $0.lowerBound, total: training.rowCount(of: batch), ranks: ranks,
          gathered: gathered)
      })
    plan.network.forward(memory, pass)
    let loss = LossKernel.evaluate(
      plan.loss, outputs: plan.network.answers, members: plan.network.members,
      targets: plan.targets, losses: plan.losses, memory: memory, rows: rows, needsGradient: true,
      weightOfUpdate: weightOfUpdate, isWeighted: training.set.isWeighted, pool: pool)
    return (pass, loss)
  }

  /// Computes the gradients and, where the update follows, adds them up over the ranks meanwhile.
  private func backward(_ pass: Pass, isLastOfUpdate: Bool) {
    guard let exchange, isLastOfUpdate else { return plan.network.backward(memory, pass) }
    exchange.beginGradients(complete: looksAtGradient)
    plan.network.backward(memory, pass) { exchange.finished(from: $0) }
    exchange.endGradients()
  }

  /// The batches that make one update, of which the first is this one.
  private func nextUpdateGroup(from batch: Int) -> Range<Int> {
    let size = plan.config.training.gradientAccumulation
    // The run may end within an epoch.
    let end = min(training.count, batch + max(1, plannedIterations - iterations))
    return batch..<min((batch / size + 1) * size, end)
  }

  /// The weight of all answers of some batches: their number where neither classes nor examples have weights.
  private func weight(of group: Range<Int>) -> Double {
    let loss = plan.loss
    var sum = 0.0
    for batch in group {
      if loss.weights.isEmpty {
        sum += training.weight(of: batch) * Double(plan.positions)
      } else {
        training.forEachClass(of: batch) { sum += Double(loss.weight(of: $0)) * Double($1) }
      }
    }
    return sum
  }

  /// Whether the length of the gradient of the update to come is noted.
  private var looksAtGradient: Bool {
    GradientNorm.isDue(
      updates, updatesPerEpoch: training.count / plan.config.training.gradientAccumulation)
  }

  private func update() {
    for (parameter, penalty) in penalties {
      let kernel = PenaltyKernel(penalty, parameter, memory: memory)
      pool.run(kernel, tiles: kernel.tileCount)
    }
    if looksAtGradient {
      gradientNorm.add(GradientNorm.of(memory, partialSums: partialSums, pool: pool))
    }
    plan.config.training.gradientClipping?.apply(
      to: memory, partialSums: partialSums, pool: pool)
    adaptRate()
    updates += 1
    let rate = learningRate(of: iterations)
    func move(_ range: Range<Int>) {
      let kernel = OptimizerKernel(
        plan.config.training.optimizer, memory: memory, range: range, step: updates,
        learningRate: rate, weightDecay: hypergradient?.weightDecay)
      if let kernel { pool.run(kernel, tiles: kernel.tileCount) }
    }
    if let exchange { exchange.update(move) } else { move(memory.parameters.indices) }
    if updates % Hypergradient.heldOutInterval == 0 { adaptDecay() }
  }

  // MARK: - Hypergradients

  /// What the schedule multiplies.
  private var baseRate: Double {
    hypergradient?.learningRate ?? plan.config.training.optimizer.learningRate
  }

  /// The mean of the parameters over the past.
  private var pathMeans: UnsafeMutableBufferPointer<Float>? {
    plan.config.training.hypergradient?.learningRate == nil
      ? nil : memory.optimizerState(plan.memory.optimizerStates - 1)
  }

  /// Moves the learning rate by the gradients of the update to come.
  private func adaptRate() {
    guard let pathMeans, let sums = partialSums.baseAddress else { return }
    let alignment = Alignment.toPath(
      gradients: memory.gradients, parameters: memory.parameters, means: pathMeans,
      decay: Hypergradient.pathDecay, partialSums: sums, pool: pool)
    let share = learningRate(of: iterations) / baseRate
    hypergradient?.adaptRate(alignment, share: share)
  }

  /// Moves the weight decay by the gradient of held-out examples.
  private func adaptDecay() {
    guard let heldOut, heldOut.count > 0, let sums = partialSums.baseAddress else { return }
    let batch = updates / Hypergradient.heldOutInterval % heldOut.count
    let rows = heldOut.rowCount(of: batch)
    heldOut.load(
      batch, features: memory.value(plan.network.input), targets: memory.value(plan.targets),
      pool: pool)
    let pass = Pass(.differentiation, rows: rows, pool: pool)
    plan.network.forward(memory, pass)
    let loss = LossKernel.evaluate(
      plan.loss, outputs: plan.network.answers, members: plan.network.members,
      targets: plan.targets, losses: plan.losses, memory: memory, rows: rows, needsGradient: true,
      isWeighted: heldOut.set.isWeighted, pool: pool)
    guard loss.mean.isFinite else { return }
    plan.network.backward(memory, pass)
    let alignment = Alignment.to(
      memory.parameters, gradients: memory.gradients, partialSums: sums, pool: pool)
    hypergradient?.adaptDecay(alignment)
  }

  /// The hyperparameters that are adapted, as they are now, by their keys in the optimizer.
  package var adapted: [JSONMember] {
    guard let hypergradient else { return [] }
    return
      (hypergradient.adaptsRate
      ? [JSONMember("learning_rate", .number(hypergradient.learningRate))] : [])
      + (hypergradient.adaptsDecay
        ? [JSONMember("weight_decay", .number(hypergradient.weightDecay))] : [])
  }

  /// The batches of one epoch.
  package var batchCount: Int { training.count }

  // MARK: - Evaluation

  /// The figures of every part, and for classes the report of what was held out.
  private func evaluateParts() -> (figures: [Part: Figures], report: ClassificationReport?) {
    let reported = [Part.test, .validation].first { sets[$0] != nil }
    var figures: [Part: Figures] = [:]
    var report: ClassificationReport?
    // Ranks go through the parts together, in one order.
    for part in Part.allCases {
      guard let set = sets[part] else { continue }
      guard part == reported, evaluator.reports else {
        let isUnfinished = part == .train && iterations < training.count
        figures[part] = isUnfinished ? figuresOfEpoch() : evaluator.evaluate(set)
        continue
      }
      // A report is of the answers in one place, and one rank tells of it.
      if ranks.rank > 0 { continue }
      (figures[part], report) = evaluator.report(on: set, of: part)
    }
    return (figures, report)
  }

  /// The figures of a set, without dropout.
  ///
  /// - Parameter batch: called with each batch whose outputs and targets are in memory.
  package func evaluate(
    _ set: ExampleSet, batch: (EvaluatedBatch) -> Void = { _ in }
  ) -> Figures {
    evaluator.evaluate(set, batch: batch)
  }
}

import Configuration
import Numerics

extension TrainingLoop: RunState {
  /// Everything besides the plan that the iterations to come depend on, the figures and the best model too.
  ///
  /// Random numbers, the order of the examples and the rate need nothing: they are functions of the iteration
  /// and of what is here.
  package func exchange(_ archive: inout StateArchive) {
    archive.value("iterations", &iterations)
    archive.value("epochs", &epochs)
    archive.value("updates", &updates)
    archive.within("plateau") { plateau.exchange(&$0) }
    archive.value("samples", &samples)
    archive.value("training_seconds", &trainingSeconds)
    var seconds = seconds
    archive.value("seconds", &seconds)
    if archive.isRestoring { secondsBefore = seconds }
    archive.array("model", memory.model)
    for index in 0..<plan.memory.optimizerStates {
      archive.array("optimizer.\(index)", memory.optimizerState(index))
    }
    archive.within("hypergradient") { hypergradient?.exchange(&$0) }
    archive.within("best") { best.exchange(&$0) }
    guard isWithinEpoch else { return }
    let batch = iterations - epochs * batchCount
    archive.within("train_figures") { archive in
      if archive.isRestoring || totalFigures == nil {
        trainFigures.exchange(&archive)
      } else {
        totalFigures?.exchange(&archive)
      }
    }
    // Some keep the answers of an epoch, and have room for those of its examples.
    if archive.isRestoring {
      let rows = (0..<batch).reduce(0) { $0 + training.rowCount(of: $1) }
      if !trainFigures.holds(rows: rows) { archive.note(Self.contradiction) }
      // One rank goes on with the figures of all.
      if ranks.rank > 0 { trainFigures.reset() }
    }
    archive.within("gradient_norm") { gradientNorm.exchange(&$0) }
    for (index, values) in memory.carried.enumerated() {
      archive.array("carried.\(index)", values)
    }
    var (first, end) = (updateGroup.lowerBound, updateGroup.upperBound)
    archive.value("update_first", &first)
    archive.value("update_end", &end)
    if archive.isRestoring { updateGroup = first..<max(first, end) }
    archive.value("weight_of_update", &weightOfUpdate)
    // A part of the gradients of an update may be there already.
    if batch > first, batch < end {
      archive.array("gradients", memory.gradients)
      // One rank goes on with what is there.
      if archive.isRestoring, ranks.rank > 0 { memory.gradients.update(repeating: 0) }
    }
  }

  /// Puts a run back to where it stood.
  ///
  /// - Throws: `Failure` if the checkpoint is not one of this run.
  package func restore(_ checkpoint: Checkpoint) throws {
    // Where a run stands decides what else was saved.
    guard isSound(iterations: checkpoint.iterations, epochs: checkpoint.epochs) else {
      throw checkpoint.failure(Self.contradiction)
    }
    var archive = checkpoint.archive
    exchange(&archive)
    if let problem = archive.problem { throw checkpoint.failure(problem) }
    guard updates <= iterations, isSoundInEpochs else {
      throw checkpoint.failure(Self.contradiction)
    }
  }

  private static let contradiction = "its numbers contradict each other"

  /// Goes on from the end of an epoch of another run, whose epochs may have another number of iterations.
  ///
  /// - Returns: why that cannot be; `nil` if it could.
  func takeOver(_ file: StateFile) -> String? {
    // The epochs that follow have to be counted, too.
    let (iterations, overflow) = file.epochs.multipliedReportingOverflow(by: batchCount)
    guard !overflow, 0...Int.max / 2 ~= iterations else { return Self.contradiction }
    let members = (file.state.members ?? []).map {
      $0.key == "iterations" ? JSONMember($0.key, .integer(min(iterations, plan.iterations))) : $0
    }
    var archive = file.archive(.object(members))
    exchange(&archive)
    if let problem = archive.problem { return problem }
    return isSoundInEpochs ? nil : Self.contradiction
  }

  /// Whether a run can have come so far.
  private func isSound(iterations: Int, epochs: Int) -> Bool {
    let count = max(1, batchCount)
    guard (0...plan.iterations).contains(iterations), (0...iterations / count).contains(epochs)
    else { return false }
    return iterations - epochs * count <= count
  }

  /// Whether the numbers that do not depend on how many iterations an epoch has fit each other.
  private var isSoundInEpochs: Bool {
    best.isSound(after: epochs) && plateau.isSound(after: epochs)
  }

  /// The model of the best epoch so far, in the layout of `Memory.model`; `nil` if none ended.
  package var bestModel: (epoch: Int, values: UnsafeMutableBufferPointer<Float>)? {
    best.epoch.map { ($0, best.values) }
  }

  func save(to checkpointer: Checkpointer?) {
    // Behind the evaluation of an epoch that was cut short there is nothing to go on from.
    guard iterations >= epochs * batchCount else { return }
    // Only one of the ranks writes, and it needs what all have.
    if isWithinEpoch { totalFigures?.takeTotals(of: trainFigures, over: ranks) }
    exchange?.completeStates()
    checkpointer?.save(iterations: iterations) { exchange(&$0) }
  }
}

import Configuration
import Datasets

/// Whether the run is long enough for what its settings count.
extension PlanChecker {
  func checkBatches() {
    if training.dropLast, training.batchSize > examples {
      report(
        "no-batch",
        "batch_size \(training.batchSize) is more than the \(Spelling.count(examples, "training example")), and drop_last leaves no batch",
        at: ConfigPath.root.key("training").key("batch_size"), help: "make batch_size smaller")
    }
  }

  /// What never comes to bear in a run of this length.
  func warnOfDurations() {
    let length = RunLength(training, examples: examples)
    guard length.iterations > 0 else { return }
    warnOfBatches(length)
    warnOfLimit(length)
    warnOfPatience(length)
    warnOfUnfinishedFall(length)
    warnOfLatePlateau()
    warnOfSchedule(length)
  }

  private func warnOfBatches(_ length: RunLength) {
    let path = ConfigPath.root.key("training")
    if training.batchSize > examples {
      warn(
        "inert",
        "batch_size \(training.batchSize) is more than the \(Spelling.count(examples, "training example")); each epoch is one batch",
        at: path.key("batch_size"), help: nil)
    }
    if training.gradientAccumulation > length.iterationsPerEpoch {
      warn(
        "inert",
        "gradient_accumulation \(training.gradientAccumulation) is more than the \(Spelling.count(length.iterationsPerEpoch, "batch", plural: "batches")) of an epoch, which makes one update",
        at: path.key("gradient_accumulation"), help: nil)
    }
  }

  private func warnOfLimit(_ length: RunLength) {
    guard let most = training.maxIterations, most > length.iterations else { return }
    warn(
      "inert",
      "the run has \(Spelling.count(length.iterations, "iteration")) and never comes to \(Spelling.grouped(most))",
      at: ConfigPath.root.key("training").key("max_iterations"), help: nil)
  }

  private func warnOfPatience(_ length: RunLength) {
    // The first epoch improves on nothing, and after the last there is nothing to end.
    guard let patience = training.earlyStopping?.patience, max(1, patience) >= length.epochs - 1
    else { return }
    warn(
      "inert",
      "a patience of \(patience) never ends a run of \(Spelling.count(length.epochs, "epoch"))",
      at: ConfigPath.root.key("training").key("early_stopping").key("patience"), help: nil)
  }

  /// Schedules that fall to the end of the run do most of their good there.
  private func warnOfUnfinishedFall(_ length: RunLength) {
    guard let patience = training.earlyStopping?.patience,
      training.schedule is OneCycleSchedule
        // One that ends before the run is over then.
        || (training.schedule as? CosineSchedule).map({ $0.totalIterations == nil }) == true,
      // A quarter of the run is what 'init' writes, and guards against runs that are lost.
      patience < length.epochs / 4
    else { return }
    let type = type(of: training.schedule).type
    warn(
      "unfinished-schedule",
      "a patience of \(patience) may end the run of \(Spelling.count(length.epochs, "epoch")) before the rate of \(type) has fallen",
      at: ConfigPath.root.key("training").key("early_stopping").key("patience"),
      help: "make it \(length.epochs / 4) at least, a quarter of the epochs")
  }

  /// A plateau of the figure whose stopping ends the run has to be over before that.
  private func warnOfLatePlateau() {
    guard let schedule = training.schedule as? ReduceOnPlateauSchedule,
      let stopping = training.earlyStopping, schedule.monitor == stopping.monitor,
      // Else what counts as an improvement for one may be none for the other.
      schedule.minimumDelta == 0 || schedule.minimumDelta == stopping.minimumDelta,
      // One epoch more than its patience is waited for, and the rate is that of the epochs after it.
      schedule.patience + 1 >= max(1, stopping.patience)
    else { return }
    warn(
      "inert",
      "a patience of \(schedule.patience) never reduces the rate, since early stopping with one of \(stopping.patience) ends the run before",
      at: ConfigPath.root.key("training").key("learning_rate_schedule").key("patience"),
      help: stopping.patience >= 2
        ? "make it \(stopping.patience - 2) at most; half of that of early stopping is usual"
        : "make the patience of early stopping larger")
  }

  private func warnOfSchedule(_ length: RunLength) {
    let path = ConfigPath.root.key("training").key("learning_rate_schedule")
    let warmup = training.schedule.warmupIterations
    guard warmup < length.iterations else {
      warn(
        "inert",
        "a warm-up of \(Spelling.count(warmup, "iteration")) does not end in a run of \(Spelling.grouped(length.iterations))",
        at: path.key("warmup_iterations"), help: nil)
      return
    }
    if training.schedule is OneCycleSchedule, warmup > 0 {
      warn(
        "second-warmup", "one_cycle begins with a warm-up of its own, and this one comes before it",
        at: path.key("warmup_iterations"), help: "leave it out")
    }
    let base = training.optimizer.learningRate
    if let lowest = training.schedule.lowestRate, lowest.value > base {
      let type = type(of: training.schedule).type
      warn(
        "rising-rate",
        "\(lowest.key) \(Float(lowest.value).text) is above the learning rate \(Float(base).text): it does not fall",
        at: path.key(lowest.key), help: "\(type) is for a rate that falls")
    }
    let span = ScheduleSpan(
      iterations: length.iterations - warmup, iterationsPerEpoch: length.iterationsPerEpoch,
      runEpochs: length.epochs)
    for setting in training.schedule.inertSettings(in: span) {
      warn("inert", setting.message, at: ConfigPath(steps: path.steps + setting.path), help: nil)
    }
  }
}

import Configuration
import Datasets
import Network
import Numerics

/// Whether the loss, the metrics and what monitors them fit the task and each other.
extension PlanChecker {
  static func standardLoss(for task: LearningTask) -> any Loss {
    switch task {
    case .classification: CrossEntropy()
    case .regression: MeanSquaredError()
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

  func checkMetrics(_ metrics: [any Metric], loss: any Loss) {
    if loaded.hasErrors(in: "training") { return }
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
    let path = ConfigPath.root.key("training")
    if let stopping = training.earlyStopping {
      check(
        stopping.monitor, stopping.minimumDelta, metrics, at: path.key("early_stopping"))
    }
    if let schedule = training.schedule as? ReduceOnPlateauSchedule {
      check(
        schedule.monitor, schedule.minimumDelta, metrics, at: path.key("learning_rate_schedule"))
    }
  }

  private func check(
    _ monitor: Monitor, _ minimumDelta: Double, _ metrics: [any Metric], at path: ConfigPath
  ) {
    let figures = ["loss"] + metrics.map { type(of: $0).type }
    let parts = ["train_"] + (data.counts[.validation] == nil ? [] : ["validation_"])
    let known = parts.flatMap { part in figures.map { part + $0 } } + figures
    guard !known.contains(monitor.name) else {
      let metric = metrics.first { type(of: $0).type == monitor.figure }
      if let metric, type(of: metric).isFraction, minimumDelta >= 1 {
        warn(
          "inert",
          "\(monitor.figure) lies between 0 and 1 and never improves by \(JSONNumber(minimumDelta).text)",
          at: path.key("minimum_delta"), help: nil)
      }
      return
    }
    let isHeldOutMissing = monitor.isValidation && figures.contains(monitor.figure)
    report(
      "monitor", "no figure is called '\(monitor.name)'", at: path.key("monitor"),
      help: isHeldOutMissing
        ? "give data.validation, or monitor one of: \(known.joined(separator: ", "))"
        : "figures: \(known.joined(separator: ", ")); others are added in training.metrics")
  }
}

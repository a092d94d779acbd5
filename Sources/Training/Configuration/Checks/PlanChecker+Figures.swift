import Configuration
import Datasets
import Network
import Numerics

/// Whether the loss, the metrics and what monitors them fit the task and each other.
extension PlanChecker {
  static func standardLoss(for data: PreparedData) -> any Loss {
    switch data.task {
    case .classification:
      data.encoding.target.list == nil ? CrossEntropy() : BinaryCrossEntropy()
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
    for label in weights.unknownLabels(classes: classes) {
      let place = loaded.document.keyLocation(of: path.key(label))?.place
      report(
        Diagnostic(
          .error, .configuration, code: "unknown-label",
          "class_weights names \"\(label)\", which is no class of the training part", at: place,
          help:
            "classes: \((data.encoding as? TextEncoding)?.vocabulary.list ?? Spelling.shortened(classes))"
        ))
    }
    let resolved = weights.resolved(classes: classes, counts: data.classCounts)
    let weighted = zip(classes, resolved).filter { $0.1 > 0 }.map { $0.0 }
    if weighted.isEmpty {
      report(
        "no-weight", "class_weights leaves every class without a weight", at: path,
        help: "give at least one class a weight above 0")
    } else if case .byLabel = weights, weighted.count == 1, classes.count > 1 {
      warn(
        "one-class",
        "class_weights leaves \(JSONValue.string(weighted[0]).compactText) alone with a weight: the network will learn to answer nothing else",
        at: path, help: "give another class a weight above 0, or leave the others out of the data")
    }
  }

  /// Classes that follow each other need an order.
  func checkOrder(of loss: any Loss) {
    let target = data.encoding.target
    guard loss is Ordinal, target.classes.count > 2, !target.isOrdered,
      !target.classes.allSatisfy({ Double($0) != nil })
    else { return }
    let name = JSONValue.string(target.columns.first?.name ?? "").compactText
    let classes = target.classes.map { JSONValue.string($0).compactText }
    report(
      "missing-key", "the loss ordinal needs the order of the classes, which are no numbers",
      at: ConfigPath.root.key("training").key("loss"),
      help: data.encoding is TableEncoding
        // A line with the classes by their letters would be wrong as it stands, and nothing would say so.
        ? "write \"columns\": {\(name): {\"order\": […]}} in data, with these from the first to the last, "
          + "which their names do not tell: \(Spelling.shortened(classes))"
        : "use \"cross_entropy\"")
  }

  /// Loss and metrics have to be made for what is learned.
  func checkTasks(of metrics: [any Metric], loss: any Loss) {
    // What was not understood would contradict anything.
    if loaded.hasErrors(in: "training", "loss") || loaded.hasErrors(in: "training", "metrics") {
      return
    }
    // The outputs of a loss for another task say nothing of what the metrics of this one need.
    let fitting = type(of: loss).task == data.task ? loss : Self.standardLoss(for: data)
    for (index, metric) in metrics.enumerated() {
      guard
        let problem = Metrics.problem(
          of: metric, data.encoding.target, isText: data.encoding.vocabularySize != nil,
          link: type(of: fitting).link)
      else { continue }
      let path = ConfigPath.root.key("training").key("metrics").index(index)
      report(
        problem.code, problem.message, at: ConfigPath(steps: path.steps + problem.path.steps),
        help: problem.help)
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
    // As Keras and Lightning call it.
    let meant = "validation_\(monitor.name.trimmingPrefix("val_"))"
    report(
      "monitor", "no figure is called '\(monitor.name)'", at: path.key("monitor"),
      help: known.contains(meant)
        ? "did you mean \"\(meant)\"?"
        : isHeldOutMissing
          ? "give data.validation, or monitor one of: \(known.joined(separator: ", "))"
          : "figures: \(known.joined(separator: ", ")); others are added in training.metrics")
  }
}

import Configuration
import Datasets
import Network

extension RunPlan {
  /// What to say of a monitored figure that the examples leave undefined, and what to do about it.
  func warning(ofUndefined monitor: Monitor, inEpoch epoch: Int) -> Diagnostic {
    let metric = metrics.first { type(of: $0).type == monitor.figure }
    let requirement =
      metric.flatMap { type(of: $0).requirement } ?? "examples that weigh something"
    let isOfTraining = data.counts[.validation] == nil || monitor.name.hasPrefix("train_")
    let part = isOfTraining ? "training" : "validation"
    let loss = isOfTraining ? "train_loss" : "validation_loss"
    return Diagnostic(
      .warning, .data, code: "undefined-monitor",
      "\(monitor.name) is undefined in epoch \(epoch), since the \(part) part lacks \(requirement); epochs without it count neither as better nor as worse, and if none has it, the model is that of the last",
      help: isOfTraining
        ? "monitor \(loss)"
        : data.task == .classification
          ? "hold out rows with and without each class, where a fraction is held out by \"stratify\": true, or monitor \(loss)"
          : "hold out more rows, or monitor \(loss)")
  }
}

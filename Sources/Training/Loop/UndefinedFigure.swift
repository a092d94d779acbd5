import Configuration
import Datasets
import Network

// What to say of a figure that the examples leave undefined.
extension RunPlan {
  /// `validation_roc_auc is undefined, since the validation part lacks rows of both classes`
  package func cause(ofUndefined monitor: Monitor) -> String {
    "\(monitor.name) is undefined, since the \(part(of: monitor).rawValue) part lacks \(requirement(of: monitor))"
  }

  /// What to say of one that is monitored, and what to do about it.
  func warning(ofUndefined monitor: Monitor, inEpoch epoch: Int) -> Diagnostic {
    let part = part(of: monitor)
    return Diagnostic(
      .warning, .data, code: "undefined-monitor",
      "\(monitor.name) is undefined in epoch \(epoch), since the \(part.rawValue) part lacks \(requirement(of: monitor)); epochs without it count neither as better nor as worse, and if none has it, the model is that of the last",
      help: part == .train
        ? "monitor train_loss" : "hold out \(advice), or monitor \(part.rawValue)_loss")
  }

  private func requirement(of monitor: Monitor) -> String {
    let metric = metrics.first { type(of: $0).type == monitor.figure }
    return metric.flatMap { type(of: $0).requirement } ?? "examples that weigh something"
  }

  private func part(of monitor: Monitor) -> Part {
    if monitor.name.hasPrefix("test_") { return .test }
    return data.counts[.validation] == nil || monitor.name.hasPrefix("train_")
      ? .train : .validation
  }

  /// What would have the figure.
  private var advice: String {
    guard data.task == .classification else { return "more rows" }
    let table = data.config as? CSVDataConfig
    if table?.group != nil { return "groups that have rows with and without each class" }
    let rows = "rows with and without each class"
    return table?.drawsWithoutStrata == true ? rows + ", by \"stratify\": true" : rows
  }
}

extension CSVDataConfig {
  /// Whether a validation part is drawn that could have each class in its share.
  fileprivate var drawsWithoutStrata: Bool {
    if case .fraction(_, isStratified: false) = validation { true } else { false }
  }
}

import Datasets
import Network

extension Metrics {
  /// The types that say something of a target, in the order of the catalog.
  ///
  /// - Parameters:
  ///   - isText: whether the target is the next token of a text.
  ///   - link: from the outputs to predictions, as the loss says.
  static func fitting(_ target: TargetEncoding, isText: Bool, link: Link) -> [String] {
    catalog.entries.filter { obstacle(to: $0.make(), target, isText: isText, link: link) == nil }
      .map(\.type)
  }

  /// Why a metric says nothing of a target; `nil` if it does.
  static func problem(
    of metric: any Metric, _ target: TargetEncoding, isText: Bool, link: Link
  ) -> PlanError? {
    switch obstacle(to: metric, target, isText: isText, link: link) {
    case nil: nil
    case .other(let error): error
    case .kind(let message):
      PlanError(
        code: "task", message,
        help: "metrics for \(target.task.rawValue): "
          + fitting(target, isText: isText, link: link).joined(separator: ", "))
    }
  }

  private enum Obstacle {
    /// Another kind of target is wanted, for which there are other metrics.
    case kind(String)
    case other(PlanError)
  }

  private static func obstacle(
    to metric: any Metric, _ target: TargetEncoding, isText: Bool, link: Link
  ) -> Obstacle? {
    let type = type(of: metric)
    guard type.task == target.task else {
      return .kind(
        "the metric \(type.type) is for \(type.task.rawValue), but the task is \(target.task.rawValue)"
      )
    }
    guard isText || !type.isForTexts else {
      return .kind(
        "the metric \(type.type) is for the tokens of a text, and these are no tokens")
    }
    do throws(PlanError) {
      try metric.check(target, link: link)
      return nil
    } catch {
      return .other(error)
    }
  }
}

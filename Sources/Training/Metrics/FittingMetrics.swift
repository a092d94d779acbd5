import Datasets
import Network

extension Metrics {
  /// The types that say something of a target, in the order of the catalog.
  ///
  /// - Parameters:
  ///   - isText: whether the target is the next token of a text.
  ///   - link: from the outputs to predictions, as the loss says.
  static func fitting(_ target: TargetEncoding, isText: Bool, link: Link) -> [String] {
    catalog.entries.filter { entry in
      let metric = entry.make()
      guard type(of: metric).task == target.task, isText || !type(of: metric).isForTexts else {
        return false
      }
      do throws(PlanError) {
        try metric.check(target, link: link)
        return true
      } catch {
        return false
      }
    }.map(\.type)
  }

  /// Why a metric says nothing of a target; `nil` if it does.
  static func problem(
    of metric: any Metric, _ target: TargetEncoding, isText: Bool, link: Link
  ) -> PlanError? {
    let type = type(of: metric)
    guard type.task == target.task else {
      return PlanError(
        code: "task",
        "the metric \(type.type) is for \(type.task.rawValue), but the task is \(target.task.rawValue)",
        help: help(target, isText: isText, link: link))
    }
    guard isText || !type.isForTexts else {
      return PlanError(
        code: "task",
        "the metric \(type.type) is for the tokens of a text, and these are no tokens",
        help: help(target, isText: isText, link: link))
    }
    do throws(PlanError) {
      try metric.check(target, link: link)
      return nil
    } catch {
      return error
    }
  }

  private static func help(_ target: TargetEncoding, isText: Bool, link: Link) -> String {
    "metrics for \(target.task.rawValue): "
      + fitting(target, isText: isText, link: link).joined(separator: ", ")
  }
}

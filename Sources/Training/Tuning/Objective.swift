import Configuration
import Datasets

/// A figure that a search makes small or large, as a run knows it.
package struct Objective: Sendable {
  package let name: String
  package let isMaximized: Bool
  private let cost: Cost?

  private enum Cost: String {
    case seconds
    case parameters
    case memory = "memory_bytes"
  }

  /// - Throws: `Failure` if no run of the plan has the figure.
  init(_ config: ObjectiveConfig, plan: RunPlan, at location: Location?) throws {
    name = config.metric
    cost = Cost(rawValue: config.metric)
    func fail(_ message: String, help: String?) -> Failure {
      Failure(
        Diagnostic(
          .error, .configuration, code: "objective", message, at: location?.place, help: help))
    }
    guard cost == nil else {
      isMaximized = config.direction == .maximize
      return
    }
    let figure = FigureOfPart(config.metric)
    let metrics = plan.metrics.map { type(of: $0).type }
    let known = ["loss"] + metrics
    guard known.contains(figure.figure) else {
      let all =
        known.map { (figure.part ?? .validation).rawValue + "_" + $0 } + ObjectiveConfig.costs
      throw fail(
        "no run reports '\(config.metric)'",
        help: config.missingMetric
          ?? Spelling.nearest(to: config.metric, among: all).map { "did you mean \"\($0)\"?" }
          ?? "there is \(all.joined(separator: ", ")); name others in training.metrics")
    }
    if let part = figure.part, plan.data.counts[part] == nil {
      throw fail(
        "there is no \(part.rawValue) part to tell '\(config.metric)' of",
        help: "hold one out: \"\(part.rawValue)\": {\"fraction\": 0.2} in data")
    }
    let isHigherBetter = plan.metrics.contains {
      type(of: $0).type == figure.figure && type(of: $0).isHigherBetter
    }
    isMaximized = config.direction.map { $0 == .maximize } ?? isHigherBetter
  }

  /// `loss` or the name of a metric; `nil` of what a run takes.
  var figure: String? { cost == nil ? FigureOfPart(name).figure : nil }

  /// Whether it is told of examples, and not of what a run takes.
  var isFigure: Bool { cost == nil }

  /// Whether it is the loss of a part.
  package var isLoss: Bool { figure == FigureName.loss }

  /// The figure of a run that ended; not a number if it has none.
  package func value(of outcome: TrainingLoop.Outcome, _ plan: RunPlan) -> Double {
    switch cost {
    case .seconds: return outcome.seconds
    case .parameters: return Double(plan.parameterCount)
    case .memory: return Double(plan.ownBytes)
    case nil: break
    }
    let wanted = FigureOfPart(name)
    let part =
      switch wanted.part {
      case .train: outcome.train
      case .validation: outcome.validation
      case .test: outcome.test
      case nil: outcome.validation ?? outcome.train
      }
    return part?[wanted.figure] ?? .nan
  }

  /// Why a run has no such figure; `nil` if it computes it.
  package func absence(in plan: RunPlan) -> String? {
    let figure = FigureOfPart(name).figure
    guard cost == nil, figure != "loss",
      !plan.metrics.contains(where: { type(of: $0).type == figure })
    else { return nil }
    return "'\(name)' is not computed for this trial: add \"\(figure)\" to each training.metrics"
  }

  /// The figure at the end of an epoch; `nil` if it is known at the end of a run only.
  package func value(of epoch: TrainingLoop.Epoch) -> Double? {
    guard cost == nil else { return nil }
    let wanted = FigureOfPart(name)
    switch wanted.part {
    case .train: return epoch.train[wanted.figure]
    case .validation: return epoch.validation?[wanted.figure]
    case .test: return nil
    case nil: return (epoch.validation ?? epoch.train)[wanted.figure]
    }
  }

  /// A value of which smaller is better, infinite where it is not a number.
  package func cost(of value: Double) -> Double {
    value.isNaN ? .infinity : isMaximized ? -value : value
  }
}

extension ObjectiveConfig {
  /// What to do where no run computes it: name its metric, if there is such a one.
  fileprivate var missingMetric: String? {
    let figure = FigureOfPart(metric).figure
    guard Metrics.catalog.entries.contains(where: { $0.type == figure }) else { return nil }
    return "add \"\(figure)\" to training.metrics"
  }

  /// Whether it is made large, as far as its direction and the name of its metric tell.
  package var isMaximizedByName: Bool {
    if let direction { return direction == .maximize }
    let figure = FigureOfPart(metric).figure
    let known = Metrics.catalog.entries.first { $0.type == figure }?.make()
    return known.map { type(of: $0).isHigherBetter } ?? false
  }
}

/// `validation_loss` taken apart.
private struct FigureOfPart {
  let part: Part?
  let figure: String

  init(_ name: String) {
    let found = Part.allCases.first { name.hasPrefix($0.rawValue + "_") }
    part = found
    figure = found.map { String(name.dropFirst($0.rawValue.count + 1)) } ?? name
  }
}

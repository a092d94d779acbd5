import Configuration
import Datasets

/// What came out of the folds of a cross-validation.
package struct CrossValidationResult: Sendable {
  package struct Fold: Sendable {
    /// From 1.
    package let number: Int
    /// The examples of each part.
    package let counts: [Part: Int]
    package let outcome: TrainingLoop.Outcome

    /// Whether the fold was trained to its end, so that its figures count.
    package var isComplete: Bool {
      outcome.reason == .completed || outcome.reason == .earlyStopping
    }

    package func figures(of part: Part) -> Figures? {
      switch part {
      case .train: outcome.train
      case .validation: outcome.validation
      case .test: outcome.test
      }
    }

    fileprivate var json: JSONValue {
      let sizes = Part.allCases.compactMap { part in
        counts[part].map { JSONMember(part.rawValue, .integer($0)) }
      }
      return .object(
        [JSONMember("fold", .integer(number)), JSONMember("examples", .object(sizes))]
          + (Events.summary(outcome).members ?? []))
    }
  }

  package let plan: CrossValidationPlan
  /// Those that were begun.
  package internal(set) var folds: [Fold] = []

  init(_ plan: CrossValidationPlan) { self.plan = plan }

  package var wasInterrupted: Bool {
    folds.count < plan.folds.count || folds.contains { $0.outcome.reason == .interrupted }
  }

  package var diverged: [Fold] { folds.filter { $0.outcome.reason == .diverged } }

  /// The figures of a part over all folds that were trained to their end; empty without such a part.
  package func summaries(of part: Part) -> [FigureSummary] {
    FigureSummary.summaries(
      of: folds.filter(\.isComplete).compactMap { $0.figures(of: part) })
  }

  /// The same for equal configurations and data.
  package var json: JSONValue { .object(members) }

  /// The last event of a run.
  package func event(run: String, seconds: Double) -> JSONValue {
    .object(
      [JSONMember("event", .string("cross_validation"))] + members + [
        JSONMember("seconds", .number((seconds * 1e6).rounded() / 1e6)),
        JSONMember("run", .string(run)),
      ])
  }

  private var members: [JSONMember] {
    let summary = Part.allCases.compactMap { part -> JSONMember? in
      let figures = summaries(of: part)
      return figures.isEmpty ? nil : JSONMember(part.rawValue, .object(figures.map(\.json)))
    }
    return [
      JSONMember("name", .string(plan.name)), JSONMember("seed", .integer(plan.model.config.seed)),
      JSONMember("folds", .integer(plan.folds.count)),
      JSONMember("division", .string(plan.division.rawValue)),
      JSONMember("summary", .object(summary)),
      JSONMember("results", .array(folds.map(\.json))),
    ]
  }
}

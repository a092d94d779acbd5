import Configuration

/// One evaluation of the objectives of a study.
package struct StudyTrial: Sendable {
  package enum State: String, Sendable, CaseIterable {
    case running = "RUNNING"
    case complete = "COMPLETE"
    case pruned = "PRUNED"
    case fail = "FAIL"
    /// To be tried, with some values given beforehand.
    case waiting = "WAITING"

    package var isFinished: Bool { self == .complete || self == .pruned || self == .fail }
  }

  package struct Parameter: Sendable, Equatable {
    package let name: String
    /// The number itself, or the index of a choice; not a number where the file has none.
    package let value: Double
    package let distribution: Distribution

    package init(_ name: String, _ value: Double, _ distribution: Distribution) {
      self.name = name
      self.value = value
      self.distribution = distribution
    }

    package var meaning: ChoiceValue? { distribution.meaning(of: value) }
  }

  /// The identity in the file, over all its studies; the dashboard's addresses have it.
  package let identifier: Int64
  /// From 0, in the order in which trials were added to the study.
  package let number: Int
  package var state: State
  /// In the order in which they were drawn.
  package var parameters: [Parameter]
  /// One for each objective, or none; infinities are values, not-a-number is not.
  package var values: [Double]
  /// By step; not-a-number and infinities are values.
  package var intermediateValues: [Int: Double]
  package var userAttributes: [String: JSONValue]
  package var systemAttributes: [String: JSONValue]
  /// Local time, `YYYY-MM-DD HH:MM:SS.ffffff`.
  package var startDate: String?
  package var completionDate: String?

  package func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

  /// What was given beforehand for a waiting trial, by Optuna's `enqueue_trial` or `StudyFile.enqueue`.
  package var fixedParameters: [String: ChoiceValue]? {
    systemAttributes[Self.fixedParametersKey]?.members.map { members in
      Dictionary(members.map { ($0.key, ChoiceValue($0.value)) }) { $1 }
    }
  }

  static let fixedParametersKey = "fixed_params"

  /// Whether none of the trial's constraints, which Optuna keeps as system attributes, is above 0.
  package var isFeasible: Bool {
    systemAttributes.allSatisfy { key, value in
      if key == "constraints" { return (value.items ?? []).allSatisfy { ($0.double ?? 0) <= 0 } }
      return !key.hasPrefix("constraints:") || (value.double ?? 0) <= 0
    }
  }
}

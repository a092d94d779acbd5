/// From what the value of a hyperparameter was drawn, as Optuna describes it.
package enum Distribution: Sendable, Equatable {
  /// Numbers from `low` to `high`, both included; with a step those that are whole steps above `low`.
  case float(low: Double, high: Double, step: Double?, isLogarithmic: Bool)
  case integer(low: Int, high: Int, step: Int, isLogarithmic: Bool)
  /// The value of such a hyperparameter is the index of a choice.
  case categorical([ChoiceValue])

  /// Whether Optuna takes both for one hyperparameter of a study: ranges may move, choices may not.
  package func isCompatible(with other: Distribution) -> Bool {
    switch (self, other) {
    case (.float(_, _, _, let isLogarithmic), .float(_, _, _, let other)): isLogarithmic == other
    case (.integer(_, _, _, let isLogarithmic), .integer(_, _, _, let other)):
      isLogarithmic == other
    case (.categorical(let choices), .categorical(let other)): choices == other
    default: false
    }
  }

  /// What a stored number means; nil for an index without a choice or a number that is no integer.
  package func meaning(of value: Double) -> ChoiceValue? {
    switch self {
    case .float: .double(value)
    case .integer: Int(exactly: value).map { .integer($0) }
    case .categorical(let choices):
      Int(exactly: value).flatMap { choices.indices.contains($0) ? choices[$0] : nil }
    }
  }
}

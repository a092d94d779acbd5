/// What a model is asked to predict, as the losses and metrics see it.
package enum TargetKind: Sendable, Equatable {
  /// One of so many classes; a target is one number, the index of the class.
  case classIndex(count: Int)
  /// So many real numbers.
  case values(count: Int)

  /// The numbers of one target.
  package var width: Int {
    switch self {
    case .classIndex: 1
    case .values(let count): count
    }
  }
}

/// What kind of answer is learned.
package enum LearningTask: String, CaseIterable, Sendable {
  case classification
  case regression
}

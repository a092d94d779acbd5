import Configuration
import Datasets
import Numerics

/// Whether a target is learned as classes or as a number.
struct TaskChoice {
  let task: LearningTask
  /// Why, where it could have been the other; to follow a colon.
  let reason: String?

  init(_ column: ColumnProfile, wanted: LearningTask?) throws(Failure) {
    let isNumber = column.kind == .number
    if let wanted {
      if wanted == .regression, !isNumber {
        throw Failure(
          Diagnostic(
            .error, .usage, code: "task",
            "the column '\(column.name)' holds texts, which are no numbers to predict",
            help: "leave --task out to learn classes"))
      }
      (task, reason) = (wanted, nil)
    } else if !isNumber {
      (task, reason) = (.classification, nil)
    } else if column.distinct == 2 {
      (task, reason) = (.classification, "two different numbers are two classes")
    } else if column.isInteger, column.distinct <= FewNumbers.mostClasses,
      column.present >= column.distinct * FewNumbers.rowsPerClass
    {
      (task, reason) = (
        .classification,
        "\(column.distinct) different integers are taken for classes; --task regression predicts a number"
      )
    } else if column.isInteger, column.distinct <= 2 * FewNumbers.mostClasses {
      (task, reason) = (
        .regression,
        "\(column.distinct) different integers are taken for a quantity; --task classification learns classes"
      )
    } else {
      (task, reason) = (.regression, nil)
    }
  }
}

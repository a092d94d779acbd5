import Configuration

/// Files of examples with their answers, which came after training.
package struct LabeledFiles {
  /// A path, or `-` for standard input.
  package let features: String
  /// The answers of arrays, which have a file of their own.
  package let labels: String?
  /// Takes what is wrong with a row, which is left out then; `nil` for files that have to be right as a whole.
  package let skip: ((Failure) throws -> Void)?

  package init(
    features: String, labels: String? = nil, skip: ((Failure) throws -> Void)? = nil
  ) {
    self.features = features
    self.labels = labels
    self.skip = skip
  }
}

/// Examples with their answers, encoded as a model learned to encode them.
package struct LabeledExamples: Sendable {
  package let set: ExampleSet
  /// Rows without a value that training would have left out, too.
  package var droppedRows = 0
  /// Rows with something wrong.
  package var skippedRows = 0
  /// The columns of a table that the model does not use.
  package var extraColumns: [String] = []
  /// Whether each example is a window that begins where the one before it ends.
  package var isContinuous = false
  package var warnings: [Diagnostic] = []

  package init(
    set: ExampleSet, droppedRows: Int = 0, skippedRows: Int = 0, extraColumns: [String] = [],
    isContinuous: Bool = false, warnings: [Diagnostic] = []
  ) {
    self.set = set
    self.droppedRows = droppedRows
    self.skippedRows = skippedRows
    self.extraColumns = extraColumns
    self.isContinuous = isContinuous
    self.warnings = warnings
  }
}

extension Failure {
  /// A model whose configuration and encoding are not of one kind.
  static func contradictoryModel() -> Failure {
    Failure(
      Diagnostic(
        .error, .data, code: "model-contents",
        "the model's configuration and its encoding are of different kinds of data"))
  }
}

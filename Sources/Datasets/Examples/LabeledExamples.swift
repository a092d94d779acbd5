import Configuration

/// Files of examples with their answers, which came after training.
package struct LabeledFiles: Sendable {
  /// A path, or `-` for standard input.
  package let features: String
  /// The answers of arrays, which have a file of their own.
  package let labels: String?

  package init(features: String, labels: String? = nil) {
    self.features = features
    self.labels = labels
  }
}

/// Examples with their answers, encoded as a model learned to encode them.
package struct LabeledExamples: Sendable {
  package let set: ExampleSet
  /// Rows without a value that training would have left out, too.
  package var droppedRows = 0
  /// The columns of a table that the model does not use.
  package var extraColumns: [String] = []
  /// Whether each example is a window that begins where the one before it ends.
  package var isContinuous = false
  package var warnings: [Diagnostic] = []
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

import Configuration
import Numerics

extension ArrayPreparation {
  /// Reads a pair of files that are examples as a whole, with a scale that is fitted already.
  ///
  /// - Throws: `Failure` if they do not fit each other or the model.
  func labeled(
    features: String, labels: String, encoding: ArrayEncoding
  ) throws -> LabeledExamples {
    var files = IDXFiles()
    files.features = features
    files.labels = labels
    let loaded = try load(files, at: []) {
      try IDXFile(FileBytes(input: $0, compression: .keep))
    }
    guard loaded.storedShape == encoding.storedShape else {
      throw failure(
        "shape",
        "\(Spelling.file(features)) holds examples of the shape \(Shape(loaded.storedShape)), the model "
          + "was trained on \(Shape(encoding.storedShape))")
    }
    try encoding.check(loaded.features)
    let rows = (0..<loaded.count).map { Int32($0) }
    let target = encoding.target
    if !target.classes.isEmpty {
      try checkLabels(loaded, rows, target.classes, of: Spelling.file(labels), at: [])
    } else if loaded.labelWidth != target.columns.count {
      throw failure(
        "shape",
        "'\(labels)' holds \(Spelling.count(loaded.labelWidth, "number")) for each example, the "
          + "model predicts \(Spelling.grouped(target.columns.count))")
    }
    guard
      let set = try Self.encode(
        [.test: ArrayPart(arrays: loaded, rows: rows)], encoding)[.test]
    else {
      preconditionFailure("a part was lost")
    }
    return LabeledExamples(set: set)
  }

  private func failure(_ code: String, _ message: String) -> Failure {
    Failure(Diagnostic(.error, .data, code: code, message))
  }
}

extension IDXDataConfig {
  package func labeledExamples(
    in files: LabeledFiles, encoding: any DataEncoding, _ context: DataContext
  ) throws -> LabeledExamples {
    guard let encoding = encoding as? ArrayEncoding else { throw Failure.contradictoryModel() }
    guard let labels = files.labels else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "no-labels", "the model reads arrays, whose labels have a file",
          help: "name that file with --labels"))
    }
    guard files.features != "-" || labels != "-" else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "usage", "arrays and labels cannot both come from standard input"))
    }
    return try ArrayPreparation(config: self, context: context).labeled(
      features: files.features, labels: labels, encoding: encoding)
  }
}

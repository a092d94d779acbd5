import Configuration
import Datasets
import Network
import Numerics

/// The model of a run and the examples of its own data, to see answers one by one.
package struct RunExamination {
  package let evaluation: ModelEvaluation
  /// What the examples are: the test part, or else the validation part, or else the training part.
  package let part: Part
  private let describe: (@Sendable (Part, Int32) -> ExampleDescription)?

  /// Reads the data of a run again.
  ///
  /// - Parameters:
  ///   - folder: of the run.
  ///   - model: the path of its model.
  /// - Throws: `Failure` if the data is no longer there, or no longer what it was.
  package init(folder: String, model path: String) throws {
    let (plan, diagnostics) = RunPlan.check(path: folder + "/config.json")
    guard let plan else { throw Failure(diagnostics) }
    let model = try TrainedModel(path: path, rows: .asInTraining)
    guard Self.text(plan.data.encoding) == Self.text(model.encoding) else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "data-changed",
          "the data of the run '\(folder)' is not what the model was trained on any more",
          help: "restore it, or train again"))
    }
    let sets = try plan.data.makeSets()
    guard let part = [Part.test, .validation, .train].first(where: { sets[$0] != nil }),
      let set = sets[part]
    else { preconditionFailure("no training part") }
    self.part = part
    describe = plan.data.describe
    evaluation = ModelEvaluation(
      model: model,
      examples: LabeledExamples(set: set, isContinuous: plan.data.isContinuous), named: path)
  }

  /// What an example is in its file.
  package func description(of example: Int32) -> ExampleDescription? {
    guard var description = describe?(part, example) else { return nil }
    // The way over the folder of the run says nothing.
    description.place = description.place.map(PathArithmetic.shown)
    return description
  }

  /// A threshold may have been found later.
  private static func text(_ encoding: any DataEncoding) -> String {
    DataEncodings.catalog.codec.write(encoding.deciding(above: nil)).compactText
  }
}

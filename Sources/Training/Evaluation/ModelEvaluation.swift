import Configuration
import Datasets
import Network
import Numerics

/// A trained model and examples that came later, to see how good it is on them.
package struct ModelEvaluation {
  package let model: TrainedModel
  package let examples: LabeledExamples
  /// What is to be known of the figures.
  package let warnings: [Diagnostic]

  /// - Parameters:
  ///   - path: of the model file.
  ///   - check: refuses a model before its examples are read.
  /// - Throws: `Failure` if the model is none, or the examples are not what it was trained for.
  package init(
    modelPath path: String, files: LabeledFiles, check: (TrainedModel) throws -> Void = { _ in }
  ) throws {
    let model = try TrainedModel(path: path, rows: .asInTraining)
    try check(model)
    let examples = try Self.read(files, for: model)
    if !examples.isContinuous, model.network.isStateful {
      throw Failure(
        Diagnostic(
          .error, .data, code: "not-continuous",
          "the model carries its state from one example to the next, but those of "
            + "'\(files.features)' do not follow each other"))
    }
    self.init(model: model, examples: examples, named: path)
  }

  /// - Parameter name: what to call the model.
  init(model: TrainedModel, examples: LabeledExamples, named name: String) {
    self.model = model
    self.examples = examples
    var warnings = examples.warnings
    if model.trainingPart == nil,
      TrainingPart.isNeeded(
        model.config, isStateful: model.network.isStateful, examples: nil)
    {
      warnings.append(
        Diagnostic(
          .warning, .data, code: "no-training-part",
          "'\(name)' does not tell of its training part, on which its figures depend: class weights "
            + "count as 1, and streams are as many as a batch has rows", help: "train it again"))
    }
    self.warnings = warnings
  }

  private static func read(
    _ files: LabeledFiles, for model: TrainedModel
  ) throws -> LabeledExamples {
    guard let data = model.config.data else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "model-contents", "the model's configuration names no data"))
    }
    guard files.labels == nil || model.encoding is ArrayEncoding else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "usage",
          "a file of labels is for models of arrays; this one finds the answers in its data"))
    }
    let table = model.encoding as? TableEncoding
    guard files.skip == nil || table != nil && table?.window == nil else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "usage",
          "--on-error is for rows of tables, each of which is scored by itself"))
    }
    let loss = type(of: model.loss)
    let context = DataContext(
      document: .null, baseDirectory: "", seed: 0, lossTask: loss.task,
      allowsScaledTargets: loss.allowsScaledTargets,
      allowsNegativeTargets: loss.allowsNegativeTargets)
    do {
      return try data.labeledExamples(in: files, encoding: model.encoding, context)
    } catch let failure as Failure {
      // There is no configuration to mend.
      throw Failure(
        failure.diagnostics.map { diagnostic in
          var diagnostic = diagnostic
          if diagnostic.category == .configuration { diagnostic.category = .data }
          return diagnostic
        })
    }
  }

  /// What computes the figures of the examples.
  ///
  /// - Throws: `Failure` if there is no memory for the work of the pool.
  package func makeEvaluator(_ metrics: MetricSelection, pool: ThreadPool) throws -> Evaluator {
    try pool.reserveScratch(model.memory.plan)
    let training = model.config.training
    let batches = model.trainingPart.map {
      RunLength(training, examples: $0.examples).iterationsPerEpoch
    }
    // Where it is not known, all rows of a batch are streams.
    let length = batches ?? (examples.set.count + training.batchSize - 1) / training.batchSize
    let plan = EvaluationPlan(
      network: model.network, loss: model.loss, metrics: metrics.metrics, names: metrics.names,
      target: model.encoding.target, isSequence: model.encoding.positions != nil,
      targets: model.targets, losses: model.losses, streamLength: max(1, length))
    return Evaluator(plan, memory: model.memory, pool: pool, examples: examples.set.count)
  }
}

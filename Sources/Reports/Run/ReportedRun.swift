import Configuration
import Datasets
import Numerics
import Training

/// A run as a report tells of it: what it noted while training, and what its model answers.
package struct ReportedRun {
  /// As the user named its folder.
  package let path: String
  let record: RunRecord
  let curves: RunCurves
  /// `nil` where the model or its data is not there.
  let examined: Examined?
  package let warnings: [Diagnostic]

  /// The answers of a model to examples.
  struct Examined {
    let evaluation: ModelEvaluation
    let figures: Figures
    let report: ClassificationReport?
    let answers: ExaminedAnswers
    let importance: PermutationImportance?
    /// What the examples are, as in `the test part`.
    let source: String
    let describe: (Int32) -> ExampleDescription?
  }

  /// Where the answers are to come from.
  package enum Examples {
    /// The held-out part of the run's own data.
    case own
    /// Files that the user named.
    case files(LabeledFiles)
    /// Nowhere: only the curves are wanted.
    case none
  }

  static let worst = 12
  /// More dots make a picture no clearer, and the page larger.
  static let sample = 3_000

  /// Reads a run, and lets its model answer.
  ///
  /// What its own data cannot be used for becomes a warning, since the rest can be told all the same.
  ///
  /// - Throws: `Failure` if the folder is no run, it noted no epoch, or files of the user cannot be used.
  package init(path: String, examples: Examples, pool: ThreadPool) throws {
    self.path = path
    let record = try RunRecord.read(path)
    guard record.source.kind == .run else {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "no-run", "'\(path)' is not the folder of a run",
          help: "name a folder that 'hptrain train' made, or the file of a study"))
    }
    self.record = record
    curves = try RunCurves(folder: path)
    var warnings = record.warnings.filter { $0.code != "damaged-metrics" } + curves.warnings
    do {
      examined = try Self.examine(path, examples, pool: pool)
    } catch let failure as Failure {
      guard case .own = examples else { throw failure }
      examined = nil
      warnings += failure.diagnostics.filter { $0.severity == .error }.map { diagnostic in
        var warning = diagnostic
        warning.severity = .warning
        return warning
      }
    }
    self.warnings = warnings
  }

  private static func examine(
    _ path: String, _ examples: Examples, pool: ThreadPool
  ) throws -> Examined? {
    let model = path + "/model.safetensors"
    switch examples {
    case .none: return nil
    case .own:
      let run = try RunExamination(folder: path, model: model)
      return try examine(
        run.evaluation, part: run.part, source: "the \(run.part.rawValue) part", pool: pool
      ) { run.description(of: $0) }
    case .files(let files):
      let evaluation = try ModelEvaluation(modelPath: model, files: files)
      return try examine(evaluation, part: nil, source: "'\(files.features)'", pool: pool) {
        ExampleDescription(place: "example \($0 + 1)")
      }
    }
  }

  private static func examine(
    _ evaluation: ModelEvaluation, part: Part?, source: String, pool: ThreadPool,
    describe: @escaping (Int32) -> ExampleDescription?
  ) throws -> Examined {
    let metrics = try MetricSelection(
      wanted: [], for: evaluation.model, examples: evaluation.examples.set.count)
    let evaluator = try evaluation.makeEvaluator(metrics, pool: pool)
    let (figures, report, answers) = evaluator.examine(
      evaluation.examples.set, of: part, worst: worst, sample: sample)
    let importance = PermutationImportance(evaluation, evaluator: evaluator)
    if let failure = evaluation.examples.set.failure { throw failure }
    return Examined(
      evaluation: evaluation, figures: figures, report: report, answers: answers,
      importance: importance, source: source,
      describe: describe)
  }

  /// The name of the configuration, or else that of the folder.
  package var name: String {
    record.config.name ?? path.split(separator: "/").last.map(String.init) ?? path
  }
}

import Configuration
import Datasets

/// A cross-validation as planned: a run for each fold, all of one configuration and one file.
package struct CrossValidationPlan: Sendable {
  package let division: FoldedData.Division
  /// The run of each fold; its validation part is the fold.
  package let folds: [RunPlan]
  /// What the training file says of the examples; `nil` for a text.
  package let answers: KnownAnswers?
  /// Settings that are valid but probably not meant.
  package let warnings: [Diagnostic]

  /// Reads a configuration and its data and plans a run for each fold.
  ///
  /// - Returns: the plan if there is no error, and all errors and warnings.
  package static func check(
    path: String, overrides: [String] = [], folds count: Int
  ) -> (plan: CrossValidationPlan?, diagnostics: [Diagnostic]) {
    LoadedConfig.reading(path: path, overrides: overrides) { check($0, folds: count) }
  }

  /// Plans the runs of a configuration that was read.
  package static func check(
    _ loaded: LoadedConfig, folds count: Int
  ) -> (plan: CrossValidationPlan?, diagnostics: [Diagnostic]) {
    loaded.planning { config, context in
      let data = try config.prepareFolds(count, context)
      let warnings = data.warnings + FoldFindings.merged(data.folds.map(\.warnings))
      return (warnings, { try CrossValidationPlan(loaded, data: data) }, \.warnings)
    }
  }

  /// - Throws: `Failure` with what does not fit together in any fold.
  private init(_ loaded: LoadedConfig, data: FoldedData) throws {
    division = data.division
    answers = data.answers
    folds = try FoldFindings.collect(data.folds.indices) {
      try RunPlan(loaded, data: data.folds[$0])
    }
    warnings = FoldFindings.merged(folds.map(\.warnings))
  }

  package var name: String { model.name }

  /// The plan that stands for all: where the folds of a series grow, that of the last one, which knows most.
  package var model: RunPlan { folds[folds.count - 1] }

  /// The examples that are trained or validated on; those of a test part are not among them.
  package var examples: Int {
    (model.data.counts[.train] ?? 0) + (model.data.counts[.validation] ?? 0)
  }
}

import Configuration

/// The data of a cross-validation: one file, divided several times.
package struct FoldedData: Sendable {
  /// How the examples come to their folds.
  package enum Division: String, Sendable {
    /// Dealt out after a shuffle.
    case shuffled
    /// The same, each class by itself.
    case stratified
    /// Whole groups, so that folds are about as large.
    case grouped
    /// Blocks in the order of the file, each validated by what was learned from those before it.
    case forwardChaining = "forward_chaining"
  }

  package let division: Division
  /// The data of each fold; encoders and scalers are fitted on its training part.
  package let folds: [PreparedData]
  /// Warnings and notes on the division; those on single folds are in their data.
  package let warnings: [Diagnostic]
  /// What the file says of the examples; `nil` for a text.
  package let answers: KnownAnswers?
}

/// What the training file says where a model predicts.
package struct KnownAnswers: Sendable {
  /// The targets of one row.
  package let targets: [String]
  /// Whether there are several series in the file.
  package var hasGroup = false
  /// Whether rows have times.
  package var hasTime = false
  /// Whether rows are predicted from those before them.
  package var hasSteps = false
  /// The answers of an example: one, or one for each step of a window.
  package let answers: @Sendable (_ example: Int32) -> [KnownAnswer]
}

/// A row that is predicted.
package struct KnownAnswer: Sendable {
  /// In the file, from 0; a header is none.
  package let row: Int
  package var group: String?
  package var time: String?
  /// From 1.
  package var step = 1
  /// The label, or the numbers of all targets.
  package let targets: [String]
}

/// What is found in several folds, put together.
package enum FoldFindings {
  /// Each finding once: what all folds share as it is, what only some have with the number of the first.
  ///
  /// - Parameter findings: those of each fold.
  package static func merged(_ findings: [[Diagnostic]]) -> [Diagnostic] {
    var seen: [Diagnostic] = []
    var merged: [Diagnostic] = []
    for (fold, diagnostics) in findings.enumerated() {
      for diagnostic in diagnostics
      where !seen.contains(where: { $0.code == diagnostic.code && $0.place == diagnostic.place }) {
        seen.append(diagnostic)
        var finding = diagnostic
        if !findings.allSatisfy({ $0.contains(diagnostic) }) {
          finding.message = "fold \(fold + 1): " + finding.message
        }
        merged.append(finding)
      }
    }
    return merged
  }

  /// Makes something for each fold.
  ///
  /// - Throws: `Failure` with the findings of all folds.
  package static func collect<Result>(
    _ folds: Range<Int>, _ make: (Int) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    var findings = Array(repeating: [Diagnostic](), count: folds.count)
    for fold in folds {
      do {
        results.append(try make(fold))
      } catch let failure as Failure {
        findings[fold - folds.lowerBound] = failure.diagnostics
      }
    }
    let merged = merged(findings)
    guard merged.isEmpty else { throw Failure(merged) }
    return results
  }
}

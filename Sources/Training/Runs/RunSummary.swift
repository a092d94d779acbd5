import Configuration
import Datasets
import Glibc

/// What a run has come to, as an event says: that of its end or, before it, of an epoch.
package struct RunSummary: Sendable {
  /// Why the run ended: `completed`, `early_stopping`, `interrupted`, `diverged` or `cross_validation`; `unfinished`
  /// of a run that goes on, or was killed.
  package let state: String
  /// The epoch that the model is of.
  package var bestEpoch: Int?
  /// The epochs that ended.
  package var epochs: Int?
  package let iterations: Int?
  package let seconds: Double?
  package let samplesPerSecond: Double?
  package let peakMemoryBytes: Int?
  /// The figures of each part, those of the model if the run has ended.
  package var figures: [Part: Figures]

  package static let unfinished = "unfinished"
  /// Of all folds of a cross-validation, which have figures of their own.
  static let crossValidation = "cross_validation"

  package init(_ event: JSONValue) {
    let reason = event["reason"]?.string
    state = reason ?? Self.unfinished
    epochs = event["epoch"]?.integer
    bestEpoch = event["best_epoch"]?.integer
    iterations = event["iterations"]?.integer
    samplesPerSecond = event["samples_per_second"]?.double
    peakMemoryBytes = event["peak_memory_bytes"]?.integer
    // An epoch says its own seconds.
    seconds = reason == nil ? nil : event["seconds"]?.double
    figures = Self.figures(of: event)
  }

  /// What a cross-validation has come to, by the means over its folds.
  ///
  /// - Returns: `nil` if the folder is that of another run.
  /// - Throws: `Failure` if its result cannot be read.
  init?(crossValidation folder: String) throws {
    guard CrossValidationFiles.areIn(folder) else { return nil }
    let path = "\(folder)/\(CrossValidationFiles.result)"
    guard access(path, F_OK) == 0 else {
      self.init(.object([]))
      return
    }
    let result = try JSONFile.read(path)
    let reasons = result["results"]?.items?.compactMap { $0["reason"]?.string } ?? []
    let isWhole = reasons.count == result["folds"]?.integer
    let worst = ["interrupted", "diverged"].first { reasons.contains($0) }
    let state = worst ?? (isWhole ? Self.crossValidation : "interrupted")
    let means = result["summary"]?.members ?? []
    let figures = means.map { part in
      JSONMember(
        part.key,
        .object(
          (part.value.members ?? []).map { JSONMember($0.key, $0.value["mean"] ?? .null) }))
    }
    self.init(.object([JSONMember("reason", .string(state))] + figures))
  }

  static func figures(of event: JSONValue) -> [Part: Figures] {
    var figures: [Part: Figures] = [:]
    for part in Part.allCases {
      guard let members = event[part.rawValue]?.members else { continue }
      figures[part] = Figures(
        // What is not finite is null.
        all: members.map { Figures.Figure(name: $0.key, value: $0.value.double ?? .nan) })
    }
    return figures
  }

  package subscript(_ name: FigureName) -> Double? { figures[name.part]?[name.figure] }

  /// The names of all figures, those of the loss first.
  package var figureNames: [FigureName] {
    Part.allCases.flatMap { part in
      (figures[part]?.all ?? []).map { FigureName(part, $0.name) }
    }
  }

  /// What the run is usually judged by: the first metric, or else the loss, of the validation part, or else
  /// of the training part.
  package var mainFigure: FigureName? {
    guard let part = [Part.validation, .train].first(where: { figures[$0] != nil }),
      let names = figures[part]?.all.map(\.name)
    else { return nil }
    return (names.first { $0 != FigureName.loss } ?? names.first).map { FigureName(part, $0) }
  }
}

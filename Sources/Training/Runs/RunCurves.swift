import Configuration
import Datasets

/// What a run noted of each of its epochs.
package struct RunCurves: Sendable {
  package struct Epoch: Sendable {
    package let number: Int
    package let iterations: Int
    package let learningRate: Double
    /// `nil` in runs of versions that did not note it.
    package let gradientNorm: Double?
    package let figures: [Part: Figures]
    package let isBest: Bool
    package let seconds: Double
  }

  /// Ascending.
  package let epochs: [Epoch]
  /// The epochs after which it went on with other settings.
  package let resumptions: [Int]
  /// What is wrong with the file, where the rest can be told all the same.
  package let warnings: [Diagnostic]

  /// Reads `metrics.jsonl` in the folder of a run.
  ///
  /// - Throws: `Failure` if it is not there, cannot be read, or has no epoch.
  package init(folder: String) throws {
    let path = folder + "/" + RunJournal.fileName
    let file = try FileBytes(path: path, compression: .keep)
    var epochs: [Int: Epoch] = [:]
    var resumptions: [Int] = []
    var damaged: [Int] = []
    var isTorn = false
    file.withBytes { bytes in
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      isTorn = lines.last?.isEmpty == false
      for (number, line) in lines.enumerated() where !line.isEmpty {
        let parsed = JSONParser.parse(SourceText(name: path, bytes: Array(line)), category: .data)
        guard parsed.diagnostics.isEmpty, let event = parsed.value["event"]?.string else {
          damaged.append(number + 1)
          continue
        }
        switch event {
        case "epoch":
          guard let epoch = Epoch(parsed.value) else { damaged.append(number + 1); continue }
          epochs[epoch.number] = epoch
        case "resume": resumptions.append(epochs.keys.max() ?? 0)
        default: break
        }
      }
      if isTorn, damaged.last == lines.count { damaged.removeLast() } else { isTorn = false }
    }
    self.epochs = epochs.values.sorted { $0.number < $1.number }
    self.resumptions = resumptions
    var warnings: [Diagnostic] = []
    func warn(_ message: String) {
      warnings.append(Diagnostic(.warning, .data, code: "damaged-metrics", message))
    }
    if let first = damaged.first {
      warn(
        damaged.count == 1
          ? "line \(first) of '\(path)' is no event"
          : "\(Spelling.grouped(damaged.count)) lines of '\(path)' are no events, the first is line \(first)"
      )
    }
    if isTorn { warn("the last line of '\(path)' is torn off") }
    self.warnings = warnings
    guard !CrossValidationFiles.areIn(folder) else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "no-metrics",
          "'\(folder)' is the folder of a cross-validation, and has no curve of its own",
          help: "its figures are in \(folder)/\(CrossValidationFiles.result)"))
    }
    guard !epochs.isEmpty else {
      throw Failure(
        warnings + [
          Diagnostic(
            .error, .data, code: "no-metrics", "'\(path)' tells of no epoch",
            help:
              "its first epoch has not ended; if the run was stopped, to go on: hptrain train --resume \(folder)"
          )
        ])
    }
  }

  /// The names of the figures, those of the loss first.
  package var figureNames: [String] {
    var names: [String] = []
    for epoch in epochs {
      for part in Part.allCases {
        for figure in epoch.figures[part]?.all ?? [] where !names.contains(figure.name) {
          names.append(figure.name)
        }
      }
    }
    return names
  }
}

extension RunCurves.Epoch {
  fileprivate init?(_ event: JSONValue) {
    guard let number = event["epoch"]?.integer, let iterations = event["iterations"]?.integer
    else { return nil }
    self.number = number
    self.iterations = iterations
    learningRate = event["learning_rate"]?.double ?? .nan
    gradientNorm = event["gradient_norm"]?.double
    figures = RunSummary.figures(of: event)
    isBest = event["best"]?.boolean ?? false
    seconds = event["seconds"]?.double ?? .nan
  }
}

import Configuration

/// How many iterations a run has, and why.
package struct RunLength: Sendable {
  private let training: TrainingConfig
  private let examples: Int

  init(_ training: TrainingConfig, examples: Int) {
    self.training = training
    self.examples = examples
  }

  package var iterationsPerEpoch: Int {
    let size = training.batchSize
    return training.dropLast ? examples / size : (examples + size - 1) / size
  }

  /// All iterations, as far as `max_iterations` allows.
  package var iterations: Int {
    let (all, overflows) = iterationsPerEpoch.multipliedReportingOverflow(by: training.epochs)
    return min(overflows ? .max : all, training.maxIterations ?? .max)
  }

  /// The epochs that `max_iterations` lets begin.
  package var epochs: Int {
    let size = max(1, iterationsPerEpoch)
    return iterations / size + (iterations % size > 0 ? 1 : 0)
  }

  /// `⌈1,437 / 32⌉ · 30 = 45 · 30 = 1,350`
  package var formula: String {
    let size = Spelling.grouped(training.batchSize)
    let epochs = Spelling.grouped(training.epochs)
    let (open, close) = training.dropLast ? ("⌊", "⌋") : ("⌈", "⌉")
    let all = iterationsPerEpoch.multipliedReportingOverflow(by: training.epochs)
    var text =
      "\(open)\(Spelling.grouped(examples)) / \(size)\(close) · \(epochs) = "
      + "\(Spelling.grouped(iterationsPerEpoch)) · \(epochs) = "
      + Spelling.grouped(all.overflow ? .max : all.partialValue)
    if let most = training.maxIterations, iterations == most {
      text += ", at most \(Spelling.grouped(most))"
    }
    return text
  }
}

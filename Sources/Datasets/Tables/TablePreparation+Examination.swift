import Configuration

extension TablePreparation {
  /// Prepares the data, and where nothing but values is missing from it, says so and goes on as if they were filled in:
  /// what becomes of them changes no shape.
  ///
  /// - Throws: `Failure` with everything that was found, where it leaves the shapes unknown.
  func examine() throws -> ExaminedData {
    if let storage = config.storage, config.isOnDisk {
      return ExaminedData(try prepareOnDisk(memory: storage.memoryBytes))
    }
    let start = ContinuousClock().now
    // What comes through a pipe can be read once.
    let loaded = try loadTraining()
    let train: TrainingTable
    do {
      train = try settle(loaded)
    } catch let failure as Failure {
      guard let filled = filling(failure.diagnostics) else { throw failure }
      return try filled.examine(loaded, despite: failure, since: start)
    }
    return try prepare(train, since: start)
  }

  private struct Filled {
    let preparation: TablePreparation
    /// Rows without a target are left out, so that what is wrong with the others may follow from it.
    let isOfFewerRows: Bool

    func examine(
      _ loaded: TablePreparation.Loaded, despite failure: Failure,
      since start: ContinuousClock.Instant
    ) throws -> ExaminedData {
      do {
        let others = try preparation.prepare(try preparation.settle(loaded), since: start)
        return ExaminedData(
          others.data,
          findings: failure.diagnostics + findings(others.findings, besides: failure))
      } catch let others as Failure {
        throw Failure(failure.diagnostics + findings(others.diagnostics, besides: failure))
      }
    }

    /// What is wrong besides the missing values.
    private func findings(_ findings: [Diagnostic], besides failure: Failure) -> [Diagnostic] {
      guard !isOfFewerRows else { return [] }
      return findings.filter { $0.severity == .error && !failure.diagnostics.contains($0) }
    }
  }

  /// - Returns: `nil` where more than missing values is wrong, or a series would lose rows.
  private func filling(_ findings: [Diagnostic]) -> Filled? {
    let errors = findings.filter { $0.severity == .error }
    guard !errors.isEmpty,
      errors.allSatisfy({ $0.code == Self.missingValueCode && !$0.columns.isEmpty })
    else { return nil }
    let names = Set(errors.flatMap(\.columns))
    let targets = names.intersection(config.target ?? [])
    guard targets.isEmpty || config.window == nil else { return nil }
    var settings = config
    for name in names {
      var missing = ColumnMissingConfig()
      missing.strategy = targets.contains(name) ? .dropRow : .mostFrequent
      settings.columns[name, default: ColumnConfig()].missing = missing
    }
    return Filled(
      preparation: TablePreparation(config: settings, context: context),
      isOfFewerRows: !targets.isEmpty)
  }
}

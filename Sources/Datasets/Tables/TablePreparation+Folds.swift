import Configuration

extension TablePreparation {
  /// Reads the files once and divides the training file into folds: rows are dealt out, and of series each
  /// is cut into blocks.
  ///
  /// - Throws: `Failure` with everything that was found in any fold.
  func prepareFolds(_ count: Int) throws -> FoldedData {
    if config.isOnDisk {
      throw Failure(
        context.finding(
          "storage", "folds need all examples in memory, and 'storage' keeps them on the disk",
          at: [.key("storage")],
          help: "train without folds, with a fraction as the validation part, or remove it"))
    }
    var notes = try context.notes(onFoldsInPlaceOf: config.validation)
    let train = try readTraining()
    notes += train.warnings
    var findings: [Diagnostic] = []
    var test: TablePart?
    if let paths = config.test?.source {
      test = try readPart(.test, paths, like: train, &findings, &notes)
    }
    if !findings.isEmpty { throw Failure(findings) }

    let divide = try division(of: train, count, &notes)
    let folds = try FoldFindings.collect(0..<count) { fold in
      var warnings: [Diagnostic] = []
      var parts = try divide(fold, &warnings)
      parts[.test] = test ?? parts[.test]
      return try fit(train, parts, findings: [], warnings: warnings, .zero).sound
    }
    return FoldedData(
      division: train.series != nil
        ? .forwardChaining
        : train.groups != nil ? .grouped : train.strata == nil ? .shuffled : .stratified,
      folds: folds, warnings: notes, answers: answers(of: train))
  }

  private typealias FoldParts = (_ fold: Int, _ warnings: inout [Diagnostic]) throws -> [Part:
    TablePart]

  private func division(
    of train: TrainingTable, _ count: Int, _ warnings: inout [Diagnostic]
  ) throws -> FoldParts {
    if let series = train.series, let windows {
      let chain = ForwardChain(count: count)
      let test = config.test?.share?.fraction
      return { fold, warnings in
        try windows.divide(series, train.table, &warnings) {
          $0.divided(test: test, chain, fold: fold)
        }
      }
    }
    let split = try context.divide(
      train.rows, validation: nil, test: config.test?.share, strata: train.strata?.codes,
      groups: train.groups)
    let folds = try context.deal(
      split.rows[.train] ?? [], to: count, strata: train.strata, groups: train.groups, &warnings)
    return { fold, _ in
      var rows = split.rows
      rows[.train] = folds.others(than: fold)
      rows[.validation] = folds.rows[fold]
      return rows.mapValues { TablePart(table: train.table, rows: $0) }
    }
  }

  private func answers(of train: TrainingTable) -> KnownAnswers {
    let texts = { @Sendable (row: Int) in train.targets.map { train.table.text($0, row: row) } }
    guard let window = config.window, let order = train.series?.order else {
      return KnownAnswers(targets: train.targets) { row in
        [KnownAnswer(row: Int(row), targets: texts(Int(row)))]
      }
    }
    return KnownAnswers(
      targets: train.targets, hasGroup: window.group != nil, hasTime: window.time != nil,
      hasSteps: true
    ) { start in
      (0..<window.horizon).map { step in
        let row = Int(order[Int(start) + window.inputRows + step])
        return KnownAnswer(
          row: row, group: window.group.map { train.table.text($0, row: row) },
          time: window.time.map { train.table.text($0, row: row) }, step: step + 1,
          targets: texts(row))
      }
    }
  }
}

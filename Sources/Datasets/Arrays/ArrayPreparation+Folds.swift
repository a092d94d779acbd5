import Configuration

extension ArrayPreparation {
  /// Reads the files once and deals the training examples out to folds.
  ///
  /// - Throws: `Failure` with everything that was found in any fold.
  func prepareFolds(_ count: Int) throws -> FoldedData {
    var notes = try context.notes(onFoldsInPlaceOf: config.validation)
    let train = try readTraining()
    let test = try config.test?.source.map { try readPart(.test, $0, like: train) }
    let split = try context.divide(
      train.rows, validation: nil, test: config.test?.share, strata: train.strata?.codes)
    let dealt = try context.deal(
      split.rows[.train] ?? [], to: count, strata: train.strata, &notes)
    let folds = try FoldFindings.collect(0..<count) { fold in
      var rows = split.rows
      rows[.train] = dealt.others(than: fold)
      rows[.validation] = dealt.rows[fold]
      var parts = rows.mapValues { ArrayPart(arrays: train.arrays, rows: $0) }
      parts[.test] = test ?? parts[.test]
      return try fit(train, parts, .zero)
    }
    return FoldedData(
      division: train.strata == nil ? .shuffled : .stratified, folds: folds, warnings: notes,
      answers: answers(train.arrays.labels, folds[0].encoding.target.columns.map(\.name)))
  }

  private func answers(_ labels: LabeledArrays.Labels, _ targets: [String]) -> KnownAnswers {
    KnownAnswers(targets: targets) { row in
      let texts =
        switch labels {
        case .integers(let values): [String(values[Int(row)])]
        case .numbers(let values, let width):
          (0..<width).map {
            Double(values[Int(row) * width + $0]).singlePrecisionText
          }
        }
      return [KnownAnswer(row: Int(row), targets: texts)]
    }
  }
}

import Configuration

extension TextPreparation {
  /// Reads the files once and cuts the training text into blocks, each of which validates what was learned
  /// from the text before it.
  ///
  /// - Throws: `Failure` with everything that was found in any fold.
  func prepareFolds(_ count: Int) throws -> FoldedData {
    let notes = try context.notes(onFoldsInPlaceOf: config.validation)
    try checkStrata([(.test, config.test)])
    let (train, encoding) = try readTraining()
    let parts = try divide(train, [(.test, config.test)])
    let test = try config.test?.source.map { try readPart(.test, $0, encoding) } ?? parts[.test]
    let range = parts[.train]?.range ?? 0..<0
    let chain = ForwardChain(count: count)
    let folds = try FoldFindings.collect(0..<count) { fold in
      let (known, next) = chain.parts(of: range, fold: fold)
      var parts: [Part: TextPart] = [.train: (train, known), .validation: (train, next)]
      parts[.test] = test
      return try cut(parts, encoding, .zero)
    }
    return FoldedData(division: .forwardChaining, folds: folds, warnings: notes, answers: nil)
  }
}

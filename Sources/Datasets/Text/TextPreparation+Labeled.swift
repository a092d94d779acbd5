import Configuration

extension TextPreparation {
  /// Reads a text that is examples as a whole, with tokens that are known already.
  ///
  /// - Throws: `Failure` if training has not seen a character, or the text is shorter than an example.
  func labeled(_ path: String, encoding: TextEncoding) throws -> LabeledExamples {
    let length = encoding.sequenceLength
    let stride = config.stride ?? length
    let text = try tokenize(FileBytes(input: path), encoding, at: .test)
    let starts = text.starts(in: 0..<text.count, length: length, stride: stride)
    guard !starts.isEmpty else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "empty-part",
          "\(Spelling.file(path)) has \(Spelling.count(text.count, encoding.tokenizer.unit)), but an example "
            + "needs sequence_length + 1 = \(Spelling.grouped(length + 1))"))
    }
    return LabeledExamples(
      set: text.examples(starts, length: length), isContinuous: stride == length)
  }
}

extension TextDataConfig {
  package func labeledExamples(
    in files: LabeledFiles, encoding: any DataEncoding, _ context: DataContext
  ) throws -> LabeledExamples {
    guard let encoding = encoding as? TextEncoding else { throw Failure.contradictoryModel() }
    return try TextPreparation(config: self, context: context).labeled(
      files.features, encoding: encoding)
  }
}

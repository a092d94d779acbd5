import Configuration

/// A file as tokens.
struct TokenizedText: Sendable {
  let storage: NumberStorage
  let name: String
  let byteCount: Int
  var count: Int { storage.count }

  /// Tokens of single bytes are the bytes of the file, which is kept as it is.
  init(bytesOf file: FileBytes, sequenceLength: Int) {
    storage = NumberStorage(
      file.bytes, owner: file, offset: Array(repeating: 0, count: sequenceLength),
      factor: Array(repeating: 1, count: sequenceLength))
    name = file.name
    byteCount = file.bytes.count
  }

  init(charactersOf file: FileBytes, _ vocabulary: CharacterVocabulary) throws {
    storage = try file.withBytes { bytes throws(Failure) in
      try vocabulary.tokens(bytes, name: file.name).storage()
    }
    name = file.name
    byteCount = file.bytes.count
  }

  /// The examples that lie in a range of the tokens with the target of their last token.
  func starts(in range: Range<Int>, length: Int, stride: Int) -> [Int32] {
    let end = range.upperBound - length
    return Swift.stride(from: range.lowerBound, to: end, by: stride).map { Int32($0) }
  }

  /// Examples by the token that they start with; the targets are the inputs, one token later.
  func examples(_ starts: [Int32], length: Int) -> ExampleSet {
    let count = max(0, self.count - length)
    func matrix(first: Int) -> ExampleMatrix {
      ExampleMatrix(storage, count: count, width: length, first: first, stride: 1)
    }
    return ExampleSet(features: matrix(first: 0), targets: matrix(first: 1), rows: starts)
  }

  /// How often each token occurs in a range.
  func counts(in range: Range<Int>, vocabularySize: Int) -> [Int] {
    var counts = Array(repeating: 0, count: vocabularySize)
    let single = ExampleReader(
      ExampleMatrix(storage, count: count, width: 1, first: 0, stride: 1))
    for index in range { counts[Int(single.value(index, 0))] += 1 }
    return counts
  }
}

import Configuration
import Numerics

/// From text files to examples: finds the vocabulary, takes the held-out parts from the end, and cuts
/// each part into sequences.
struct TextPreparation {
  let config: TextDataConfig
  let context: DataContext

  func prepare() throws -> PreparedData {
    let clock = ContinuousClock()
    let start = clock.now
    try checkStrata()
    let file = try read(config.train ?? "", at: .train)
    let encoding = try makeEncoding(file)
    let train = try tokenize(file, encoding, at: .train)
    var parts = try divide(train)
    for (part, heldOut) in [(Part.validation, config.validation), (.test, config.test)] {
      guard let path = heldOut?.source else { continue }
      let text = try tokenize(read(path, at: part), encoding, at: part)
      parts[part] = (text, 0..<text.count)
    }
    let stride = config.stride ?? config.sequenceLength
    let starts = parts.mapValues {
      $0.text.starts(in: $0.range, length: config.sequenceLength, stride: stride)
    }
    try checkLengths(parts, starts)
    var resolved = config
    resolved.stride = stride
    let length = config.sequenceLength
    let finished = parts
    let files = Dictionary(parts.values.map { ($0.text.name, $0.text.byteCount) }) { first, _ in
      first
    }
    return PreparedData(
      inputShape: encoding.inputShape, target: encoding.target.kind, task: .classification,
      encoding: encoding, config: resolved, counts: starts.mapValues(\.count),
      classCounts: train.counts(
        in: parts[.train]?.range ?? 0..<0, vocabularySize: encoding.vocabularySize ?? 0),
      warnings: [], bytesRead: files.values.reduce(0, +),
      seconds: (clock.now - start) / .seconds(1), isContinuous: stride == length,
      laterBytes: PreparedData.orderBytes(starts.mapValues(\.count)),
      makeSets: {
        finished.reduce(into: [:]) { sets, part in
          sets[part.key] = part.value.text.examples(starts[part.key] ?? [], length: length)
        }
      })
  }

  // MARK: - Reading

  private func read(_ path: String, at part: Part) throws -> FileBytes {
    try context.reading([.key(part.rawValue)]) { try FileBytes(path: context.resolve(path)) }
  }

  /// The characters of the whole training file, those of the held-out end too: which there are is
  /// nothing that is learned.
  private func makeEncoding(_ file: FileBytes) throws -> TextEncoding {
    var encoding = TextEncoding()
    encoding.tokenizer = config.tokenizer
    encoding.sequenceLength = config.sequenceLength
    guard config.tokenizer == .character else { return encoding }
    var seen: Set<Unicode.Scalar> = []
    var isKnown = [Bool](repeating: false, count: 128)
    try file.withBytes { bytes throws(Failure) in
      try ScalarReader(bytes, name: file.name).forEach { character, _ in
        if character.isASCII {
          isKnown[Int(character.value)] = true
        } else {
          seen.insert(character)
        }
      }
    }
    for (code, flag) in isKnown.enumerated() where flag { seen.insert(Unicode.Scalar(UInt8(code))) }
    guard seen.count <= CharacterVocabulary.mostCharacters else {
      throw Failure(
        context.dataFinding(
          "many-characters",
          "'\(file.name)' holds \(Spelling.grouped(seen.count)) different characters, more than \(Spelling.grouped(CharacterVocabulary.mostCharacters))",
          at: [.key("train")]))
    }
    guard seen.count > 1 else {
      throw Failure(
        context.dataFinding(
          seen.isEmpty ? "empty-file" : "one-class",
          seen.isEmpty
            ? "'\(file.name)' is empty"
            : "'\(file.name)' holds one character only, over and over", at: [.key("train")]))
    }
    encoding.characters = CharacterVocabulary(seen).characters.map { String($0) }
    return encoding
  }

  func tokenize(
    _ file: FileBytes, _ encoding: TextEncoding, at part: Part
  ) throws -> TokenizedText {
    let text =
      encoding.tokenizer == .byte
      ? TokenizedText(bytesOf: file, sequenceLength: encoding.sequenceLength)
      : try TokenizedText(charactersOf: file, encoding.vocabulary)
    guard text.count > 0 else {
      throw Failure(
        context.dataFinding(
          "empty-file", "'\(file.name)' is empty", at: [.key(part.rawValue)]))
    }
    guard text.count <= Int(Int32.max) else {
      throw Failure(
        context.dataFinding(
          "too-large", "'\(file.name)' holds more than 2³¹ − 1 tokens", at: [.key(part.rawValue)]))
    }
    return text
  }

  // MARK: - Parts

  private typealias TextPart = (text: TokenizedText, range: Range<Int>)

  private func checkStrata() throws {
    for (part, heldOut) in [(Part.validation, config.validation), (.test, config.test)]
    where heldOut?.share?.isStratified == true {
      throw Failure(
        context.finding(
          "contradiction",
          "'stratify' does not apply to a text, whose \(part.rawValue) part is its end",
          at: [.key(part.rawValue), .key("stratify")], help: "remove it"))
    }
  }

  /// The test part is the end of the text, the validation part what comes before it.
  private func divide(_ train: TokenizedText) throws -> [Part: TextPart] {
    var parts: [Part: TextPart] = [:]
    var end = train.count
    for (part, heldOut) in [(Part.test, config.test), (.validation, config.validation)] {
      guard let share = heldOut?.share else { continue }
      let wanted = Int((share.fraction * Double(train.count)).rounded())
      let first = max(0, end - wanted)
      parts[part] = (train, first..<end)
      end = first
    }
    guard end > 0 else {
      throw Failure(
        context.finding(
          "empty-part", "no \(config.tokenizer.unit) is left for training",
          at: [.key(config.validation?.share == nil ? "test" : "validation")],
          help: "make the fractions smaller"))
    }
    parts[.train] = (train, 0..<end)
    return parts
  }

  private func checkLengths(_ parts: [Part: TextPart], _ starts: [Part: [Int32]]) throws {
    for part in Part.allCases where starts[part]?.isEmpty == true {
      let count = parts[part]?.range.count ?? 0
      let unit = config.tokenizer.unit
      let isShare = parts[part]?.range.count != parts[part]?.text.count
      throw Failure(
        context.finding(
          "empty-part",
          "the \(part.rawValue) part has \(Spelling.count(count, unit)), but an example needs sequence_length + 1 = \(config.sequenceLength + 1)",
          at: [.key(part == .train ? "sequence_length" : part.rawValue)],
          help: isShare
            ? "make sequence_length smaller, or the part larger"
            : "make sequence_length smaller, or give a longer text"))
    }
  }
}

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
    try checkStrata([(.validation, config.validation), (.test, config.test)])
    let (train, encoding) = try readTraining()
    var parts = try divide(train, [(.test, config.test), (.validation, config.validation)])
    let files = [(Part.validation, config.validation), (.test, config.test)]
    for case (let part, .source(let path)) in files {
      parts[part] = try readPart(part, path, encoding)
    }
    return try cut(parts, encoding, clock.now - start)
  }

  /// Reads the training file and finds its vocabulary.
  func readTraining() throws -> (text: TokenizedText, encoding: TextEncoding) {
    let file = try read(config.train ?? "", at: .train)
    let encoding = try makeEncoding(file)
    return (try tokenize(file, encoding, at: .train), encoding)
  }

  /// Reads a file that is a part as a whole.
  func readPart(_ part: Part, _ path: String, _ encoding: TextEncoding) throws -> TextPart {
    let text = try tokenize(read(path, at: part), encoding, at: part)
    return (text, 0..<text.count)
  }

  /// Cuts parts into sequences.
  ///
  /// - Parameter elapsed: the time it took to read the parts.
  func cut(
    _ parts: [Part: TextPart], _ encoding: TextEncoding, _ elapsed: Duration
  ) throws -> PreparedData {
    let clock = ContinuousClock()
    let start = clock.now
    let stride = config.stride ?? config.sequenceLength
    let starts = parts.mapValues {
      $0.text.starts(in: $0.range, length: config.sequenceLength, stride: stride)
    }
    try checkLengths(parts, starts)
    var resolved = config
    resolved.stride = stride
    let length = config.sequenceLength
    let files = Dictionary(parts.values.map { ($0.text.name, $0.text.byteCount) }) { first, _ in
      first
    }
    let classCounts =
      parts[.train].map {
        $0.text.counts(in: $0.range, vocabularySize: encoding.vocabularySize ?? 0).map {
          Double($0)
        }
      } ?? []
    return PreparedData(
      inputShape: encoding.inputShape, target: encoding.target.kind, task: .classification,
      encoding: encoding, config: resolved, counts: starts.mapValues(\.count),
      classCounts: classCounts, warnings: warnings(stride: stride),
      bytesRead: files.values.reduce(0, +),
      seconds: (elapsed + (clock.now - start)) / .seconds(1), isContinuous: stride == length,
      laterBytes: PreparedData.orderBytes(starts.mapValues(\.count)),
      makeSets: {
        parts.reduce(into: [:]) { sets, part in
          sets[part.key] = part.value.text.examples(starts[part.key] ?? [], length: length)
        }
      })
  }

  /// What lies between examples is learned from by none.
  private func warnings(stride: Int) -> [Diagnostic] {
    // The last target is the token behind an example.
    let unused = stride - (config.sequenceLength + 1)
    guard unused > 0 else { return [] }
    let share = max(1, Int((100 * Double(unused) / Double(stride)).rounded()))
    return [
      context.finding(
        "unused-text",
        "\(share) % of the text is in no example, since 'stride' is longer than an example of \(Spelling.count(config.sequenceLength, config.tokenizer.unit))",
        at: [.key("stride")],
        help: "leave it out, or write \"stride\": \(config.sequenceLength) or less",
        severity: .warning)
    ]
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
          "\(Spelling.file(file.name)) holds \(Spelling.grouped(seen.count)) different characters, more than \(Spelling.grouped(CharacterVocabulary.mostCharacters))",
          at: [.key("train")]))
    }
    guard seen.count > 1 else {
      throw Failure(
        context.dataFinding(
          seen.isEmpty ? "empty-file" : "one-class",
          seen.isEmpty
            ? "\(Spelling.file(file.name)) is empty"
            : "\(Spelling.file(file.name)) holds one character only, over and over",
          at: [.key("train")]))
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
          "empty-file", "\(Spelling.file(file.name)) is empty", at: [.key(part.rawValue)]))
    }
    guard text.count <= Int(Int32.max) else {
      throw Failure(
        context.dataFinding(
          "too-large", "\(Spelling.file(file.name)) holds more than 2³¹ − 1 tokens",
          at: [.key(part.rawValue)]))
    }
    return text
  }

  // MARK: - Parts

  typealias TextPart = (text: TokenizedText, range: Range<Int>)

  func checkStrata(_ heldOut: [(part: Part, source: HeldOut<String>?)]) throws {
    for (part, heldOut) in heldOut where heldOut?.share?.isStratified == true {
      throw Failure(
        context.finding(
          "contradiction",
          "'stratify' does not apply to a text, whose \(part.rawValue) part is its end",
          at: [.key(part.rawValue), .key("stratify")], help: "remove it"))
    }
  }

  /// The first part is the end of the text, the next one what comes before it.
  func divide(
    _ train: TokenizedText, _ heldOut: [(part: Part, source: HeldOut<String>?)]
  ) throws -> [Part: TextPart] {
    var parts: [Part: TextPart] = [:]
    var end = train.count
    for (part, heldOut) in heldOut {
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

import Configuration
import Datasets
import TestSupport
import Testing

@Suite struct TextPreparationTests {
  /// 26 letters.
  private static let alphabet = "abcdefghijklmnopqrstuvwxyz"

  @Test func targetsAreTheNextTokens() throws {
    let sample = try TextSample(Self.alphabet, more: #", "sequence_length": 8"#)
    let examples = try sample.examples(.train)
    #expect(examples.map(\.input) == ["abcdefgh", "ijklmnop", "qrstuvwx"])
    #expect(examples.map(\.target) == ["bcdefghi", "jklmnopq", "rstuvwxy"])
    #expect(sample.data.inputShape.dimensions == [8])
    #expect(sample.data.encoding.positions == 8)
    #expect(sample.data.encoding.vocabularySize == 26)
    #expect(sample.data.counts == [.train: 3])
  }

  @Test func aStrideLetsExamplesOverlap() throws {
    let sample = try TextSample("abcdefg", more: #", "sequence_length": 4, "stride": 1"#)
    #expect(try sample.examples(.train).map(\.input) == ["abcd", "bcde", "cdef"])
    #expect(try sample.examples(.train).map(\.target) == ["bcde", "cdef", "defg"])
  }

  @Test func heldOutPartsAreTheEndAndShareNoTarget() throws {
    let sample = try TextSample(
      Self.alphabet,
      more: """
        , "sequence_length": 3, "stride": 1, "validation": {"fraction": 0.25},
        "test": {"fraction": 0.2}
        """)
    let letters = Array(Self.alphabet)
    // A fifth of 26 is 5, a quarter 6 or 7.
    for (part, range) in [(Part.train, 0..<14), (.validation, 14..<21), (.test, 21..<26)] {
      let expected = range.dropLast(3).map { String(letters[$0..<$0 + 3]) }
      #expect(try sample.examples(part).map(\.input) == expected)
      #expect(sample.data.counts[part] == expected.count)
    }
  }

  @Test func filesOfTheirOwnUseTheSameTokens() throws {
    let sample = try TextSample(
      "hello world", more: #", "sequence_length": 2, "validation": "other.txt""#, other: "lowered")
    #expect(try sample.examples(.validation).map(\.input) == ["lo", "we", "re"])
    #expect(sample.data.encoding.vocabularySize == 8)
  }

  @Test func charactersAreCodePointsInTheirOrder() throws {
    let sample = try TextSample("né\n😀e\u{301}né", more: #", "sequence_length": 2"#)
    #expect(try sample.encoding.characters == ["\n", "e", "n", "é", "\u{301}", "😀"])
    #expect(try sample.examples(.train).map(\.input) == ["né", "\n😀", "e\u{301}"])
  }

  @Test func bytesNeedNoVocabulary() throws {
    let sample = try TextSample(
      [0, 255, 10, 128, 7], more: #", "tokenizer": "byte", "sequence_length": 4"#)
    #expect(sample.data.encoding.vocabularySize == 256)
    let set = try #require(try sample.data.makeSets()[.train])
    var classes: [Int] = []
    Batches(set, size: 1).forEachClass(of: 0) { label, _ in classes.append(label) }
    #expect(classes == [255, 10, 128, 7])
    #expect(try sample.encoding.tokens(Array("é".utf8), name: "prompt") == [0xC3, 0xA9])
  }

  @Test func tokensOfTheTrainingPartAreCounted() throws {
    let sample = try TextSample(
      "aabbbcaaca", more: #", "sequence_length": 2, "validation": {"fraction": 0.4}"#)
    #expect(sample.data.classCounts == [2, 3, 1])
  }

  @Test func theResolvedSectionSaysTheStride() throws {
    let sample = try TextSample(Self.alphabet, more: #", "sequence_length": 5"#)
    let section = DataFormats.catalog.codec.write(sample.data.config)
    #expect(section["stride"]?.integer == 5)
    #expect(section["tokenizer"]?.string == "character")
  }

  /// An example is as long as its inputs, and has one target behind them.
  @Test(arguments: [(10, 50), (20, 75), (5, nil), (2, nil)] as [(Int, Int?)])
  func textBetweenExamplesIsWarnedOf(stride: Int, percent: Int?) throws {
    let sample = try TextSample(
      Self.alphabet, more: ", \"sequence_length\": 4, \"stride\": \(stride)")
    #expect(sample.data.warnings.map(\.code) == (percent == nil ? [] : ["unused-text"]))
    #expect(sample.data.warnings.first?.message.hasPrefix("\(percent ?? 0) % ") != false)
  }

  @Test func encodingsReadBackFromTheModel() throws {
    let encoding = try TextSample("né\n😀\"\\", more: #", "sequence_length": 2"#).encoding
    let text = DataEncodings.catalog.codec.write(encoding).compactText
    let read = try #require(try DataEncodings.catalog.codec.value(text) as? TextEncoding)
    #expect(read.characters == encoding.characters)
    #expect(read.problem == nil)
    #expect(read.target.classes == encoding.characters)
  }

  @Test(arguments: [
    (#"{"characters": ["a"]}"#, true), (#"{"characters": ["a", "a"]}"#, true),
    (#"{"characters": ["b", "a"]}"#, true), (#"{"characters": ["a", "bc"]}"#, true),
    (#"{"characters": ["a", ""]}"#, true), (#"{"tokenizer": "byte", "characters": ["a"]}"#, true),
    (#"{"characters": ["a", "b"]}"#, false), (#"{"tokenizer": "byte"}"#, false),
  ])
  func encodingsThatCannotBeKeptAreFound(text: String, isWrong: Bool) throws {
    #expect((try Codec<TextEncoding>.object().value(text).problem != nil) == isWrong)
  }

  // MARK: - Mistakes

  private func findings(
    _ text: [UInt8], more: String = "", other: [UInt8] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> [Diagnostic] {
    diagnostics(sourceLocation: sourceLocation) {
      _ = try TextSample(text, more: more, other: other)
    }
  }

  @Test func textsThatAreTooShortAreFound() throws {
    let found = findings(Array("abcd".utf8), more: #", "sequence_length": 4"#)
    #expect(found.map(\.summary) == ["empty-part 1:70"])
    #expect(found.first?.message.contains("4 characters") == true)
    #expect(found.first?.message.contains("= 5") == true)
    let heldOut = findings(
      Array(Self.alphabet.utf8), more: #", "sequence_length": 4, "test": {"fraction": 0.1}"#)
    #expect(heldOut.first?.message.contains("the test part has 3 characters") == true)
  }

  @Test func whatIsNoUTF8IsFoundAtItsPlace() throws {
    let found = findings(Array("ab\ncd".utf8) + [0xE9] + Array("f".utf8))
    #expect(found.map(\.summary) == ["invalid-utf-8 2:3"])
    #expect(found.first?.category == .data)
    // Windows marks texts in UTF-16, of which init speaks the same.
    for mark: [UInt8] in [[0xFF, 0xFE], [0xFE, 0xFF]] {
      let found = findings(mark + [0x61, 0x00])
      #expect(found.map(\.code) == ["utf-16"])
      #expect(found.first?.help?.contains("iconv -f UTF-16") == true)
    }
    // A sequence that is cut off at the end of the file.
    #expect(findings(Array("ab".utf8) + [0xF0, 0x9F]).map(\.summary) == ["invalid-utf-8 1:3"])
  }

  @Test func charactersThatTrainLacksAreFoundAtTheirPlace() throws {
    let found = findings(
      Array("hello\nworld".utf8), more: #", "sequence_length": 2, "validation": "other.txt""#,
      other: Array("hero\nwélé".utf8))
    #expect(found.map(\.summary) == ["unseen-character 2:2"])
    #expect(found.first?.message.contains("'é' (U+00E9) (and 1 more)") == true)
  }

  @Test func strataAndSingleCharactersAreFound() throws {
    let found = findings(
      Array(Self.alphabet.utf8), more: #", "validation": {"fraction": 0.2, "stratify": true}"#)
    #expect(found.map(\.code) == ["contradiction"])
    #expect(findings(Array("aaaa".utf8)).map(\.code) == ["one-class"])
    #expect(findings([]).map(\.code) == ["empty-file"])
    #expect(findings([], more: #", "tokenizer": "byte""#).map(\.code) == ["empty-file"])
    let other = findings(
      Array(Self.alphabet.utf8), more: #", "sequence_length": 4, "validation": "other.txt""#)
    #expect(other.map(\.code) == ["empty-file"])
  }

  @Test func fractionsHaveToLeaveSomething() throws {
    let found = findings(
      Array(Self.alphabet.utf8),
      more: #", "validation": {"fraction": 0.6}, "test": {"fraction": 0.6}"#)
    #expect(found.map(\.code) == ["empty-part"])
    #expect(found.first?.message.contains("left for training") == true)
  }

  @Test func aByteOrderMarkIsNoCharacter() throws {
    let sample = try TextSample(
      [0xEF, 0xBB, 0xBF] + Array("abcabc".utf8), more: #", "sequence_length": 2"#)
    #expect(try sample.encoding.characters == ["a", "b", "c"])
    #expect(try sample.examples(.train).map(\.input) == ["ab", "ca"])
  }

  @Test func theLengthHasToBeOneAtLeast() throws {
    #expect(throws: Failure.self) {
      try TextSample(Self.alphabet, more: #", "sequence_length": 0"#)
    }
    #expect(throws: Failure.self) { try TextSample(Self.alphabet, more: #", "stride": 0"#) }
  }

  /// Damaged texts are read as the standard library reads them, or refused where it refuses them.
  @Test func mutationsAreReadOrRefused() throws {
    let corpus = ["plain text\r\n", "né 😀 e\u{301}", "\u{FFFF}\u{10FFFF}\u{0}\u{7F}"].map {
      Array($0.utf8)
    }
    var mutator = Mutator(
      seed: 5, corpus: corpus, meaningful: [0xC0, 0xC3, 0xE9, 0xED, 0xF0, 0xF4, 0x80, 0xBF])
    var encoding = TextEncoding()
    encoding.characters = (0..<0x250).compactMap { Unicode.Scalar($0).map { String($0) } }
    let known = Set(encoding.characters)
    let vocabulary = encoding.characters
    for _ in 0..<Mutator.count {
      let bytes = mutator.next()
      let tokens = try? encoding.tokens(bytes, name: "text")
      let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
      guard let text = String(validating: bytes.dropFirst(hasMark ? 3 : 0), as: UTF8.self) else {
        #expect(tokens == nil)
        continue
      }
      let scalars = text.unicodeScalars.map { String($0) }
      if scalars.allSatisfy(known.contains) {
        #expect(tokens?.map { vocabulary[$0] } == scalars)
      } else {
        #expect(tokens == nil)
      }
    }
  }
}

import Configuration
import Numerics

/// A text as a sequence of tokens, each the target of those before it.
package struct TextEncoding: DataEncoding {
  package static let type = "text"
  package static let summary = "A text as a sequence of tokens."

  package var tokenizer = Tokenizer.character
  /// The characters in the order of their tokens; empty for bytes.
  package var characters: [String] = []
  package var sequenceLength = 1

  package init() {}

  package static let keys: [Key<Self>] = [
    Key("tokenizer", \.tokenizer, .choice, help: "What a token is."),
    Key(
      "characters", \.characters, .list(.anyString), help: "The characters in the order of tokens."),
    Key("sequence_length", \.sequenceLength, .extent, help: "The tokens of an example."),
  ]

  package var inputShape: Shape { Shape(sequenceLength) }
  package var positions: Int? { sequenceLength }
  package var vocabularySize: Int? { tokenizer == .byte ? 256 : characters.count }

  package var target: TargetEncoding {
    TargetEncoding(
      task: .classification,
      classes: tokenizer == .byte ? (0..<256).map { String($0) } : characters,
      columns: [.init(name: "next", scale: .identity)])
  }

  package var vocabulary: CharacterVocabulary {
    CharacterVocabulary(characters.compactMap { $0.unicodeScalars.first })
  }

  /// What it promises but cannot keep; `nil` if it is sound.
  package var problem: String? {
    guard tokenizer == .character else {
      return characters.isEmpty ? nil : "bytes have no characters of their own"
    }
    if characters.count < 2 || characters.count > CharacterVocabulary.mostCharacters {
      return "it has \(Spelling.count(characters.count, "character"))"
    }
    let scalars = characters.compactMap {
      $0.unicodeScalars.count == 1 ? $0.unicodeScalars.first?.value : nil
    }
    let isAscending = zip(scalars, scalars.dropFirst()).allSatisfy { $0 < $1 }
    return scalars.count == characters.count && isAscending
      ? nil : "its characters are not single ones in their order"
  }

  /// The tokens of a text such as a prompt.
  ///
  /// - Throws: `unseen-character` at the first one that training has not seen.
  package func tokens(_ text: [UInt8], name: String) throws -> [Int] {
    guard tokenizer == .character else { return text.map { Int($0) } }
    var tokens: [Int] = []
    try text.withUnsafeBytes { bytes in
      try vocabulary.tokens(bytes, name: name).forEach { tokens.append($0) }
    }
    return tokens
  }

  /// The bytes that stand for a token.
  package func bytes(of token: Int) -> [UInt8] {
    tokenizer == .byte ? [UInt8(truncatingIfNeeded: token)] : Array(characters[token].utf8)
  }
}

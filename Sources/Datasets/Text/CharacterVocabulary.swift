import Configuration

/// The characters that a model knows, numbered in the order of their code points.
package struct CharacterVocabulary: Sendable {
  package let characters: [Unicode.Scalar]
  /// The token of each ASCII character, or −1.
  private let ascii: [Int32]
  private let others: [Unicode.Scalar: Int32]

  /// Tokens are kept in 16 bits.
  static let mostCharacters = 65_535

  /// - Precondition: no more than `mostCharacters`, each once.
  init(_ characters: some Collection<Unicode.Scalar>) {
    self.characters = characters.sorted { $0.value < $1.value }
    var ascii = [Int32](repeating: -1, count: 128)
    var others: [Unicode.Scalar: Int32] = [:]
    for (token, character) in self.characters.enumerated() {
      if character.isASCII {
        ascii[Int(character.value)] = Int32(token)
      } else {
        others[character] = Int32(token)
      }
    }
    self.ascii = ascii
    self.others = others
  }

  var count: Int { characters.count }

  @inline(__always)
  func token(of character: Unicode.Scalar) -> Int? {
    let token = character.isASCII ? ascii[Int(character.value)] : others[character] ?? -1
    return token < 0 ? nil : Int(token)
  }

  /// The tokens of a text.
  ///
  /// - Throws: `invalid-utf-8`, and `unseen-character` at the first character that is not known.
  func tokens(_ bytes: UnsafeRawBufferPointer, name: String) throws(Failure) -> TokenBuffer {
    let reader = ScalarReader(bytes, name: name)
    var tokens = TokenBuffer(capacity: bytes.count)
    var unseen: (first: Unicode.Scalar, offset: Int, count: Int)?
    try reader.forEach { character, offset in
      if let token = token(of: character) {
        tokens.append(UInt16(token))
      } else {
        unseen = (unseen?.first ?? character, unseen?.offset ?? offset, (unseen?.count ?? 0) + 1)
      }
    }
    guard let unseen else { return tokens }
    let more = unseen.count > 1 ? " (and \(Spelling.grouped(unseen.count - 1)) more)" : ""
    throw Failure(
      Diagnostic(
        .error, .data, code: "unseen-character",
        "training has not seen the character \(Self.description(of: unseen.first))\(more)",
        at: reader.place(of: unseen.offset, length: UTF8.width(unseen.first)),
        help: "the model knows: \(list)"))
  }

  /// The characters in one line: those that cannot be seen by their escapes.
  package var list: String {
    let shown = characters.prefix(100).map { Self.isVisible($0) ? String($0) : Self.escape($0) }
    return shown.joined(separator: " ") + (characters.count > 100 ? " …" : "")
  }

  /// How a message names a character: `'é' (U+00E9)`.
  static func description(of character: Unicode.Scalar) -> String {
    let digits = String(character.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return isVisible(character) ? "'\(character)' (\(code))" : code
  }

  private static func escape(_ character: Unicode.Scalar) -> String {
    switch character {
    case " ": "blank"
    default: character.escaped(asASCII: !isVisible(character))
    }
  }

  private static func isVisible(_ character: Unicode.Scalar) -> Bool {
    switch character.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator, .nonspacingMark, .enclosingMark:
      false
    default: true
    }
  }
}

extension UTF8 {
  fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { String(scalar).utf8.count }
}

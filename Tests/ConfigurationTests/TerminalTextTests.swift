import Configuration
import Testing

@Suite struct TerminalTextTests {
  /// Every character that a terminal obeys or that turns the direction of a line, and its neighbours that do neither.
  @Test func whatATerminalObeysIsShown() {
    let obeyed: [ClosedRange<UInt32>] = [
      0x00...0x08, 0x0B...0x1F, 0x7F...0x9F, 0x61C...0x61C, 0x200E...0x200F, 0x2028...0x202E,
      0x2066...0x2069,
    ]
    for value in (0...0x2100 as ClosedRange<UInt32>) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let isObeyed = obeyed.contains { $0.contains(value) }
      #expect(
        TerminalText.shown("a\(scalar)b") == (isObeyed ? "a\u{FFFD}b" : "a\(scalar)b"), "\(value)")
    }
  }

  @Test func aLineHasNoBreaks() {
    #expect(TerminalText.line("a\nb\tc\r\n") == "a\u{FFFD}b c\u{FFFD}\u{FFFD}")
    #expect(TerminalText.shown("a\nb\tc") == "a\nb\tc")
    // Families are joined by a character that only joins.
    #expect(TerminalText.line("👩‍👩‍👧 é") == "👩‍👩‍👧 é")
  }

  @Test func onlyOwnSequencesGoThrough() {
    let own = TerminalText.sequence("[1m")
    #expect(TerminalText.shown("\(own)a\u{1B}[1mb") == "\u{1B}[1ma\u{FFFD}[1mb")
    #expect(!TerminalText.line("\(own)a").unicodeScalars.contains("\u{1B}"))
  }

  /// However the bytes are cut, they become what the text would become.
  @Test func bytesInPiecesBecomeTheSame() {
    let text = "a\u{1B}]0;x\u{7}\u{9B}é🥧\u{202E}\u{2028}€\n\tend\u{7F}\r"
    let bytes = Array(text.utf8)
    for size in 1...bytes.count {
      var filter = TerminalFilter()
      var result: [UInt8] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        result += filter.filtered(bytes[start..<min(bytes.count, start + size)])
      }
      #expect(String(validating: result, as: UTF8.self) == TerminalText.shown(text))
    }
  }

  /// A control character of eight bits, and an escape character in long forms, which lenient terminals take for one.
  @Test(
    arguments: [
      [0x9B], [0xC0, 0x9B], [0xE0, 0x80, 0x9B], [0xF0, 0x80, 0x80, 0x9B], [0xED, 0xA0, 0x80],
      [0xFF],
      [0xC3, 0x1B], [0xE2, 0x80, 0x1B],
    ] as [[UInt8]])
  func bytesThatAreNoCharactersDoNotGoThrough(bytes: [UInt8]) {
    var filter = TerminalFilter()
    let result = filter.filtered([0x61] + bytes + [0x62])
    let text = String(validating: result, as: UTF8.self)
    #expect(text?.hasPrefix("a\u{FFFD}") == true && text?.hasSuffix("b") == true)
    #expect(text.map { TerminalText.shown($0) == $0 } == true)
  }
}

import Configuration
import Testing

struct DiagnosticPrinterTests {
  private func finding(
    in text: String, at offset: Int, count: Int = 1, message: String = "wrong", help: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      .error, .configuration, code: "code", message,
      at: SourceText(name: "a.json", text).place(offset..<offset + count), help: help)
  }

  /// The line with the excerpt and the line with the caret, without their margins.
  private func excerpt(_ diagnostic: Diagnostic) -> (text: String, caret: String) {
    let lines = diagnostic.text().split(separator: "\n", omittingEmptySubsequences: false)
    return (String(lines[1].dropFirst(7)), String(lines[2].dropFirst(7)))
  }

  @Test func printsAsCompilersDo() {
    let diagnostic = finding(
      in: "{\n  \"unit\": 3\n}", at: 4, count: 6, message: "unknown key 'unit'",
      help: "did you mean 'units'?")
    #expect(
      diagnostic.text() == """
        a.json:2:3: error: unknown key 'unit'
           2 |   "unit": 3
             |   ^~~~~~
             = help: did you mean 'units'?
        """)
  }

  @Test func findingsWithoutPlaceAreOneLine() {
    #expect(Diagnostic(.warning, .usage, code: "c", "careful").text() == "warning: careful")
  }

  @Test func coloursSurroundTheParts() {
    let text = Diagnostic(.note, .usage, code: "c", "m").text(color: true)
    #expect(TerminalText.shown(text) == "\u{1B}[36mnote: \u{1B}[0m\u{1B}[1mm\u{1B}[0m")
  }

  @Test func caretCountsScalarsNotBytes() {
    let text = "[\"äöü🥧\", x]"
    let excerpt = excerpt(finding(in: text, at: text.utf8.count - 2))
    #expect(excerpt == (text, String(repeating: " ", count: 9) + "^"))
  }

  @Test func tabsTakeOneColumn() {
    #expect(excerpt(finding(in: "\t\t x", at: 3)) == ("   x", "   ^"))
  }

  @Test func marksStayOnTheLine() {
    #expect(excerpt(finding(in: "[ab\ncd", at: 1, count: 5)) == ("[ab", " ^~"))
    #expect(excerpt(finding(in: "[ab\r\ncd", at: 1, count: 5)) == ("[ab", " ^~"))
    #expect(excerpt(finding(in: "[ab", at: 3)) == ("[ab", "   ^"))
  }

  @Test func longLinesShowAWindow() {
    let line = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
    let (text, caret) = excerpt(finding(in: line, at: 500))
    #expect(text.count <= 102)
    #expect(text.hasPrefix("…a") && text.hasSuffix("b…"))
    #expect(Array(text)[caret.count - 1] == "X")
    #expect(caret.hasSuffix("^"))
    let (_, wide) = excerpt(finding(in: line, at: 500, count: 400))
    #expect(wide.count <= 102)
  }

  @Test func controlCharactersDoNotReachTheTerminal() {
    let diagnostic = finding(
      in: "\u{1B}[31m\u{7F}\u{85}", at: 0, message: "unknown key '\u{1B}[2J\n'", help: "\u{7}")
    let lines = diagnostic.text().split(separator: "\n")
    #expect(lines.count == 4)
    #expect(
      !lines.joined().unicodeScalars.contains { $0.properties.generalCategory == .control })
  }

  @Test func jsonHasTheSameFacts() {
    let diagnostic = finding(in: "[1]", at: 1, help: "h")
    #expect(
      diagnostic.json.compactText
        == "{\"event\":\"diagnostic\",\"severity\":\"error\",\"code\":\"code\",\"message\":\"wrong\","
        + "\"file\":\"a.json\",\"line\":1,\"column\":2,\"width\":1,\"help\":\"h\"}")
  }
}

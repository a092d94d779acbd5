import Configuration
import Testing

struct JSONWriterTests {
  private func parsed(_ text: String) -> JSONParser.Result {
    JSONParser.parse(SourceText(name: "test.json", text))
  }

  @Test(arguments: [
    RecipeConfig.text, "[]", "{}", "[[[]]]", "[\"\\u0000\\u001f\\n\\\"\\\\é🥧\"]",
    "[0.1, 1e-300, 1e300, -0, 123456789012345678]",
  ])
  func writtenTextsReadBack(text: String) {
    let value = parsed(text).value
    for written in [value.compactText, value.prettyText] {
      let again = parsed(written)
      #expect(again.diagnostics.isEmpty)
      #expect(again.value.compactText == value.compactText)
    }
  }

  @Test func prettyTextBreaksWhatDoesNotFit() {
    let long = (0..<40).map { JSONValue.integer($0) }
    let value = JSONValue.object([
      "layers": .array([
        .object(["type": .string("dense"), "units": .integer(16)]), .array(long),
      ]),
      "empty": .array([]),
    ])
    let items = (0..<40).map { "      \($0)" }.joined(separator: ",\n")
    #expect(
      value.prettyText == """
        {
          "layers": [
            {"type": "dense", "units": 16},
            [
        \(items)
            ]
          ],
          "empty": []
        }

        """)
  }

  /// Each level is tried on one line once, not once for every level around it.
  @Test func deepTextsAreWrittenQuickly() {
    var value = JSONValue.string(String(repeating: "x", count: 100))
    for _ in 0..<60 { value = .array([value]) }
    #expect(parsed(value.prettyText).value.compactText == value.compactText)
  }

  @Test func numbersThatAreNotFiniteAreNull() {
    #expect(
      JSONValue.array([.number(.nan), .number(.infinity), .number(1.5), .number(3)]).compactText
        == "[null,null,1.5,3]")
  }

  @Test(arguments: [
    0.1, 1e15, 1e16, -123456789, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1 / 3,
  ])
  func doublesReadBackExactly(number: Double) {
    #expect(parsed(JSONValue.number(number).compactText).value.double == number)
  }
}

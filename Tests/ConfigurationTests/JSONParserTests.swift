import Configuration
import Testing

struct JSONParserTests {
  private func parse(_ text: String) -> JSONParser.Result {
    JSONParser.parse(SourceText(name: "test.json", text))
  }

  private func summaries(_ text: String) -> [String] { parse(text).diagnostics.map(\.summary) }

  @Test(arguments: [
    "null", "true", "[]", "{}", " [ 1 , 2 ] ", "\"\"", "-0", "0.5e-3", "1E+2", "\"\\\"\\\\\\/\"",
    "{\"a\": {\"b\": [null, false, \"c\"]}}", "\u{FEFF}{}",
  ])
  func validTextsHaveNoFindings(text: String) {
    #expect(summaries(text) == [])
    #expect(!parse(text).isTruncated)
  }

  @Test(arguments: [
    ("", "empty 1:1"),
    (" \n ", "empty 2:2"),
    ("{} x", "trailing-text 1:4"),
    ("{} {}", "trailing-text 1:4"),
    ("[1, 2,]", "trailing-comma 1:6"),
    ("{\"a\": 1,}", "trailing-comma 1:8"),
    ("[1 2]", "missing-comma 1:4"),
    ("{\"a\": 1\n \"b\": 2}", "missing-comma 2:2"),
    ("{\"a\": 1, \"a\": 2}", "duplicate-key 1:10"),
    ("{a: 1}", "syntax 1:2"),
    ("{'a': 1}", "syntax 1:2"),
    ("{\"a\" = 1}", "syntax 1:6"),
    ("{\"a\" 1}", "syntax 1:6"),
    ("{\"a\"}", "syntax 1:2"),
    ("{\"a\":}", "syntax 1:6"),
    ("{, \"a\": 1}", "syntax 1:2"),
    ("[,1]", "syntax 1:2"),
    ("[1}", "syntax 1:3"),
    ("[True]", "syntax 1:2"),
    ("[None]", "syntax 1:2"),
    ("[word]", "syntax 1:2"),
    ("[.5]", "syntax 1:2"),
    ("[+1]", "syntax 1:2"),
    ("[01]", "syntax 1:2"),
    ("[1.]", "syntax 1:2"),
    ("[0x10]", "syntax 1:2"),
    ("[1_000]", "syntax 1:2"),
    ("[1e]", "syntax 1:2"),
    ("[NaN]", "not-finite 1:2"),
    ("[-Infinity]", "not-finite 1:2"),
    ("[1e999]", "not-finite 1:2"),
    ("[-1e999]", "not-finite 1:2"),
    ("[2**4]", "syntax 1:2"),
    ("[1/255]", "syntax 1:2"),
    ("[1] // note", "comment 1:5"),
    ("[1// note\n]", "comment 1:3"),
    ("[1/* a */]", "comment 1:3"),
    ("# note\n[1]", "comment 1:1"),
    ("[/* a */ 1]", "comment 1:2"),
    ("[\"a\\qb\"]", "syntax 1:4"),
    ("[\"\\é\"]", "syntax 1:3"),
    ("[\"\\uD800\"]", "syntax 1:3"),
    ("[\"\\uDC00\"]", "syntax 1:3"),
    ("[\"\\uD800\\u0041\"]", "syntax 1:3"),
    ("[\"\\u12G4\"]", "syntax 1:3"),
    ("[\"a\tb\"]", "syntax 1:4"),
    ("[\"a\n]", "unterminated-string 1:2"),
    ("[1", "truncated 1:1"),
    ("{\"a\":", "truncated 1:6"),
    ("{\"a\"", "truncated 1:5"),
    ("[(1]", "syntax 1:2"),
    ("{\"a\": 0,01}", "syntax 1:7"),
    ("[“a b”]", "syntax 1:2"),
    ("{„a b“: 1}", "syntax 1:2"),
    ("data:\n  train: x.csv\n", "syntax 1:1"),
    ("---\ndata: 1", "syntax 1:1"),
    ("# note\nseed = 1", "syntax 2:1"),
  ])
  func findingsHaveCodeAndPlace(text: String, summary: String) {
    #expect(summaries(text).first == summary)
  }

  /// What people write by habit is one finding each, with what to write instead.
  @Test(arguments: [
    ("{\"a\": 0,01, \"b\": 2}", "write 0.01", "{\"a\":0.01,\"b\":2}"),
    ("{\"a\": -0,5e-3}", "write -0.5e-3", "{\"a\":-0.5e-3}"),
    ("{\"a\": 2,5}", "write 2.5", "{\"a\":null}"),
    ("{\"a\": 1,000}", "write 1000, or 1.000 for a decimal comma", "{\"a\":null}"),
    ("{\"a\": 1,000,000}", "write 1000000", "{\"a\":null}"),
    ("{\"a\": 1,2,3}", "write [1, 2, 3] for an array", "{\"a\":null}"),
    ("{\"a\": “relu”}", "write \"relu\"", "{\"a\":\"relu\"}"),
    ("{\"a\": «leaky relu»}", "write \"leaky relu\"", "{\"a\":\"leaky relu\"}"),
    ("{„it’s”: 1}", "write \"it’s\"", "{\"it’s\":1}"),
    ("{‘a’: 1}", "write \"a\"", "{\"a\":1}"),
  ])
  func habitsAreOneFindingEach(text: String, help: String, meant: String) {
    let result = parse(text)
    #expect(result.diagnostics.map(\.help) == [help])
    #expect(result.value.compactText == meant)
  }

  @Test(arguments: ["data:\n  train: x\n", "---\n- 1\n", "# a\n# b\nseed = 1\n[data]\n"])
  func otherNotationsAreOneFinding(text: String) {
    let result = parse(text)
    #expect(result.diagnostics.count == 1)
    #expect(result.diagnostics.first?.message.hasPrefix("this is not JSON: expected '{'") == true)
    #expect(result.isTruncated)
  }

  @Test(arguments: [[0xFF, 0xFE], [0xFE, 0xFF], []] as [[UInt8]], [true, false])
  func textsInUTF16AreOneFinding(mark: [UInt8], isLittleEndian: Bool) {
    let units: [UInt8] = "{\"seed\": 7}".utf8.flatMap { isLittleEndian ? [$0, 0] : [0, $0] }
    let result = JSONParser.parse(SourceText(name: "test.json", bytes: mark + units))
    #expect(result.diagnostics.map(\.summary) == ["utf-16 1:1"])
    #expect(result.diagnostics.first?.help?.contains("UTF-8") == true)
    #expect(result.isTruncated)
  }

  @Test func unknownEscapesAreShownWhole() {
    let finding = parse("[\"\\é\"]").diagnostics.first
    #expect(finding?.message == "'\\é' is not an escape that JSON has")
    #expect(finding?.place?.width == 2)
  }

  @Test func meaningIsRecovered() {
    let result = parse(
      """
      { // a comment
        'single': True,
        bare: .5
        "missing": [1 2,],
        "equals" = 'x',
        "word": relu,
      }
      """)
    #expect(
      result.value.compactText
        == "{\"single\":true,\"bare\":.5,\"missing\":[1,2],\"equals\":\"x\",\"word\":\"relu\"}")
    #expect(
      result.diagnostics.map(\.summary) == [
        "comment 1:3", "syntax 2:3", "syntax 2:13", "syntax 3:3", "syntax 3:9",
        "missing-comma 4:3", "missing-comma 4:17", "trailing-comma 4:18", "syntax 5:12",
        "syntax 6:11", "trailing-comma 6:15",
      ])
    // What is wrong with all strings is said once.
    #expect(result.diagnostics[1].help == "2 strings are in single quotes")
  }

  @Test func escapesAreDecoded() {
    #expect(
      parse(#""\" \\ \/ \b\f\n\r\t \u0041\u00e9\uD83E\uDD67""#).value.string
        == "\" \\ / \u{8}\u{C}\n\r\t Aé🥧")
  }

  @Test func placesCountUnicodeScalars() {
    #expect(summaries("{\"ä🥧\": x}") == ["syntax 1:8"])
    #expect(summaries("[\"é\",\r\n  x]") == ["syntax 2:3"])
  }

  @Test func numbersKeepTheirNotation() {
    let numbers = parse("[1e3, 5.0, 9007199254740993, 0.5, 9223372036854775808]").value.items
    #expect(numbers?.map(\.integer) == [1000, 5, 9_007_199_254_740_993, nil, nil])
    #expect(numbers?.map(\.compactText).first == "1e3")
  }

  @Test(arguments: [[0xFF], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x5B, 0x80]])
  func invalidUTF8IsReported(bytes: [UInt8]) {
    let result = JSONParser.parse(SourceText(name: "test.json", bytes: bytes))
    #expect(result.diagnostics.first?.code == "invalid-utf8")
  }

  @Test(arguments: ["[", "{\"a\":", "[{\"a\":[", "[1,"])
  func deepNestingIsAFindingAndNoCrash(open: String) {
    let result = parse(String(repeating: open, count: 100_000))
    #expect(result.diagnostics.map(\.code) == ["too-deep"])
    #expect(result.isTruncated)
  }

  @Test func nestingAsDeepAsAllowedIsRead() {
    let text = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
    #expect(summaries(text) == [])
  }

  @Test func garbageIsGivenUp() {
    #expect(parse(String(repeating: "?;", count: 100_000)).diagnostics.count <= 30)
  }

  @Test func textsCutAnywhereAreReported() {
    let bytes = Array(RecipeConfig.text.utf8)
    #expect(ReadRecipe(bytes).diagnostics.isEmpty)
    for length in bytes.indices {
      let result = JSONParser.parse(
        SourceText(name: "test.json", bytes: Array(bytes[..<length])))
      #expect(!result.diagnostics.isEmpty, "cut at \(length)")
      #expect(result.isTruncated, "cut at \(length)")
    }
  }
}

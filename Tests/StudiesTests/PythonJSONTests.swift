import Configuration
import Testing

import Studies

struct PythonJSONTests {
  /// Each text was written by `json.dumps` of Python 3.11.
  @Test(arguments: [
    "null", "true", "[]", "{}", "[1, 2.5, null, NaN, -Infinity, Infinity]",
    "{\"a\": [{\"b\": \"\\u00e9\\ud83e\\udd67\\\"\\\\\\n\\t\\b\\f\\r\\u0001\\u007f\"}], \"\": -0.0}",
    "[1e-05, 9500000000000000.0, 1.8014398509481984e+16, 1e+22, 5e-324, 100000000000000000000]",
  ])
  func textsOfPythonAreWrittenAgain(text: String) throws {
    #expect(PythonJSON.text(try #require(PythonJSON.value(text))) == text)
  }

  @Test(arguments: [
    (1e-5, "1e-05"), (9.5e15, "9500000000000000.0"), (9_007_199_254_740_992, "9007199254740992.0"),
    (1e16, "1e+16"), (18_014_398_509_481_984, "1.8014398509481984e+16"), (1e22, "1e+22"),
    (0.0001, "0.0001"), (-0.0, "-0.0"), (123456789.125, "123456789.125"), (1, "1.0"),
    (.leastNonzeroMagnitude, "5e-324"),
    (-9_999_999_999_999_998, "-9999999999999998.0"), (.infinity, "Infinity"), (.nan, "NaN"),
  ])
  func floatsAreWrittenAsPythonDoes(value: Double, text: String) {
    #expect(PythonJSON.text(value) == text)
  }

  @Test func slashesMayBeEscaped() {
    #expect(PythonJSON.value("\"a\\/b\"")?.string == "a/b")
  }

  @Test func loneSurrogatesAreReplaced() {
    #expect(PythonJSON.value("\"a\\ud800b\"")?.string == "a\u{FFFD}b")
  }

  @Test(arguments: [
    "", "[", "[1,]", "[1 2]", "{\"a\"}", "{a: 1}", "nul", "+1", "1x", "\"a", "\"\\x\"", "\"\\u12\"",
    "\"\\u12g4\"", "[]]", "\"a\\", "{\"a\": [",
    String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000), "-",
    "Inf",
    "0x10",
  ])
  func whatPythonWouldNotReadIsNil(text: String) {
    #expect(PythonJSON.value(text) == nil)
  }
}

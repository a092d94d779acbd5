import Configuration
import Testing

struct JSONDifferenceTests {
  private func json(_ text: String) -> JSONValue {
    JSONParser.parse(SourceText(name: "test.json", text)).value
  }

  private func differences(_ a: String, _ b: String) -> [String] {
    json(a).differences(to: json(b)).map { difference in
      let first = difference.first?.value.compactText ?? "-"
      let second = difference.second?.value.compactText ?? "-"
      return "\(difference.name): \(first) \(second)"
    }
  }

  @Test(arguments: [
    (#"{"a": 1, "b": [1, 2]}"#, #"{"b": [1, 2.0], "a": 1e0}"#, [String]()),
    (#"{"a": 1}"#, #"{"a": 2}"#, ["a: 1 2"]),
    (#"{"a": {"b": 1}}"#, #"{"c": {"b": 1}}"#, ["a.b: 1 -", "c.b: - 1"]),
    (#"{"size": [3, 3]}"#, #"{"size": [3, 5]}"#, ["size: [3,3] [3,5]"]),
    (#"{"o": "adam"}"#, #"{"o": {"type": "adam"}}"#, []),
    (
      #"{"o": "mse"}"#, #"{"o": {"type": "huber", "delta": 1}}"#,
      ["o.type: \"mse\" \"huber\"", "o.delta: - 1"]
    ),
    (#"{"v": "x.csv"}"#, #"{"v": {"fraction": 0.5}}"#, ["v: \"x.csv\" -", "v.fraction: - 0.5"]),
    (
      #"{"m": ["a"]}"#, #"{"m": [{"type": "p", "k": 2}, "a"]}"#,
      ["m[0].type: - \"p\"", "m[0].k: - 2"]
    ),
    (#"{"a": null}"#, #"{"a": false}"#, ["a: null false"]),
  ])
  func settingsAreComparedByPath(a: String, b: String, expected: [String]) {
    #expect(differences(a, b) == expected)
  }

  private static let dense = #"{"type": "dense", "units": 8}"#
  private static let wide = #"{"type": "dense", "units": 64}"#
  private static let last = #"{"type": "dense", "units": 3}"#
  private static let dropout = #"{"type": "dropout", "rate": 0.1}"#

  /// What is put in between does not make what follows differ, nor do types alone decide which of several
  /// equal ones it was put before.
  @Test(arguments: [
    ([dense, last], [dense, dropout, last], ["[1].type: - \"dropout\"", "[1].rate: - 0.1"]),
    ([dense, dropout, last], [dense, last], ["[1].type: \"dropout\" -", "[1].rate: 0.1 -"]),
    ([dense, last], [dense, wide, last], ["[1].type: - \"dense\"", "[1].units: - 64"]),
    ([dense, last], [wide, dense, last], ["[0].type: - \"dense\"", "[0].units: - 64"]),
    (
      [dense, last], [dropout, wide, last],
      ["[0].type: - \"dropout\"", "[0].rate: - 0.1", "[0 → 1].units: 8 64"]
    ),
    (
      [dropout, last], [#"{"type": "flatten"}"#, last],
      ["[0].type: \"dropout\" \"flatten\"", "[0].rate: 0.1 -"]
    ),
    (
      [#"{"type": "dense", "name": "a", "units": 1}"#, last],
      [
        #"{"type": "dense", "name": "b", "units": 1}"#,
        #"{"type": "dense", "name": "a", "units": 2}"#, last,
      ],
      ["[0].type: - \"dense\"", "[0].name: - \"b\"", "[0].units: - 1", "[0 → 1].units: 1 2"]
    ),
  ])
  func layersAreAligned(a: [String], b: [String], expected: [String]) {
    let texts = (
      "[\(a.joined(separator: ","))]", "[\(b.joined(separator: ","))]"
    )
    #expect(differences(texts.0, texts.1) == expected)
  }

  @Test func manyLayersAreAlignedQuickly() {
    let layers = (0..<300).map { #"{"type": "\#($0 % 3 == 0 ? "a" : "b")", "units": \#($0)}"# }
    let more = Array(layers[..<100]) + [#"{"type": "c"}"#] + layers[100...]
    let found = differences(
      "[\(layers.joined(separator: ","))]", "[\(more.joined(separator: ","))]")
    #expect(found == ["[100].type: - \"c\""])
  }
}

import Configuration
import Testing

struct JSONLeavesTests {
  private let document = JSONParser.parse(
    SourceText(
      name: "test.json",
      #"{"a": {"b": 1, "c": {}}, "l": [{"u": 2}, "x"], "s": [3, 4], "o": "adam", "e": []}"#)
  ).value

  @Test func everySettingIsALeaf() {
    let leaves = document.leaves().map { "\($0.path)=\($0.value.compactText)" }
    #expect(
      leaves == ["a.b=1", "a.c={}", "l[0].u=2", "l[1]=\"x\"", "s=[3,4]", "o=\"adam\"", "e=[]"])
  }

  @Test func everyPathIsANode() {
    let nodes = document.nodes().map(\.path.description)
    #expect(
      nodes == [
        "", "a", "a.b", "a.c", "l", "l[0]", "l[0].u", "l[1]", "s", "s[0]", "s[1]", "o", "e",
      ])
  }

  @Test(arguments: [
    ("a.b", "1"), ("l[0].u", "2"), ("s[1]", "4"), ("o", "\"adam\""), ("o.type", "\"adam\""),
  ])
  func pathsLeadToValues(path: String, value: String) throws {
    let path = try ConfigPath.parse(path, name: "path")
    #expect(document.value(at: path)?.compactText == value)
  }

  @Test(arguments: ["a.x", "l[2]", "a[0]", "o.rate", "s.type"])
  func otherPathsLeadNowhere(path: String) throws {
    #expect(document.value(at: try ConfigPath.parse(path, name: "path")) == nil)
  }

  @Test(arguments: [
    ("", 1), ("a..b", 3), ("a[x]", 3), ("a[1", 2), ("a[1]b", 5), ("a.", 3),
  ])
  func pathsHaveAGrammar(text: String, column: Int) {
    let failure = #expect(throws: Failure.self) { try ConfigPath.parse(text, name: "path") }
    #expect(failure?.diagnostics.first?.category == .usage)
    #expect(failure?.diagnostics.first?.place?.column == column)
  }
}

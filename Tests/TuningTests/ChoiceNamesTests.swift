import Configuration
import Testing
import Tuning

@Suite struct ChoiceNamesTests {
  private static let long = String(repeating: "x", count: 60)

  @Test(arguments: [
    (#"["adam", "sgd"]"#, ["adam", "sgd"]),
    (#"[8, 16, true, null]"#, ["8", "16", "true", "null"]),
    (
      #"["sgd", {"type": "sgd", "momentum": 0.5}, "adam"]"#, ["sgd", "sgd momentum=0.5", "adam"]
    ),
    (
      #"[{"type": "dense", "units": 8, "activation": "relu"}, {"type": "dense", "units": 8, "activation": "tanh"}]"#,
      ["dense activation=relu", "dense activation=tanh"]
    ),
    (
      #"[{"type": "a", "in": {"size": 1}, "out": {"size": 1}}, {"type": "a", "in": {"size": 2}, "out": {"size": 3}}]"#,
      ["a in.size=1 out.size=1", "a in.size=2 out.size=3"]
    ),
    (
      #"[[{"type": "dense", "units": 8}], [{"type": "dense", "units": 9}], [1, 2]]"#,
      ["[dense] units=8", "[dense] units=9", "[1,2]"]
    ),
    // Nothing tells them apart in a few words.
    (#"["sgd", {"type": "sgd"}]"#, ["sgd#1", "sgd#2"]),
    (
      #"[{"type": "a", "name": "\#(long)1"}, {"type": "a", "name": "\#(long)2"}]"#, ["a#1", "a#2"]
    ),
    (#"[16, "16"]"#, ["16#1", "16#2"]),
  ])
  func noTwoAreTheSame(values: String, expected: [String]) throws {
    let items = try #require(JSONParser.parse(SourceText(name: "values", values)).value.items)
    let names = ChoiceNames(items)
    #expect(items.map { names[$0] } == expected)
  }

  @Test func aValueOfAnotherChoiceHasAName() {
    #expect(ChoiceNames([.string("adam")])[.object(["type": .string("sgd")])] == "sgd")
    #expect(ChoiceNames()[.integer(3)] == "3")
  }
}

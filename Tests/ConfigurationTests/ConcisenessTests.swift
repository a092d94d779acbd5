import Testing

import Configuration

@Suite struct ConcisenessTests {
  private struct Inner: ConfigObject {
    var depth = 2
    var title: String?
    static let keys: [Key<Self>] = [
      .integer("depth", \.depth, help: ""), Key("title", \.title, .string(), help: ""),
    ]
  }

  private struct Outer: ConfigObject {
    var size = 10
    var inner = Inner()
    var list: [Inner] = []
    var byName: [String: Inner] = [:]
    static let keys: [Key<Self>] = [
      .integer("size", \.size, help: ""), Key("inner", \.inner, .object(), help: ""),
      Key("list", \.list, .list(.object()), help: ""),
      Key("by_name", \.byName, .map(of: "name", .object()), help: ""),
    ]
  }

  private static let form = Form.object { Outer.keys.map { $0.keyForm() } }

  private func concise(_ outer: Outer, keeping kept: Set<String> = []) -> String {
    outer.json.withoutDefaults(of: Self.form, keeping: kept).compactText
  }

  @Test func whatHoldsAnywayIsLeftOutAtEveryLevel() {
    var outer = Outer()
    #expect(concise(outer) == "{}")
    outer.inner.title = "t"
    #expect(concise(outer) == #"{"inner":{"title":"t"}}"#)
    outer.list = [Inner(), outer.inner]
    outer.byName = ["a": Inner()]
    #expect(
      concise(outer) == #"{"inner":{"title":"t"},"list":[{},{"title":"t"}],"by_name":{"a":{}}}"#)
  }

  @Test func keptKeysStay() {
    #expect(concise(Outer(), keeping: ["size"]) == #"{"size":10}"#)
  }
}

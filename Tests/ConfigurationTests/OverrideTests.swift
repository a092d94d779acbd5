import Configuration
import Testing

struct OverrideTests {
  private static let text = """
    {"training": {"optimizer": "adam", "epochs": 3}, "layers": [{"units": 1}, {"units": 2}]}
    """

  private func apply(_ override: String, to text: String = text) throws -> JSONValue {
    let document = JSONParser.parse(SourceText(name: "test.json", text)).value
    return try Override.parse(override).applied(to: document, form: RecipeConfig.form)
  }

  private func finding(_ override: String) -> Diagnostic? {
    do {
      _ = try apply(override)
    } catch let failure as Failure {
      return failure.diagnostics.first
    } catch {
      Issue.record(error)
    }
    return nil
  }

  @Test(arguments: [
    ("a=1", "{}", "{\"a\":1}"),
    ("a.b.c=1", "{}", "{\"a\":{\"b\":{\"c\":1}}}"),
    ("a=x=y", "{}", "{\"a\":\"x=y\"}"),
    ("a=", "{}", "{\"a\":\"\"}"),
    ("a=[1, {\"b\": null}]", "{}", "{\"a\":[1,{\"b\":null}]}"),
    ("a=[1,", "{}", "{\"a\":\"[1,\"}"),
    ("a=\"1\"", "{}", "{\"a\":\"1\"}"),
    ("a[1]=5", "{\"a\": [1, 2]}", "{\"a\":[1,5]}"),
    ("a[0][1].b=5", "{\"a\": [[1, {\"b\": 2}]]}", "{\"a\":[[1,{\"b\":5}]]}"),
    (
      "steps[0].times=2", "{\"steps\": [\"stir\"]}", "{\"steps\":[{\"type\":\"stir\",\"times\":2}]}"
    ),
    ("steps[0].type=bake", "{\"steps\": [\"stir\"]}", "{\"steps\":[{\"type\":\"bake\"}]}"),
    ("title.a=2", "{\"title\": \"pie\"}", "{\"title\":{\"a\":2}}"),
    (#"a["b.c"].d=1"#, "{}", #"{"a":{"b.c":{"d":1}}}"#),
    (#"["a.b"]=1"#, #"{"a.b": 0}"#, #"{"a.b":1}"#),
    (#"a["x=\"]"][1]=5"#, #"{"a": {"x=\"]": [1, 2]}}"#, #"{"a":{"x=\"]":[1,5]}}"#),
    (#"a["b"]=["c.d"]"#, "{}", #"{"a":{"b":["c.d"]}}"#),
    ("o.rate=0.1", "{\"o\": 5}", "{\"o\":{\"rate\":0.1}}"),
  ])
  func valuesTakeTheirPlace(override: String, text: String, result: String) throws {
    #expect(try apply(override, to: text).compactText == result)
  }

  @Test func valuesKnowTheirPlace() throws {
    let value = try apply("training.optimizer.learning_rate=0.5")["training"]?["optimizer"]
    let rate = value?.members?.last
    #expect(rate?.value.location?.place.file == "--set")
    #expect(rate?.value.location?.place.column == 34)
    #expect(rate?.keyLocation?.place.column == 20)
    #expect(rate?.keyLocation?.place.width == 13)
    let step = try apply("steps[0].times=2", to: #"{"steps": ["stir"]}"#)["steps"]?.items?.first
    #expect(step?["type"]?.location?.place.file == "test.json")
  }

  /// What is no JSON is a string, but nobody wrote quotes.
  @Test(arguments: [
    ("salt=.5", "write 0.5"), ("is_vegan=True", "write true"),
    ("salt=\".5\"", "write 0.5 without the quotes"),
  ])
  func adviceFitsWhatWasWritten(override: String, help: String) throws {
    let document = try apply(override, to: "{\"title\": \"t\"}")
    var reading = Reading(root: RecipeConfig.form)
    _ = Codec<RecipeConfig>.object().read(document, &reading)
    #expect(reading.diagnostics.map(\.help) == [help])
  }

  @Test(arguments: [
    ("", "an override has the form path=value", 1),
    ("epochs", "an override has the form path=value", 1),
    ("=1", "a key is missing in the path", 1),
    ("a..b=1", "a key is missing in the path", 3),
    ("a.=1", "a key is missing in the path", 3),
    ("[0]=1", "a key is missing in the path", 1),
    ("a[x]=1", "'x' is not an index", 3),
    ("a[-1]=1", "'-1' is not an index", 3),
    ("a[99999999999999999999]=1", "'99999999999999999999' is not an index", 3),
    ("a[0=1", "this '[' is never closed", 2),
    (#"a["b=1"#, "this '[' is never closed", 2), (#"a["b".c=1"#, "this '[' is never closed", 2),
    (#"a["\q"]=1"#, "this is no JSON string", 3),
    (#"a["b"]c=1"#, "a '.' is missing before this key", 7),
    ("a[0]b=1", "a '.' is missing before this key", 5),
    ("layers[2].units=1", "'layers' has 2 items, so [2] does not exist", 8),
    ("other[0]=1", "'other' has 0 items, so [0] does not exist", 7),
  ])
  func malformedPathsAreFindings(override: String, message: String, column: Int) {
    let finding = finding(override)
    #expect(finding?.code == "override")
    #expect(finding?.message == message)
    #expect(finding?.place?.column == column)
  }

  /// An object in place of the array would be blamed on the file.
  @Test(arguments: [
    ("steps.1.times=2", "1", "write steps[1].times"),
    ("steps.times=2", "times", "write steps[0].times"),
    ("steps.-1.times=2", "-1", "the first item is steps[0]"),
    ("steps.0=bake", "0", "write steps[0]"),
  ])
  func arraysKeepTheirForm(override: String, key: String, help: String) throws {
    let failure = try #require(throws: Failure.self) {
      try apply(override, to: #"{"steps": ["stir", "stir"]}"#)
    }
    let finding = try #require(failure.diagnostics.first)
    #expect(
      finding.message
        == "'steps' is an array, whose items are chosen by numbers in brackets, not by '\(key)'")
    #expect(finding.place?.file == "--set")
    #expect(finding.place?.column == 7)
    #expect(finding.help == help)
  }

  /// A path in a finding can be copied to the command line.
  @Test(arguments: [
    "training.epochs", "model.layers[0].units", #"data.columns["unit.price"].type"#,
    #"["a.b"].c"#, #"a["\"=[]"]["."][1]"#, #"a[""]"#, "data.columns.petal length",
  ])
  func pathsAreWrittenAsTheyAreRead(path: String) throws {
    #expect(try ConfigPath.parse(path, name: "path").description == path)
  }

  @Test func deepPathsAreAFindingAndNoCrash() {
    let path = Array(repeating: "a", count: 60_000).joined(separator: ".")
    #expect(finding(path + "=1")?.message == "the path is more than 64 steps deep")
  }
}

import Configuration
import TestSupport
import Testing

struct ConfigObjectTests {
  /// Findings of a recipe with one more member.
  private func findings(_ member: String) -> [Diagnostic] {
    ReadRecipe("{\"title\": \"t\",\n\(member)}").diagnostics
  }

  @Test func validTextsAreRead() throws {
    let read = ReadRecipe(RecipeConfig.text)
    #expect(read.diagnostics.isEmpty)
    let recipe = read.recipe
    #expect(recipe.title == "Pie é🥧")
    #expect(recipe.servings == 6)
    #expect(recipe.salt == 0.25)
    #expect(recipe.isVegan)
    #expect(recipe.course == .dessert)
    #expect(recipe.oven.temperature == 180)
    #expect(recipe.amounts == ["flour": 250, "sugar": 0.5])
    #expect(recipe.cooks == ["ann", "bob"])
    let steps = try #require(recipe.steps)
    #expect((steps[0] as? StirConfig)?.times == 10)
    #expect((steps[1] as? BakeConfig)?.minutes == 40)
    #expect((steps[2] as? StirConfig)?.times == 3)
  }

  @Test func resolvedTextsReadBackTheSame() {
    let resolved = ReadRecipe(RecipeConfig.text).recipe.json.prettyText
    let again = ReadRecipe(resolved)
    #expect(again.diagnostics.isEmpty)
    #expect(again.recipe.json.prettyText == resolved)
    #expect(ReadRecipe("{\"title\": \"t\"}").recipe.json["servings"]?.integer == 4)
  }

  @Test(arguments: [
    ("\"servings\": \"6\"", "wrong-type 2:13", "write 6 without the quotes"),
    ("\"servings\": 1.5", "wrong-type 2:13", nil),
    ("\"servings\": null", "wrong-type 2:13", "leave it out"),
    ("\"salt\": \".5\"", "wrong-type 2:9", "write 0.5 without the quotes"),
    ("\"is_vegan\": \"True\"", "wrong-type 2:13", "write true without the quotes"),
    ("\"is_vegan\": 1", "wrong-type 2:13", nil),
    ("\"oven\": 5", "wrong-type 2:9", "write {\"temperature\": 5}"),
    ("\"steps\": \"stir\"", "wrong-type 2:10", "write [\"stir\"]"),
    ("\"steps\": []", "too-few 2:10", nil),
    ("\"steps\": [5]", "wrong-type 2:11", nil),
    ("\"steps\": [{\"type\": 5}]", "wrong-type 2:20", nil),
    ("\"steps\": [{\"times\": 5}]", "missing-key 2:11", "allowed: stir, bake"),
    ("\"steps\": [\"mix\"]", "unknown-step 2:11", "did you mean \"stir\"?"),
    ("\"steps\": [\"bkae\"]", "unknown-step 2:11", "did you mean \"bake\"?"),
    ("\"steps\": [\"wait\"]", "unknown-step 2:11", "allowed: stir, bake"),
    ("\"steps\": [\"roast\", {\"type\": \"stir\", \"times\": 0}]", "out-of-range 2:46", nil),
    ("\"cooks\": \"\"", "empty-string 2:10", nil),
    ("\"cooks\": []", "too-few 2:10", nil),
    ("\"course\": \"desert\"", "unknown-value 2:11", "did you mean \"dessert\"?"),
    ("\"amounts\": {\"flour\": 0}", "out-of-range 2:22", nil),
    ("\"oven\": true", "wrong-type 2:9", "write {} for its defaults"),
    ("\"oven\": false", "wrong-type 2:9", "leave it out"),
    ("\"servings\": [6]", "wrong-type 2:13", "write 6 without the brackets"),
    ("\"salt\": \"20%\"", "wrong-type 2:9", "write 0.2 without the quotes"),
    ("\"salt\": \"0,25\"", "wrong-type 2:9", "write 0.25 without the quotes"),
    ("\"salt\": 20", "out-of-range 2:9", "20 % is 0.2"),
    ("\"cooks\": null", "wrong-type 2:10", "leave it out"),
    ("\"cooks\": {}", "wrong-type 2:10", nil),
    (
      "\"steps\": {\"bake\": {\"minutes\": 5}}", "wrong-type 2:10",
      "write an array: [{\"type\": \"bake\", \"minutes\": 5}]"
    ),
    (
      "\"steps\": [{\"bake\": {\"minutes\": 5}}]", "missing-key 2:12",
      "write {\"type\": \"bake\", \"minutes\": 5}"
    ),
    ("\"steps\": [{\"bake\": {}}]", "missing-key 2:12", "write \"bake\""),
    ("\"steps\": [{\"typ\": \"bake\"}]", "missing-key 2:12", "in place of \"typ\""),
    ("\"steps\": [[\"bake\"]]", "wrong-type 2:11", "write \"bake\" without the brackets"),
    ("\"portions\": 6", "unknown-key 2:1", "did you mean 'servings'?"),
    ("\"serving\": 6", "unknown-key 2:1", "did you mean 'servings'?"),
    ("\"temperature\": 6", "unknown-key 2:1", "'temperature' belongs to 'oven'"),
    ("\"minutes\": 6", "unknown-key 2:1", "'minutes' belongs to 'steps[] (bake)'"),
    ("\"oven\": {\"salt\": 6}", "unknown-key 2:10", "'salt' belongs to the top level"),
    ("\"oven\": {\"portions\": 6}", "unknown-key 2:10", "the top level, as 'servings'"),
    (
      "\"temprature\": 6", "unknown-key 2:1",
      "did you mean 'temperature', which belongs to 'oven'?"
    ),
    (
      "\"steps\": [{\"type\": \"stir\", \"minutes\": 6}]", "unknown-key 2:28",
      "'minutes' belongs to 'steps[] (bake)'"
    ),
    ("\"oven\": {\"zzzzzz\": 6}", "unknown-key 2:10", "allowed here: temperature"),
    ("\"title\": \"u\"", "duplicate-key 2:1", "remove one of the two"),
  ])
  func mistakesAreFound(member: String, summary: String, help: String?) {
    let findings = findings(member)
    #expect(findings.map(\.summary) == [summary])
    if let help {
      #expect(findings.first?.help?.hasSuffix(help) == true, "\(findings.first?.help ?? "none")")
    } else {
      #expect(findings.first?.help == nil)
    }
  }

  @Test(arguments: [
    ("\"servings\": 9223372036854775807", "at least 1 and at most 1000, not 9223372036854775807"),
    ("\"salt\": 1.50", "at least 0 and less than 1, not 1.50"),
  ])
  func numbersOutOfRangeAreShownAsWritten(member: String, ending: String) {
    #expect(findings(member).first?.message.hasSuffix(ending) == true)
  }

  @Test func allMistakesAreFoundInOnePass() {
    let read = ReadRecipe(
      """
      {
        "servings": 0,
        "salt": "much",
        "colour": 1,
        "steps": ["stirr", {"type": "bake", "minute": 3}],
      }
      """)
    #expect(
      Set(read.diagnostics.map(\.summary)) == [
        "missing-key 1:1", "out-of-range 2:15", "wrong-type 3:11", "unknown-key 4:3",
        "unknown-step 5:13", "unknown-key 5:39", "trailing-comma 5:52",
      ])
    #expect(read.diagnostics.count == 7)
  }

  /// A required key under a wrong name is no key that is missing besides.
  @Test func aMisspeltKeyIsOneFinding() {
    let findings = ReadRecipe("{\"titel\": \"t\"}").diagnostics
    #expect(findings.map(\.summary) == ["unknown-key 1:2"])
    #expect(findings.map(\.help) == ["did you mean 'title'?"])
  }

  @Test func everyFormOfAKeyIsNamed() {
    #expect(
      findings("\"cooks\": null").map(\.message) == [
        "'cooks' must be a cook or an array, each item a cook, not null"
      ])
    let form = Form.either([
      .either([Codec<OvenConfig>.object().form, .string("a path")]),
      Codec<RecipeConfig>.object().form,
    ])
    #expect(
      form.summary
        == "an object (temperature), a path or an object (title, servings, salt, …)")
  }

  @Test func whatWasReportedOnceIsNotReportedAgain() {
    #expect(findings("\"servings\": NaN").map(\.summary) == ["not-finite 2:13"])
  }

  @Test func keysMissingFromACutTextAreNoFinding() {
    #expect(ReadRecipe("{\"servings\": 5").diagnostics.map(\.code) == ["truncated"])
  }

  @Test func keysDescribeThemselves() {
    let keys = RecipeConfig.keys.map { $0.keyForm() }
    #expect(keys.map(\.defaultText).prefix(5) == [nil, "4", "0.5", "false", "\"main\""])
    #expect(keys[0].isRequired && !keys[1].isRequired)
    #expect(keys[2].unit == "spoons")
    #expect(keys[1].form.summary == "an integer at least 1 and at most 1000")
    #expect(keys[4].form.summary == "\"starter\", \"main\" or \"dessert\"")
    #expect(keys[5].form.summary == "an array, each item a step: stir or bake")
  }

  /// Damaged texts give findings or a recipe that can be written and read again.
  @Test func damagedTextsNeverCrash() {
    var mutator = Mutator(
      seed: 4, corpus: [Array(RecipeConfig.text.utf8)],
      meaningful: Array("{}[]\":,\\/#'-.0e9tfn\n ".utf8))
    for _ in 0..<Mutator.count {
      let bytes = mutator.next()
      let read = ReadRecipe(bytes)
      for diagnostic in read.diagnostics { _ = diagnostic.text(color: true) }
      guard read.diagnostics.isEmpty else { continue }
      let resolved = read.recipe.json.prettyText
      let again = ReadRecipe(resolved)
      if !again.diagnostics.isEmpty || again.recipe.json.prettyText != resolved {
        Issue.record("\(String(decoding: bytes, as: UTF8.self))")
      }
    }
  }
}

import Configuration
import Testing
import Training

/// The JSON Schema takes what the reader takes, as far as a schema can say it.
@Suite struct SchemaTests {
  let document = JSONParser.parse(
    SourceText(name: "schema", JSONSchema.document(RunConfig.form, title: "configuration"))
  ).value

  /// The schema of one alternative of a kind, by the value of its tag.
  private func alternative(_ kind: String, _ type: String, tag: String = "type") -> JSONValue? {
    document["$defs"]?[kind]?["anyOf"]?.items?.first {
      $0["properties"]?[tag]?["enum"]?.items?.contains { $0.string == type } == true
    }
  }

  /// The names that stand for a whole object.
  private func shortForms(_ kind: String) -> [String] {
    document["$defs"]?[kind]?["anyOf"]?.items?.lazy.compactMap { $0["enum"]?.items }.first?
      .compactMap(\.string) ?? []
  }

  private func required(_ schema: JSONValue?) -> [String] {
    schema?["required"]?.items?.compactMap(\.string) ?? []
  }

  @Test func namesAloneStandForWhatLacksNothing() {
    #expect(shortForms("optimizer").contains("adam"))
    #expect(shortForms("initializer").contains("glorot_uniform"))
    #expect(shortForms("layer").contains("flatten"))
    #expect(!shortForms("layer").contains("conv2d"))
    #expect(!shortForms("schedule").contains("multi_step"))
    #expect(shortForms("data_format") == [])
  }

  @Test func tagsAreRequiredUnlessThereIsADefault() {
    #expect(required(alternative("layer", "dense")) == ["type"])
    #expect(required(alternative("layer", "conv2d")) == ["type", "filters"])
    #expect(required(alternative("optimizer", "adam")) == [])
    #expect(required(alternative("optimizer", "sgd")) == ["type"])
    #expect(required(alternative("data_format", "csv", tag: "format")) == ["train", "target"])
    #expect(required(alternative("data_format", "idx", tag: "format")) == ["format", "train"])
  }

  @Test func listsAndStringsHaveTheirLengths() {
    let csv = alternative("data_format", "csv", tag: "format")?["properties"]
    let train = csv?["train"]?["anyOf"]?.items
    #expect(train?[0]["minLength"]?.integer == 1)
    #expect(train?[1]["minItems"]?.integer == 1)
    #expect(csv?["features"]?["minItems"]?.integer == 1)
    let held = csv?["validation"]?["anyOf"]?.items?.first
    #expect(required(held) == ["fraction"])
    let kernel = alternative("layer", "conv2d")?["properties"]?["kernel_size"]?["anyOf"]?.items
    #expect(kernel?.last?["minItems"]?.integer == 2)
    #expect(kernel?.last?["maxItems"]?.integer == 2)
    let layers = document["properties"]?["model"]?["properties"]?["layers"]
    #expect(layers?["minItems"]?.integer == 1)
  }

  @Test func editorsSeeHowToChoose() {
    let rate = alternative("layer", "dropout")?["properties"]?["rate"]
    let description = rate?["description"]?.string ?? ""
    for part in ["Fraction of the inputs", " Too low: ", " Too high: ", " Typical: "] {
      #expect(description.contains(part), "\(part)")
    }
    #expect(rate?["examples"]?.items?.first?.double == 0.2)
    let type = alternative("layer", "dropout")?["properties"]?["type"]?["description"]
    #expect(type?.string?.contains(" Choose: ") == true)
  }
}

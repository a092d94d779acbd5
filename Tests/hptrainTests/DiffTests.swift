import Configuration
import TestSupport
import Testing

@Suite struct DiffTests {
  private func diff(_ arguments: String..., in workspace: Workspace) throws -> Program.Result {
    try Program.run(["diff"] + arguments, in: workspace.path)
  }

  /// A configuration, its run and its model are the same, wherever they lie and whatever they leave out.
  @Test func whatIsTheSameHasNoDifference() throws {
    let workspace = try Sample.workspace()
    _ = try Program.run("train", "config.json", "--output", "a/run", "-q", in: workspace.path)
    try workspace.write(
      "sub/config.json",
      Sample.config(
        training: #""shuffle": true, "loss": "cross_entropy", "learning_rate_schedule": "constant""#
      )
      .replacing("\"data.csv\"", with: "\"../sub/../data.csv\""))
    for name in ["sub/config.json", "a/run", "a/run/model.safetensors"] {
      let result = try diff("config.json", name, "--exit-code", in: workspace)
      #expect(result.output == "", "\(name)")
      #expect(result.exitCode == 0)
      #expect(result.errors == "no setting differs\n")
    }
  }

  /// What a column has is compared, wherever it is said.
  @Test(arguments: [
    (
      #""columns": {"width": {"scaling": "log"}}"#,
      [#"data.columns.width.scaling "standard" "log""#]
    ),
    (#""columns": {"width": {"clip": 3}}"#, ["data.columns.width.clip - 3"]),
    (#""columns": {"width": {"scaling": "standard"}}"#, []),
    (#""columns": {"width": {"missing": "error", "signs": []}, "height": {}}"#, []),
  ])
  func columnsAreComparedByWhatTheyHave(columns: String, differences: [String]) throws {
    let workspace = try Sample.workspace(data: #""scaling": "standard""#)
    try workspace.write(
      "other.json", Sample.config(data: #""scaling": "standard", "# + columns))
    for names in [["config.json", "other.json"], ["other.json", "other.json"]] {
      let result = try Program.run(["diff"] + names, in: workspace.path)
      let expected = names[0] == names[1] ? [] : differences
      #expect(result.exitCode == 0, "\(result.errors)")
      let squeezed = result.lines.dropFirst().map(Self.squeezed)
      #expect(squeezed == expected, "\(result.output)")
    }
  }

  /// With one blank between cells.
  private static func squeezed(_ line: some StringProtocol) -> String {
    line.split(separator: " ").joined(separator: " ")
  }

  /// A column that says the same for itself is the same where the settings for all differ.
  @Test func whatAllHaveIsNoDifferenceOfAColumn() throws {
    let column = #""columns": {"width": {"scaling": "none"}}"#
    let workspace = try Sample.workspace(data: #""scaling": "standard", "# + column)
    try workspace.write("other.json", Sample.config(data: column))
    let result = try diff("config.json", "other.json", in: workspace)
    #expect(result.lines.dropFirst().map(Self.squeezed) == [#"data.scaling "standard" "none""#])
  }

  @Test func settingsStandSideBySide() throws {
    let workspace = try Sample.workspace()
    try workspace.write("other.csv", Sample.csv)
    try workspace.write(
      "other.json",
      Sample.config(
        layers: #"{"type": "dropout"}, {"type": "dense"}"#,
        training: #""optimizer": {"type": "sgd", "learning_rate": 0.001}"#
      ).replacing("data.csv", with: "other.csv"))
    let result = try diff("config.json", "other.json", in: workspace)
    #expect(result.exitCode == 0)
    #expect(
      result.output == """
        setting                       config.json  other.json
        data.train                    "data.csv"   "other.csv"
        model.layers[0].type          -            "dropout"
        model.layers[0].rate          -            0.5
        training.optimizer.type       "adam"       "sgd"
        training.optimizer.beta1      0.9          -
        training.optimizer.beta2      0.999        -
        training.optimizer.epsilon    1e-08        -
        training.optimizer.momentum   -            0
        training.optimizer.dampening  -            0
        training.optimizer.nesterov   -            false

        """)
    let json = try diff(
      "config.json", "other.json", "--format", "json", "--exit-code", in: workspace)
    #expect(json.exitCode == 1)
    #expect(
      json.lines.first
        == #"{"event":"setting","name":"data.train","first":{"path":"data.train","value":"data.csv"},"second":{"path":"data.train","value":"other.csv"}}"#
    )
    #expect(json.events.count == 10)
  }

  @Test func figuresOfRunsStandSideBySide() throws {
    let workspace = try Sample.workspace(data: #""validation": {"fraction": 0.2}"#)
    _ = try Program.run("train", "config.json", "--output", "a", "-q", in: workspace.path)
    _ = try Program.run(
      "train", "config.json", "--output", "b", "-q", "--set",
      "training.optimizer.learning_rate=0.1", "--set", "training.metrics=[\"f1\"]",
      in: workspace.path)
    let result = try diff("a", "b", "--format", "json", in: workspace)
    let figures = Dictionary(
      result.events.filter { $0["event"]?.string == "figure" }.map {
        ($0["name"]?.string ?? "", $0)
      }
    ) { first, _ in first }
    let last = Array(try workspace.read("b/metrics.jsonl").split(separator: 10).last ?? [])
    let end = JSONParser.parse(SourceText(name: "end", bytes: last)).value
    let loss = try #require(figures["validation.loss"])
    #expect(loss["second"]?.double == end["validation"]?["loss"]?.double)
    #expect(loss["better"]?.string == "second")
    #expect(figures["validation.accuracy"]?["second"] == nil)
    #expect(figures["validation.f1"]?["first"] == nil)
    #expect(figures["state"]?["first"]?.string == "completed")
    #expect(figures["epochs"]?["second"]?.integer == 3)
    #expect(figures["parameters"]?["first"]?.integer == 6)
    #expect(figures["seconds"]?["first"]?.double != nil)
    let text = try diff("a", "b/model.safetensors", in: workspace)
    let line = text.lines.first { $0.hasPrefix("validation.loss") }
    #expect(line?.hasSuffix(" *") == true)
    // Of one run alone there is nothing to compare.
    #expect(try !diff("a", "config.json", in: workspace).output.contains("validation.loss"))
  }

  /// The figures of a run with another setting of which one is marked as better.
  private func marked(_ override: String, in workspace: Workspace) throws -> [String] {
    for (name, overrides) in [("a", []), ("b", ["--set", override])] {
      let trained = try Program.run(
        ["train", "config.json", "--output", name, "-q"] + overrides, in: workspace.path)
      #expect(trained.exitCode == 0, "\(trained.errors)")
    }
    let result = try diff("a", "b", "--format", "json", in: workspace)
    return result.events.filter { $0["better"]?.string != nil }.compactMap { $0["name"]?.string }
  }

  /// A figure of another quantity or in other units is no better or worse.
  @Test(arguments: [
    ("data.scaling=min_max", ["train.rmse", "train.r2"]),
    ("data.columns.level.scaling=none", ["train.rmse", "train.r2"]),
    ("data.columns.lead.scaling=none", ["train.loss", "train.rmse", "train.r2"]),
    ("data.target=lead", []),
    ("data.window.horizon=2", []),
    ("data.window.length=6", ["train.loss", "train.rmse", "train.r2"]),
  ])
  func onlyWhatMeansTheSameIsBetter(override: String, names: [String]) throws {
    let workspace = try SeriesSample.workspace(
      config: SeriesSample.config(
        data: #""target": "level", "scaling": "standard""#,
        training: #", "metrics": ["rmse", "r2"]"#))
    #expect(try marked(override, in: workspace) == names)
  }

  @Test func figuresOfOtherTokensAreNoneTheBetter() throws {
    let workspace = try Workspace()
    try workspace.write(
      "text.txt", String(repeating: "the quick brown fox jumps over the lazy dog. ", count: 20))
    try workspace.write(
      "config.json",
      """
      {"data": {"format": "text", "train": "text.txt", "sequence_length": 8},
       "model": {"layers": [{"type": "embedding", "dimensions": 4}, {"type": "dense"}]},
       "training": {"epochs": 1, "batch_size": 8, "metrics": ["perplexity"]}}
      """)
    #expect(try marked("data.tokenizer=byte", in: workspace) == [])
  }

  @Test func largeCountsAreReadable() throws {
    let workspace = try Sample.workspace(
      layers: #"{"type": "dense", "units": 400}, {"type": "dense"}"#)
    _ = try Program.run("train", "config.json", "--output", "a", "-q", in: workspace.path)
    let text = try diff("a", "a", in: workspace)
    // (2 + 1) · 400 + (400 + 1) · 2
    #expect(text.output.contains(/parameters +2,002 +2,002/), "\(text.output)")
  }

  @Test func damagedMetricsAreNoted() throws {
    let workspace = try Sample.workspace()
    _ = try Program.run("train", "config.json", "--output", "a", "-q", in: workspace.path)
    try workspace.write("a/metrics.jsonl", "{\"event\":\"epo")
    let result = try diff("a", "a", in: workspace)
    #expect(result.exitCode == 0)
    #expect(result.errors.contains("warning: the last line of 'a/metrics.jsonl' is torn off"))
  }
}

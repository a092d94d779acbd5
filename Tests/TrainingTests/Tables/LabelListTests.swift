import Configuration
import Datasets
import Network
import Numerics
import TestSupport
import Testing
import Training

/// A target whose fields hold several labels.
@Suite struct LabelListTests {
  private static let setting = #""columns": {"y": {"separator": "|"}}"#

  /// 60 rows in which `p`, `q` and `r` hold now and then; as one column, or as one for each.
  private static func csv(asList: Bool) -> String {
    TableSample.csv(asList ? "a,b,c,y" : "a,b,c,p,q,r", rows: 60) { row in
      let held = [row % 3 != 0, row * 7 % 5 < 2, row * row % 7 > 3]
      let inputs = "\(Double(row * 37 % 101) / 50),\(Double(row * 11 % 23) / 10),k\(row * 13 % 4)"
      let names = ["p", "q", "r"]
      let answers =
        asList
        ? names.indices.filter { held[$0] }.reversed().map { names[$0] }.joined(separator: "|")
        : held.map { $0 ? "1" : "0" }.joined(separator: ",")
      return "\(inputs),\(answers)"
    }
  }

  private func plan(_ csv: String, _ target: String, training: String = "") throws -> RunPlan {
    let workspace = try Workspace()
    try workspace.write("data.csv", csv)
    let text = """
      {"name": "l", "seed": 5,
       "data": {"train": "\(workspace.path("data.csv"))", "validation": {"fraction": 0.3}, \(target)},
       "model": {"layers": [{"type": "dense", "units": 6, "activation": "tanh"}, {"type": "dense"}]},
       "training": {"epochs": 5, "batch_size": 16, "loss": "binary_cross_entropy",
         "metrics": ["accuracy", "exact_match", "jaccard", "f1", "roc_auc"]\(training)}}
      """
    let (plan, findings) = RunPlan.check(
      try LoadedConfig.parse(SourceText(name: "l.json", text)))
    return try #require(plan, "\(findings.map(\.message))")
  }

  private func train(_ plan: RunPlan) throws -> (figures: [Figures.Figure], values: [Float]) {
    let loop = immortal(
      try TrainingLoop(plan, sets: plan.data.makeSets(), pool: ThreadPool(threads: 1)))
    let outcome = try loop.run(TrainingLoop.Observer())
    return (try #require(outcome.validation?.all), Array(loop.memory.parameters))
  }

  /// What is learned and every figure is that of a column of 0 and 1 for each label, where inputs are means of the
  /// targets too.
  @Test(arguments: ["", #""c": {"encoding": "target"}"#])
  func aListIsAColumnForEachLabel(column: String) throws {
    let list = try plan(
      Self.csv(asList: true),
      #""target": "y", "columns": {"y": {"separator": "|"}\#(column.isEmpty ? "" : ", " + column)}"#
    )
    #expect(list.data.task == .classification)
    let single = try plan(
      Self.csv(asList: false), #""target": ["p", "q", "r"], "columns": {\#(column)}"#)
    let found = try train(list)
    let expected = try train(single)
    #expect(found.values == expected.values)
    #expect(found.figures.map(\.name) == expected.figures.map(\.name))
    #expect(found.figures.map(\.value) == expected.figures.map(\.value))
    #expect(found.figures.count == 6)
  }

  @Test func labelsAreThoseOfScikitLearn() throws {
    let golden = try Golden.read("tables").require("labels")
    let fields = golden["fields"]?.items?.compactMap(\.string) ?? []
    let csv = "x,y\n" + fields.enumerated().map { "\($0 * 3 % 7),\($1)\n" }.joined()
    let sample = try TableSample(csv, data: Self.setting)
    let labels = golden["labels"]?.items?.compactMap(\.string) ?? []
    let target = try sample.encoding.target
    #expect(target.columns.map(\.name) == labels)
    #expect(target.sources == ["y"])
    #expect(fields.count == 10 && labels == ["a", "b", "c", "d"])
    let set = try #require(try sample.sound.data.makeSets()[.train])
    let targets = try #require(set.targets)
    let found = set.rows.flatMap { row in
      (0..<targets.width).map { targets.range(of: $0, examples: [row])?.lowerBound ?? .nan }
    }
    #expect(found.map { Double($0) } == (try golden.require("matrix").numbers()))
    // The loss that is made for labels is the default.
    #expect(try sample.sound.loss is BinaryCrossEntropy)
  }

  @Test func whatTrainingHasNotSeenIsAnError() throws {
    let sample = try TableSample(
      "x,y\n1,a|b\n2,a\n3,b\n", data: "\(Self.setting), \"validation\": \"later.csv\"",
      others: ["later.csv": "x,y\n1,a\n2,b|new\n3,new\n"])
    #expect(sample.findings == ["unseen-category later.csv:3:3"])
    #expect(sample.diagnostics[0].message.contains("the label 'new'"))
    #expect(sample.diagnostics[0].message.contains("(and 1 more row)"))
  }

  /// An empty field is a list without a label; what says that nothing is known is missing.
  @Test func missingListsAreMissing() throws {
    let sample = try TableSample("x,y\n1,a|b\n2,\n3,NA\n", data: Self.setting)
    #expect(sample.findings == ["missing-value data.csv:4:3"])
    let dropped = try TableSample(
      "x,y\n1,a|b\n2,\n3,NA\n",
      data: #""columns": {"y": {"separator": "|", "missing": "drop_row"}}"#)
    #expect(try dropped.sound.data.counts[.train] == 2)
  }

  /// Rows without a label are no reason to drop them where the fields are lists.
  @Test func missingValuesOfListsAreWithoutASeparatorOnly() throws {
    let rows = ["a|b", "b|c", "", "a", "c|a", "b"]
    let csv = TableSample.csv("x,y", rows: 24) { "\($0 * 7 % 11),\(rows[$0 % 6])" }
    let sample = try TableSample(csv)
    #expect(sample.findings == ["missing-value data.csv:4:3"])
    let help = try #require(sample.diagnostics.first?.help)
    #expect(
      help.hasPrefix(
        #"if fields such as 'a|b' are lists of labels, of which an empty one has none, write "columns": {"y":{"separator":"|"}} in data; or else drop these rows with "#
      ), "\(help)")
    #expect(try TableSample(csv, data: Self.setting).plan != nil)
    let names = ["a; b", "c; d", ""]
    let other = try TableSample(
      TableSample.csv("x,y", rows: 24) { "\($0 * 7 % 11),\(names[$0 % 3])" })
    let error = other.diagnostics.first { $0.severity == .error }
    #expect(error?.help?.hasPrefix("drop these rows with ") == true)
  }

  @Test func separatorsMayBeSeveralCharacters() throws {
    let sample = try TableSample(
      "x,y\n1,\"a, b\"\n2,\"b, c\"\n", data: #""columns": {"y": {"separator": ", "}}"#)
    #expect(try sample.encoding.target.columns.map(\.name) == ["a", "b", "c"])
    let none = try TableSample("x,y\n1,a\n2,b\n", data: Self.setting)
    #expect(none.findings.first == "inert config.json:2:79")
    #expect(none.plan != nil)
    let one = try TableSample("x,y\n1,a|a\n2,\n", data: Self.setting)
    #expect(one.findings.contains("one-class data.csv:2:3"))
  }

  @Test(arguments: [
    (#""columns": {"x": {"separator": "|"}}"#, "separator"),
    (#""columns": {"y": {"separator": "|"}}, "task": "regression""#, "task"),
    (#""columns": {"y": {"separator": "|", "type": "number"}}"#, "type"),
    (
      #""columns": {"y": {"separator": "|"}}, "validation": {"fraction": 0.5, "stratify": true}"#,
      "stratify"
    ),
    (#""columns": {"y": {"separator": "|", "order": ["a", "b"]}}"#, "order"),
    (#""columns": {"y": {"separator": "|", "scaling": "standard"}}"#, "scaling"),
    (#""columns": {"y": {"separator": "|", "unseen_categories": "zeros"}}"#, "unseen_categories"),
  ])
  func whatDoesNotGoWithLabelsIsRefused(data: String, key: String) throws {
    let csv = TableSample.csv("x,y", rows: 20) { "\($0 * 7 % 11),\(["a|b", "a", "b"][$0 % 3])" }
    let sample = try TableSample(csv, data: data)
    #expect(sample.plan == nil)
    let finding = try #require(sample.diagnostics.first { $0.severity == .error })
    #expect(finding.code == "contradiction")
    let text = String(decoding: try sample.workspace.read("config.json"), as: UTF8.self)
    let line = text.split(separator: "\n")[1]
    let before = String(line.prefix((finding.place?.column ?? 1) - 1))
    #expect(before.hasSuffix("\"\(key)\": "))
  }

  @Test func lossesForOtherTargetsAreRefused() throws {
    for loss in ["mse", "cross_entropy"] {
      let sample = try TableSample(
        "x,y\n1,a|b\n2,a\n", data: Self.setting, training: "\"loss\": \"\(loss)\"")
      #expect(sample.plan == nil)
      #expect(sample.diagnostics.contains { $0.severity == .error && $0.place?.line == 4 })
    }
  }
}

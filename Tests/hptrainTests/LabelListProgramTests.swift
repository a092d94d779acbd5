import Configuration
import Foundation
import TestSupport
import Testing

/// A target of several labels in one column, from the file to the answers.
@Suite(.timeLimit(minutes: 10)) struct LabelListProgramTests {
  /// Three labels that hold by `a`, by `b` and by both.
  private static let csv =
    "a,b,tags\n"
    + (0..<120).map { row in
      let (a, b) = (row * 7 % 12, row * 5 % 9)
      let tags = [(a > 5, "x"), (b > 4, "y"), (a + b > 9, "z")].filter(\.0).map(\.1)
      return "\(a),\(b),\(tags.joined(separator: "|"))\n"
    }.joined()

  private static let config = """
    {"name": "tags", "seed": 1,
     "data": {"train": "data.csv", "target": "tags", "columns": {"tags": {"separator": "|"}},
       "validation": {"fraction": 0.2}, "scaling": "standard"},
     "model": {"layers": [{"type": "dense", "units": 16, "activation": "relu"}, {"type": "dense"}]},
     "training": {"epochs": 60, "batch_size": 16, "metrics": ["exact_match", "jaccard"],
       "optimizer": {"type": "adam", "learning_rate": 0.01}}}
    """

  private func trained() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("data.csv", Self.csv)
    try workspace.write("tags.json", Self.config)
    let result = try Program.run("train", "tags.json", "--output", "run", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    return workspace
  }

  @Test func labelsAreWrittenAsTheyWereRead() throws {
    let workspace = try trained()
    try workspace.write("new.csv", "b,a\n0,11\n8,0\n8,11\n0,0\n")
    let lines = try Program.run("predict", "run", "new.csv", "--header", in: workspace.path).lines
    #expect(lines.first == "tags,probability_x,probability_y,probability_z")
    #expect(lines.dropFirst().map { $0.prefix { $0 != "," } } == ["x|z", "y", "x|y|z", ""])
    let objects = try Program.run(
      "predict", "run", "new.csv", "--format", "json", in: workspace.path
    ).events
    #expect(
      objects.map { $0["prediction"]?.items?.compactMap(\.string) } == [
        ["x", "z"], ["y"], ["x", "y", "z"], [],
      ])
    #expect(objects[0]["probabilities"]?["y"]?.double ?? 1 < 0.5)
    let bad = try Program.run(
      "predict", "run", "-", "--on-error", "blank", in: workspace.path,
      input: Array("a,b\n1,1\nword,1\n".utf8))
    #expect(bad.lines.last == ",,,")
  }

  @Test func laterRowsAreScored() throws {
    let workspace = try trained()
    let scored = try Program.run(
      "evaluate", "run", "data.csv", "--format", "json", in: workspace.path)
    #expect(scored.exitCode == 0, "\(scored.errors)")
    let figures = try #require(scored.events.last)
    #expect(figures["figures"]?["jaccard"]?.double ?? 0 > 0.9)
    #expect(figures["classes"]?.items?.compactMap { $0["label"]?.string } == ["x", "y", "z"])
    try workspace.write("other.csv", "a,b,tags\n11,0,x|z\n0,0,\n1,8,new\n0,8,y\n")
    let refused = try Program.run("evaluate", "run", "other.csv", in: workspace.path)
    #expect(refused.exitCode == 65)
    #expect(refused.errors.contains("the label 'new'") && refused.errors.contains("other.csv:4:5"))
    let skipped = try Program.run(
      "evaluate", "run", "other.csv", "--on-error", "skip", in: workspace.path)
    #expect(skipped.errors.contains("training has not seen the label 'new'"))
    #expect(skipped.output.hasPrefix("3 examples of other.csv, 1 row"))
  }

  @Test func foldsAreAnsweredByLabels() throws {
    let workspace = try Workspace()
    try workspace.write("data.csv", Self.csv)
    try workspace.write("tags.json", Self.config)
    let result = try Program.run(
      "train", "tags.json", "--folds", "3", "--set", "training.epochs=2", "--output", "run",
      in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    let text = String(decoding: try workspace.read("run/predictions.csv"), as: UTF8.self)
    #expect(
      text.hasPrefix("row,fold,target,prediction,probability_x,probability_y,probability_z\n1,"))
    #expect(text.split(separator: "\n").count == 121)
  }

  @Test func initRecognizesListsOfLabels() throws {
    let workspace = try Workspace()
    try workspace.write("data.csv", Self.csv)
    let made = try Program.run("init", "data.csv", "--target", "tags", in: workspace.path)
    #expect(made.exitCode == 0, "\(made.errors)")
    #expect(made.errors.contains("3 labels: "))
    let json = JSONParser.parse(
      SourceText(name: "data.json", bytes: try workspace.read("data.json"))
    ).value
    #expect(json["data"]?["columns"]?["tags"]?["separator"]?.string == "|")
    // An empty field is an empty list.
    #expect(json["data"]?["columns"]?["tags"]?["missing"] == nil)
    #expect(json["training"]?["loss"]?.string == "binary_cross_entropy")
    let checked = try Program.run("check", "data.json", in: workspace.path)
    #expect(checked.exitCode == 0 && checked.output.contains("3 labels (x, y, z), divided by '|'"))
  }
}

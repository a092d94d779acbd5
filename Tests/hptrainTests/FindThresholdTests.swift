import Configuration
import Foundation
import TestSupport
import Testing

@Suite struct FindThresholdTests {
  /// Numbers of which a quarter are on the wrong side.
  private static func csv(_ rows: Range<Int>) -> String {
    "x,kind\n"
      + rows.map { row in
        let x = row * 37 % 101
        return "\(x),\((x < 35) != (row % 4 == 0) ? "yes" : "no")\n"
      }.joined()
  }

  private func workspace(loss: String = "binary_cross_entropy") throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("train.csv", Self.csv(0..<200))
    try workspace.write("later.csv", Self.csv(300..<700))
    try workspace.write(
      "config.json",
      """
      {"name": "t", "data": {"train": "train.csv", "target": "kind", "scaling": "standard"},
       "model": {"layers": [{"type": "dense", "units": 6, "activation": "tanh"}, {"type": "dense"}]},
       "training": {"epochs": 5, "batch_size": 20, "loss": "\(loss)", "optimizer": "adam"}}
      """)
    let result = try Program.run(
      "train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    return workspace
  }

  private func find(_ workspace: Workspace, _ arguments: String...) throws -> JSONValue {
    let result = try Program.run(
      ["find-threshold", "run", "later.csv", "--format", "json"] + arguments, in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)\(result.output)")
    #expect(result.lines.count == 1)
    return try #require(result.events.first)
  }

  /// The probability of yes and the answer for each row of `later.csv`.
  private func predictions(_ workspace: Workspace) throws -> [(label: String, yes: Double)] {
    let result = try Program.run("predict", "run", "later.csv", in: workspace.path)
    #expect(result.exitCode == 0)
    return try result.lines.map { line in
      let fields = line.split(separator: ",")
      return (String(fields[0]), try #require(Double(fields[2])))
    }
  }

  @Test(arguments: ["binary_cross_entropy", "cross_entropy"])
  func theThresholdGoesIntoTheModelAndDecides(loss: String) throws {
    let workspace = try workspace(loss: loss)
    let original = try workspace.read("run/model.safetensors")
    let before = try predictions(workspace)
    let dry = try find(workspace, "--cost", "1,6", "--dry-run")
    #expect(dry["stored"]?.boolean == false)
    #expect(try workspace.read("run/model.safetensors") == original)

    let found = try find(workspace, "--cost", "1,6")
    let threshold = try #require(found["best"]?["threshold"]?.double)
    #expect(dry["best"]?["threshold"]?.double == threshold)
    #expect(threshold < 0.4)
    let after = try predictions(workspace)
    #expect(after.map(\.yes) == before.map(\.yes))
    for (index, answer) in after.enumerated() {
      #expect(answer.label == (answer.yes > threshold ? "yes" : "no"), "row \(index)")
    }
    #expect(after.map(\.label) != before.map(\.label))

    let evaluation = try #require(
      Program.run("evaluate", "run", "later.csv", "--format", "json", in: workspace.path).events
        .first)
    #expect(evaluation["threshold"]?.double == threshold)
    for key in ["precision", "recall", "f1", "accuracy"] {
      #expect(evaluation["figures"]?[key]?.double == found["best"]?[key]?.double, "\(key)")
    }
    let info = try Program.run("info", "run", "--format", "json", in: workspace.path)
    #expect(info.events.first?["threshold"]?.double == threshold)
    #expect(try Program.run("info", "run", in: workspace.path).output.contains("threshold"))

    // The head of the page has the figures of training.
    #expect(try Program.run("report", "run", in: workspace.path).exitCode == 0)
    let page = String(decoding: try workspace.read("run/report.html"), as: UTF8.self)
    #expect(page.contains("The figures here are those of training, with the threshold 0.5;"))
    #expect(page.contains("The answer is &#39;yes&#39; from a probability above 0."))

    // The same search gives the same bytes, whatever the model decided by before.
    let changed = try workspace.read("run/model.safetensors")
    #expect(changed != original)
    _ = try find(workspace)
    _ = try find(workspace, "--cost", "1,6")
    #expect(try workspace.read("run/model.safetensors") == changed)
  }

  /// What predicts with the network elsewhere has to decide as it does here.
  @Test(arguments: ["pytorch", "keras"]) func theThresholdIsExported(format: String) throws {
    let workspace = try workspace()
    func threshold() throws -> Double? {
      let result = try Program.run(
        "export", "run", "--format", format, "--output", "net", in: workspace.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      let module = String(decoding: try workspace.read("net/model.py"), as: UTF8.self)
      let line = module.split(separator: "\n").first { $0.hasPrefix("THRESHOLD = ") }
      return line.flatMap { Double($0.dropFirst("THRESHOLD = ".count)) }
    }
    #expect(try threshold() == nil)
    let found = try find(workspace, "--cost", "1,6")
    let chosen = try #require(found["best"]?["threshold"]?.double)
    #expect(try threshold() == chosen)
  }

  @Test func figuresAreThoseOfThePredictions() throws {
    let workspace = try workspace()
    let found = try find(workspace, "--for", "precision", "--recall", "0.8", "--dry-run")
    let answers = zip(
      try predictions(workspace),
      Self.csv(300..<700).split(separator: "\n").dropFirst().map { $0.hasSuffix(",yes") })
    for name in ["best", "half"] {
      let figures = try #require(found[name])
      let threshold = try #require(figures["threshold"]?.double)
      let wrong = answers.filter { $0.0.yes > threshold && !$0.1 }.count
      let missed = answers.filter { $0.0.yes <= threshold && $0.1 }.count
      let right = answers.filter { $0.0.yes > threshold && $0.1 }.count
      #expect(figures["false_positives"]?.integer == wrong)
      #expect(figures["false_negatives"]?.integer == missed)
      #expect(figures["precision"]?.double == Double(right) / Double(right + wrong))
      #expect(figures["recall"]?.double == Double(right) / Double(right + missed))
      #expect(figures["cost"]?.double == Double(wrong + missed) / 400)
    }
    #expect(try #require(found["best"]?["recall"]?.double) >= 0.8)
  }

  @Test func whatCannotBe() throws {
    let workspace = try workspace()
    let unreachable = try Program.run(
      "find-threshold", "run", "later.csv", "--for", "recall", "--precision", "1",
      in: workspace.path)
    #expect(unreachable.exitCode == 65)
    #expect(unreachable.errors.contains("the largest is 0."), "\(unreachable.errors)")

    try workspace.write("one.csv", "x,kind\n1,no\n2,no\n")
    let one = try Program.run("find-threshold", "run", "one.csv", in: workspace.path)
    #expect(one.exitCode == 65)
    #expect(one.errors.contains("no example is 'yes'"))

    try workspace.write("few.csv", "x,kind\n1,yes\n90,no\n80,no\n")
    let few = try Program.run("find-threshold", "run", "few.csv", "--dry-run", in: workspace.path)
    #expect(few.exitCode == 0)
    #expect(few.errors.contains("warning: only 1 example is 'yes'"), "\(few.errors)")

    for arguments in [
      ["--for", "precision"], ["--for", "recall", "--recall", "0.5"], ["--recall", "0.5"],
      ["--cost", "1"], ["--cost", "0,0"], ["--cost", "1,-2"], ["--cost", "1,2", "--for", "f1"],
      ["--for", "precision", "--recall", "1.5"],
    ] {
      let result = try Program.run(
        ["find-threshold", "run", "later.csv"] + arguments, in: workspace.path)
      #expect(result.exitCode == 64, "\(arguments): \(result.errors)")
    }
  }

  @Test(arguments: [
    (#""target": "c""#, "tells 3 classes apart"), (#""target": "x""#, "predicts numbers"),
  ])
  func otherModels(data: String, message: String) throws {
    let workspace = try Workspace()
    let rows = (0..<30).map { "\($0),\(["u", "v", "w"][$0 % 3])\n" }.joined()
    try workspace.write("train.csv", "x,c\n" + rows)
    try workspace.write(
      "config.json",
      """
      {"name": "t", "data": {"train": "train.csv", \(data)}, "model": {"layers": [{"type": "dense"}]},
       "training": {"epochs": 1}}
      """)
    _ = try Program.run("train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    let result = try Program.run("find-threshold", "run", "train.csv", in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(result.errors.contains(message), "\(result.errors)")
  }
}

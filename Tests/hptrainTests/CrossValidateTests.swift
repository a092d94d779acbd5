import Configuration
import Foundation
import TestSupport
import Testing

/// `train --folds` as a process.
@Suite(.timeLimit(minutes: 10)) struct CrossValidateTests {
  private func result(_ workspace: Workspace, _ folder: String = "runs/sample") throws -> JSONValue
  {
    let text = String(
      decoding: try workspace.read("\(folder)/cross-validation.json"), as: UTF8.self)
    return JSONParser.parse(SourceText(name: "result", text)).value
  }

  /// The header and the rows of predictions without a quote in them.
  private func predictions(
    _ workspace: Workspace, _ folder: String = "runs/sample"
  ) throws -> [[String: String]] {
    let text = String(decoding: try workspace.read("\(folder)/predictions.csv"), as: UTF8.self)
    let rows = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    }
    let header = try #require(rows.first)
    return rows.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  /// A figure of the validation part for each fold, and how many examples it is of.
  private func folds(_ result: JSONValue, _ figure: String) -> [(value: Double, count: Int)] {
    (result["results"]?.items ?? []).compactMap { fold in
      guard let value = fold["validation"]?[figure]?.double,
        let count = fold["examples"]?["validation"]?.integer
      else { return nil }
      return (value, count)
    }
  }

  @Test func aFoldSaysWhereItsSettingsAre() throws {
    let workspace = try Sample.workspace()
    let run = try Program.run(
      "train", "config.json", "--folds", "2", "--output", "cv", "--quiet", in: workspace.path)
    try #require(run.exitCode == 0, "\(run.errors)")
    for arguments in [
      ["report", "cv/folds/1"], ["diff", "cv/folds/1", "cv"], ["show", "cv/folds/1/"],
      ["train", "--resume", "cv/folds/1"],
    ] {
      let result = try Program.run(arguments, in: workspace.path)
      #expect(result.exitCode == 66)
      #expect(result.errors.contains("is a fold of the cross-validation 'cv'"), "\(result.errors)")
      #expect(result.errors.contains("hptrain runs cv/folds"))
    }
    // What the help names works.
    #expect(try Program.run("show", "cv", in: workspace.path).exitCode == 0)
    #expect(try Program.run("runs", "cv/folds", in: workspace.path).lines.count == 3)
    let evaluated = try Program.run("evaluate", "cv/folds/1", "data.csv", in: workspace.path)
    #expect(evaluated.exitCode == 0)
  }

  /// A limit on the length of files stands for a disk that has room for the figures only.
  @Test(.withoutSanitizer) func theFiguresAreWrittenFirst() throws {
    let rows = Sample.csv.split(separator: "\n")
    let many = [String(rows[0])] + (0..<60).flatMap { _ in rows.dropFirst().map { String($0) } }
    let workspace = try Sample.workspace(csv: many.joined(separator: "\n") + "\n")
    let full = try Shell.run(
      "ulimit -f 40; $hptrain train config.json --folds 2 --output cv", in: workspace)
    #expect(full.exitCode == 74, "\(full.errors)")
    #expect(full.errors.contains("cannot write 'cv/predictions.csv'"), "\(full.errors)")
    #expect(folds(try result(workspace, "cv"), "loss").count == 2)
  }

  @Test func theFiguresGoElsewhereIfNeedBe() throws {
    let (outcome, _) = try FaultyProgram.run(
      ["train", "config.json", "--folds", "2", "--output", "cv", "--quiet", "--threads", "1"],
      failing: "open", "ENOSPC", in: { try Sample.workspace() },
      of: { $0.contains("cv/cross-validation.json") })
    let result = outcome.result
    #expect(result.exitCode == 74, "\(result.errors)")
    #expect(result.errors.contains("the figures are in '"), "\(result.errors)")
    #expect(result.errors.contains(" cv/cross-validation.json"), "\(result.errors)")
  }

  /// Among runs it has the means of its folds, and no last fold.
  @Test func amongRunsItHasItsMeans() throws {
    let workspace = try Sample.workspace()
    // A slash stands behind the names of folders that a shell completes.
    let run = try Program.run(
      "train", "config.json", "--folds", "3", "--output", "cv/", in: workspace.path)
    #expect(run.exitCode == 0 && run.output == "cv\n", "\(run.errors)")
    let mean = try #require(
      try result(workspace, "cv")["summary"]?["validation"]?["loss"]?["mean"]?.double)
    let listed = try Program.run("runs", ".", "--format", "json", in: workspace.path)
    let line = try #require(listed.events.first { $0["name"]?.string == "cv" })
    #expect(line["state"]?.string == "cross_validation")
    #expect(listed.events.count == 4)
    let compared = try Program.run(
      "diff", "cv", "cv", "--format", "json", in: workspace.path)
    let loss = compared.events.first { $0["name"]?.string == "validation.loss" }
    #expect(loss?["first"]?.double == mean, "\(compared.output)")
    // One that did not come to its end has the state of its folds.
    let text = String(decoding: try workspace.read("cv/cross-validation.json"), as: UTF8.self)
    for (old, new, state) in [
      ("\"folds\": 3,\n  \"division", "\"folds\": 4,\n  \"division", "interrupted"),
      ("\"completed\"", "\"diverged\"", "diverged"),
    ] {
      let changed = text.replacing(old, with: new)
      #expect(changed != text)
      try workspace.write("cv/cross-validation.json", changed)
      let listed = try Program.run("runs", ".", "--columns", "name,state", in: workspace.path)
      #expect(listed.lines.contains { $0.hasPrefix("cv ") && $0.hasSuffix(state) })
    }
    let report = try Program.run("report", "cv", in: workspace.path)
    #expect(report.exitCode == 65)
    #expect(report.errors.contains("its figures are in cv/cross-validation.json"))
  }

  @Test func predictionsAgreeWithTheFigures() throws {
    // Some of the rows are of the wrong class, so that the accuracy is no round number.
    var lines = Sample.csv.split(separator: "\n").map { String($0) }
    for row in stride(from: 3, to: 60, by: 11) {
      lines[row] =
        lines[row].hasSuffix("big")
        ? lines[row].replacing("big", with: "small") : lines[row].replacing("small", with: "big")
    }
    let workspace = try Sample.workspace(
      csv: lines.joined(separator: "\n") + "\n", data: #""scaling": "standard""#,
      training: #""optimizer": {"type": "adam", "learning_rate": 0.05}"#)
    let run = try Program.run("train", "config.json", "--folds", "4", in: workspace.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output == "runs/sample\n")
    #expect(run.errors.contains("mean ± standard deviation over 4 folds:"))

    let result = try result(workspace)
    #expect(result["folds"]?.integer == 4)
    #expect(result["division"]?.string == "stratified")
    let accuracies = folds(result, "accuracy")
    #expect(accuracies.map(\.count) == [15, 15, 15, 15])
    let rows = try predictions(workspace)
    #expect(rows.map { $0["row"] } == (1...60).map { String($0) })
    #expect(
      rows.compactMap { $0["target"] }
        == lines.dropFirst().compactMap { $0.split(separator: ",").last.map { String($0) } })
    for (index, accuracy) in accuracies.enumerated() {
      let own = rows.filter { $0["fold"] == String(index + 1) }
      #expect(own.count == accuracy.count)
      let right = own.count { $0["target"] == $0["prediction"] }
      #expect(abs(Double(right) / Double(own.count) - accuracy.value) < 1e-12)
    }
    let right = rows.count { $0["target"] == $0["prediction"] }
    let weighted = accuracies.reduce(0) { $0 + $1.value * Double($1.count) } / 60
    #expect(abs(Double(right) / 60 - weighted) < 1e-12)
    #expect(right < 60)

    let mean = accuracies.reduce(0) { $0 + $1.value } / 4
    let squares = accuracies.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
    let summary = try #require(result["summary"]?["validation"]?["accuracy"])
    #expect(abs((summary["mean"]?.double ?? 0) - mean) < 1e-12)
    #expect(
      abs((summary["standard_deviation"]?.double ?? 0) - (squares / 3).squareRoot()) < 1e-12)

    // The cross-entropy of the probabilities is the loss.
    for (index, loss) in folds(result, "loss").enumerated() {
      let own = rows.filter { $0["fold"] == String(index + 1) }
      let sum = own.reduce(0.0) {
        $0 - log(Double($1["probability_\($1["target"] ?? "")"] ?? "") ?? .nan)
      }
      #expect(abs(sum / Double(own.count) - loss.value) < 1e-5)
    }
  }

  /// The model of a fold is a model as any other: it predicts what stands in the predictions.
  @Test func modelsOfFoldsPredict() throws {
    let workspace = try Sample.workspace(data: #""scaling": "min_max""#)
    #expect(
      try Program.run("train", "config.json", "--folds", "3", "--quiet", in: workspace.path)
        .exitCode == 0)
    let rows = try predictions(workspace)
    for fold in 1...3 {
      let predicted = try Program.run(
        "predict", "runs/sample/folds/\(fold)", "data.csv", in: workspace.path
      ).lines.map { $0.split(separator: ",").first.map { String($0) } }
      for (index, row) in rows.enumerated() where row["fold"] == String(fold) {
        #expect(predicted[index] == row["prediction"])
      }
      for file in ["metrics.jsonl", "report.json", "model.safetensors"] {
        #expect(workspace.exists("runs/sample/folds/\(fold)/\(file)"))
      }
    }
    #expect(!workspace.exists("runs/sample/folds/4"))
    // What was resolved is divided again in the same way.
    #expect(
      try Program.run(
        "train", "runs/sample/config.json", "--folds", "3", "-q", in: workspace.path
      ).output == "runs/sample-2\n")
    #expect(
      try workspace.read("runs/sample/predictions.csv")
        == workspace.read("runs/sample-2/predictions.csv"))
  }

  @Test func threadsAndRepetitionMakeNoDifference() throws {
    let workspace = try Sample.workspace(
      layers:
        #"{"type": "dense", "units": 20, "activation": "tanh"}, {"type": "dropout"}, {"type": "dense"}"#
    )
    var files: [[UInt8]] = []
    for threads in ["1", "2", "3"] {
      let run = try Program.run(
        "train", "config.json", "--folds", "3", "--threads", threads, "--output", threads, "-q",
        in: workspace.path)
      #expect(run.exitCode == 0)
      #expect(run.errors == "")
      files.append(
        try workspace.read("\(threads)/predictions.csv")
          + workspace.read("\(threads)/cross-validation.json")
          + workspace.read("\(threads)/folds/2/model.safetensors"))
    }
    #expect(Set(files).count == 1)
    _ = try Program.run(
      "train", "config.json", "--folds", "3", "--set", "seed=8", "--output", "other", "-q",
      in: workspace.path)
    #expect(try workspace.read("other/predictions.csv") != workspace.read("1/predictions.csv"))
  }

  @Test func regressionsAndTestPartsAreReported() throws {
    let workspace = try Sample.workspace(
      csv: "x,y\n" + (0..<50).map { "\($0),\(1000 + 3 * $0)\n" }.joined(),
      data: #""scaling": "standard", "test": {"fraction": 0.2}"#,
      training: #""loss": "mse", "metrics": ["mse"]"#)
    try workspace.write(
      "config.json",
      String(decoding: try workspace.read("config.json"), as: UTF8.self).replacing(
        "kind", with: "y"))
    let run = try Program.run("train", "config.json", "--folds", "4", in: workspace.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try result(workspace)
    #expect(result["division"]?.string == "shuffled")
    #expect(result["summary"]?["test"]?["mse"]?["folds"]?.integer == 4)
    let rows = try predictions(workspace)
    #expect(rows.count == 40)
    for (index, mse) in folds(result, "mse").enumerated() {
      let errors = rows.filter { $0["fold"] == String(index + 1) }.map { row in
        (Double(row["target"] ?? "") ?? .nan) - (Double(row["prediction"] ?? "") ?? .nan)
      }
      let mean = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
      #expect(abs(mean - mse.value) < 1e-3 * mse.value)
    }
  }

  @Test func seriesNameGroupTimeAndStep() throws {
    var csv = "shop,date,level\n"
    for day in 1...60 {
      for shop in ["north", "south"] {
        csv += "\(shop),\(SeriesSample.date(day)),\(SeriesSample.level(day + shop.count))\n"
      }
    }
    let workspace = try SeriesSample.workspace(
      csv: csv,
      config: SeriesSample.config(
        window: #""length": 8, "horizon": 2, "time": "date", "group": "shop""#,
        data: #""target": "level", "scaling": "standard""#,
        training: #", "metrics": ["mse"]"#))
    let run = try Program.run(
      "train", "config.json", "--folds", "3", "--set", "training.epochs=1", in: workspace.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    let rows = try predictions(workspace, "runs/series")
    // A block of 15 days has 14 windows of two days that lie in it, for each of two shops.
    #expect(rows.count == 3 * 2 * 14 * 2)
    let lines = csv.split(separator: "\n").map { $0.split(separator: ",").map { String($0) } }
    var last = (0, 0)
    for row in rows {
      let number = Int(row["row"] ?? "") ?? 0
      let step = Int(row["step"] ?? "") ?? 0
      #expect(last < (number, step))
      last = (number, step)
      let day = (number + 1) / 2
      #expect(row["group"] == lines[number][0])
      #expect(row["time"] == lines[number][1])
      #expect(Double(row["target"] ?? "") == Double(lines[number][2]))
      #expect(row["fold"] == String((day - 1) / 15))
    }
    for (index, mse) in folds(try result(workspace, "runs/series"), "mse").enumerated() {
      let errors = rows.filter { $0["fold"] == String(index + 1) }.map { row in
        (Double(row["target"] ?? "") ?? .nan) - (Double(row["prediction"] ?? "") ?? .nan)
      }
      let mean = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
      #expect(abs(mean - mse.value) < 1e-3 * mse.value)
    }
  }

  /// A stateful network reads several streams side by side; its answers stand with the right rows.
  @Test func statefulNetworksPredictInOrder() throws {
    let workspace = try SeriesSample.workspace(
      config: SeriesSample.config(
        window: #""length": 2, "stride": 2, "time": "date""#,
        data: #""target": "level", "scaling": "standard""#,
        layers: #"{"type": "gru", "units": 4, "stateful": true}, {"type": "dense"}"#,
        training: #", "metrics": ["mse"]"#))
    let run = try Program.run(
      "train", "config.json", "--folds", "2", "--set", "training.batch_size=4", in: workspace.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    let rows = try predictions(workspace, "runs/series")
    #expect(rows.count == 20)
    for (index, mse) in folds(try result(workspace, "runs/series"), "mse").enumerated() {
      let errors = rows.filter { $0["fold"] == String(index + 1) }.map { row in
        (Double(row["target"] ?? "") ?? .nan) - (Double(row["prediction"] ?? "") ?? .nan)
      }
      let mean = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
      #expect(abs(mean - mse.value) < 1e-3 * mse.value)
    }
  }

  @Test func textsHaveFiguresOnly() throws {
    let workspace = try Workspace()
    try workspace.write("text.txt", String(repeating: "to be or not to be, ", count: 20))
    try workspace.write(
      "config.json",
      """
      {"name": "sample", "data": {"format": "text", "train": "text.txt", "sequence_length": 8},
       "model": {"layers": [{"type": "embedding", "dimensions": 4}, {"type": "dense"}]},
       "training": {"epochs": 1}}
      """)
    let run = try Program.run("train", "config.json", "--folds", "3", in: workspace.path)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(!workspace.exists("runs/sample/predictions.csv"))
    let result = try result(workspace)
    #expect(result["division"]?.string == "forward_chaining")
    #expect(result["summary"]?["validation"]?["perplexity"]?["folds"]?.integer == 3)
  }

  @Test func eventsNameTheirFold() throws {
    let workspace = try Sample.workspace()
    let run = try Program.run(
      "train", "config.json", "--folds", "2", "--format", "json", in: workspace.path)
    let events = run.events
    #expect(
      events.compactMap { $0["event"]?.string }
        == ["start", "epoch", "epoch", "epoch", "end", "start", "epoch", "epoch", "epoch", "end"]
        + ["cross_validation"])
    #expect(
      events.dropLast().compactMap { $0["fold"]?.integer } == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
    #expect(events[4]["run"]?.string == "runs/sample/folds/1")
    let last = try #require(events.last)
    #expect(last["run"]?.string == "runs/sample")
    #expect(last["results"]?.compactText == (try result(workspace))["results"]?.compactText)
    let metrics = String(decoding: try workspace.read("runs/sample/metrics.jsonl"), as: UTF8.self)
    #expect(metrics.split(separator: "\n").count == 3)
  }

  /// The fold that does not hold the enormous number learns from it, and diverges.
  @Test func aFoldThatDivergesDoesNotEndTheOthers() throws {
    let workspace = try Sample.workspace(
      csv: "x,y\n" + (0..<12).map { "\($0 == 4 ? "1e15" : "\($0)"),\($0)\n" }.joined(),
      training: #""loss": "mse", "optimizer": {"type": "sgd", "learning_rate": 0.001}"#)
    try workspace.write(
      "config.json",
      String(decoding: try workspace.read("config.json"), as: UTF8.self).replacing(
        "kind", with: "y"))
    let run = try Program.run("train", "config.json", "--folds", "2", in: workspace.path)
    #expect(run.exitCode == 1)
    #expect(run.output == "runs/sample\n")
    let result = try result(workspace)
    let reasons = (result["results"]?.items ?? []).compactMap { $0["reason"]?.string }
    #expect(reasons.sorted() == ["completed", "diverged"])
    let diverged = (reasons.firstIndex(of: "diverged") ?? 0) + 1
    #expect(run.errors.contains("fold \(diverged) diverged"))
    #expect(result["summary"]?["train"]?["loss"]?["folds"]?.integer == 1)
    #expect(try predictions(workspace).allSatisfy { $0["fold"] == String(3 - diverged) })
    let quiet = try Program.run("train", "config.json", "--folds", "2", "-q", in: workspace.path)
    #expect(quiet.errors.contains("fold \(diverged) diverged"))
  }

  @Test func wrongUseIsReported() throws {
    let workspace = try Sample.workspace(data: #""validation": "data.csv""#)
    func run(_ folds: String, _ more: String...) throws -> Program.Result {
      try Program.run(["train", "config.json", "--folds", folds] + more, in: workspace.path)
    }
    for number in ["1", "0", "-3", "x"] { #expect(try run(number).exitCode == 64) }
    let file = try run("3")
    #expect(file.exitCode == 78)
    #expect(file.errors.contains("config.json:3:"))
    #expect(file.errors.contains("'validation' names a file"))
    let fraction = "data.validation={\"fraction\": 0.2}"
    let tooMany = try run("61", "--set", fraction)
    #expect(tooMany.exitCode == 64)
    #expect(tooMany.errors.contains("there are 60"))
    let noted = try run("2", "--set", fraction, "--output", "run")
    #expect(noted.exitCode == 0)
    #expect(noted.errors.contains("note: each fold in turn is the validation part"))
    #expect(try run("2", "--set", fraction, "--output", "run").exitCode == 73)
    #expect(!workspace.exists("runs"))
  }

  @Test func interruptionSavesTheFoldsThatAreDone() throws {
    let workspace = try Sample.workspace()
    let process = Program.process(
      [
        "train", "config.json", "--folds", "30", "--set", "training.epochs=300", "--format", "json",
      ], in: workspace.path)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    var text = ""
    while !text.contains(#""event":"end","fold":1"#) {
      let data = output.fileHandleForReading.availableData
      guard !data.isEmpty else { break }
      text += String(decoding: data, as: UTF8.self)
    }
    process.interrupt()
    text += String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(text.contains(#""event":"cross_validation""#))
    let result = try result(workspace)
    #expect(result["folds"]?.integer == 30)
    let count = (result["results"]?.items ?? []).count { $0["reason"]?.string == "completed" }
    #expect(count >= 1 && count < 30)
    #expect(try predictions(workspace).count == 2 * count)
  }
}

import Configuration
import TestSupport
import Testing

@Suite struct RunsTests {
  private static func run(
    accuracy: String, loss: Double, reason: String? = "completed", rate: Double = 0.1,
    seconds: Double = 1
  ) -> [(name: String, text: String)] {
    let figures = #"{"loss":\#(loss),"accuracy":\#(accuracy)}"#
    let epoch =
      #"{"event":"epoch","epoch":5,"iterations":20,"train":\#(figures),"validation":\#(figures),"best":true,"seconds":1}"#
    let end = reason.map {
      #"{"event":"end","iterations":20,"reason":"\#($0)","best_epoch":4,"train":\#(figures),"validation":\#(figures),"samples_per_second":\#(9 * loss),"peak_memory_bytes":4096,"seconds":\#(seconds)}"#
    }
    return [
      ("metrics.jsonl", epoch + "\n" + (end.map { $0 + "\n" } ?? "")),
      (
        "config.json",
        #"{"training": {"shuffle": \#(rate > 0.2), "metrics": ["mae", "\#(rate > 0.2 ? "r2" : "mse")"], "optimizer": {"type": "adam", "learning_rate": \#(rate)}, "loss": "mse"}}"#
      ),
      ("report.json", #"{"macro_average": {"f1": \#(loss)}}"#),
    ]
  }

  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    let runs = [
      "a-10": Self.run(accuracy: "0.5", loss: 3, rate: 0.25),
      "a-2": Self.run(accuracy: "0.875", loss: 2, reason: "early_stopping", seconds: 12),
      "deep/er/b": Self.run(accuracy: "null", loss: 1, reason: "diverged"),
      "c": Self.run(accuracy: "0.75", loss: 4, reason: nil),
    ]
    for (folder, files) in runs {
      for file in files { try workspace.write("runs/\(folder)/\(file.name)", file.text) }
    }
    try workspace.write("runs/no-run/config.json", "{}")
    return workspace
  }

  private func runs(_ arguments: String...) throws -> Program.Result {
    let workspace = try workspace()
    return try Program.run(["runs"] + arguments, in: workspace.path)
  }

  @Test func everyRunIsALine() throws {
    let result = try runs()
    #expect(result.exitCode == 0)
    #expect(result.errors == "")
    // All but the time of the last change.
    let cells = result.lines.map { $0.split(separator: " ").map(String.init) }
    #expect(
      cells.first == [
        "name", "when", "state", "epochs", "best_epoch", "validation.accuracy", "seconds",
      ])
    #expect(cells.dropFirst().map { $0[0] } == ["a-2", "a-10", "c", "deep/er/b"])
    #expect(
      cells.dropFirst().map { Array($0[3...]) } == [
        ["early_stopping", "5", "4", "0.8750", "12.00"],
        ["completed", "5", "4", "0.5000", "1.000"], ["unfinished", "5", "5", "0.7500", "-"],
        ["diverged", "5", "4", "undefined", "1.000"],
      ])
  }

  @Test(arguments: [
    (["--sort", "validation.accuracy"], ["a-2", "c", "a-10", "deep/er/b"]),
    (["--sort", "validation_accuracy", "--reverse"], ["a-10", "c", "a-2", "deep/er/b"]),
    (["--sort", "validation_loss"], ["deep/er/b", "a-2", "a-10", "c"]),
    (["--sort", "name", "--reverse"], ["deep/er/b", "c", "a-10", "a-2"]),
    (["--reverse"], ["deep/er/b", "c", "a-10", "a-2"]),
    (["--sort", "seconds"], ["a-10", "deep/er/b", "a-2", "c"]),
    (["--sort", "report.macro_average.f1"], ["c", "a-10", "a-2", "deep/er/b"]),
    // False before true, lists as their texts, and numbers before texts.
    (["--sort", "training.shuffle"], ["a-2", "c", "deep/er/b", "a-10"]),
    (["--sort", "training.metrics", "--reverse"], ["a-10", "a-2", "c", "deep/er/b"]),
    (["--sort", "samples_per_second"], ["a-10", "a-2", "deep/er/b", "c"]),
    (
      ["--sort", "training.optimizer.learning_rate", "--reverse"],
      ["a-10", "a-2", "c", "deep/er/b"]
    ),
  ])
  func sorts(arguments: [String], names: [String]) throws {
    let workspace = try workspace()
    let result = try Program.run(
      ["runs", "--columns", "name", "--format", "csv"] + arguments, in: workspace.path)
    #expect(result.lines.dropFirst().map(String.init) == names)
  }

  @Test func columnsAreChosen() throws {
    let result = try runs(
      "--columns", "run,training.optimizer.learning_rate,training.loss.type,train.loss,test.loss",
      "--sort", "run", "--format", "csv")
    #expect(
      result.output == """
        run,training.optimizer.learning_rate,training.loss.type,train.loss,test.loss
        runs/a-2,0.1,mse,2,
        runs/a-10,0.25,mse,3,
        runs/c,0.1,mse,4,
        runs/deep/er/b,0.1,mse,1,

        """)
    let facts = try runs(
      "--columns", "iterations,samples_per_second,peak_memory_bytes", "--format", "csv")
    #expect(facts.lines.map(String.init).first == "iterations,samples_per_second,peak_memory_bytes")
    #expect(
      facts.lines.dropFirst().map(String.init) == ["20,18,4096", "20,27,4096", "20,,", "20,9,4096"])
    let json = try runs("--columns", "name,validation.accuracy,seconds", "--format", "json")
    #expect(json.lines.first == #"{"name":"a-2","validation.accuracy":0.875,"seconds":12}"#)
    #expect(json.lines.last == #"{"name":"deep/er/b","validation.accuracy":null,"seconds":1}"#)
  }

  @Test func aFolderIsNamedWithOrWithoutItsSlash() throws {
    let workspace = try workspace()
    let names = try ["runs", "runs/"].map {
      try Program.run("runs", $0, "--columns", "run", "--format", "csv", in: workspace.path).output
    }
    #expect(names[0] == names[1] && names[0].contains("runs/deep/er/b\n"))
    let file = try Program.run("runs", "runs/no-run/config.json", in: workspace.path)
    #expect(file.exitCode == 66)
    #expect(file.errors.contains("cannot open the folder 'runs/no-run/config.json'"))
  }

  @Test func withoutColumnsAnObjectHasAllFigures() throws {
    let first = try #require(try runs("--format", "json").events.first)
    #expect(first["run"]?.string == "runs/a-2")
    #expect(first["state"]?.string == "early_stopping")
    #expect(first["validation"]?["loss"]?.double == 2)
    #expect(first["when"]?.string?.hasSuffix("Z") == true)
  }

  @Test(arguments: [
    (["--columns", "name,trainig.epochs"], "did you mean 'training.epochs'?"),
    (["--sort", "validation.acuracy"], "did you mean 'validation.accuracy'?"),
    (["--sort", "second"], "did you mean 'seconds'?"),
    (["--columns", "name,"], "a key is missing"),
    (["--columns", #"name,data.columns["a, b"].typ"#], "did you mean"),
    (["--columns", "qqqqqqqqqqqqqqqqq"], "facts: name, "),
    (["--format", "xml"], "xml"),
  ])
  func unknownColumnsAreWrongUse(arguments: [String], message: String) throws {
    let workspace = try workspace()
    let result = try Program.run(["runs"] + arguments, in: workspace.path)
    #expect(result.exitCode == 64)
    #expect(result.output == "")
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test func damageIsNotedAndTheRestListed() throws {
    let workspace = try workspace()
    try workspace.write("runs/torn/metrics.jsonl", #"{"event":"epoch","epoch":1"#)
    try workspace.write("runs/a-2/config.json", "{")
    let result = try Program.run(
      "runs", "--columns", "name,state,training.optimizer.learning_rate", "--format", "csv",
      in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(result.lines.contains("torn,unfinished,"))
    #expect(result.lines.contains("a-2,early_stopping,"))
    #expect(result.lines.count == 6)
    #expect(result.errors.contains("the last line of 'runs/torn/metrics.jsonl' is torn off"))
    #expect(result.errors.contains("runs/a-2/config.json:1:"))
  }

  @Test func aFolderWithoutRunsIsEmpty() throws {
    let workspace = try Workspace()
    try workspace.write("empty/file", "")
    let empty = try Program.run("runs", "empty", in: workspace.path)
    #expect(empty.exitCode == 0)
    #expect(empty.output == "")
    #expect(empty.errors == "no run below 'empty'\n")
    #expect(try Program.run("runs", "none", in: workspace.path).exitCode == 66)
  }

  /// The folder of a run is a list of one.
  @Test func aRunListsItself() throws {
    let result = try runs("runs/a-2/", "--columns", "name,epochs", "--format", "csv")
    #expect(result.output == "name,epochs\nruns/a-2/,5\n")
  }

  @Test func theMostOfTheSortedAreShown() throws {
    let best = try runs(
      "--columns", " run , epochs", "--format", "csv", "--sort", "validation.accuracy", "--most",
      "1")
    #expect(best.output == "run,epochs\nruns/a-2,5\n")
    #expect(try runs("--most", "0").exitCode == 64)
  }

  @Test(arguments: [
    (["runs", "none"], 66), (["runs", "--sort", "second"], 64), (["tune", "table", "none.db"], 66),
    (["tune", "importance", "none.db"], 66),
  ])
  func programsReadWhatFailed(arguments: [String], code: Int) throws {
    let workspace = try workspace()
    let result = try Program.run(arguments + ["--format", "json"], in: workspace.path)
    #expect(result.exitCode == Int32(code) && result.errors.isEmpty, "\(result.errors)")
    let event = try #require(result.events.first)
    #expect(event["event"]?.string == "diagnostic")
    #expect(event["severity"]?.string == "error")
  }
}

import Configuration
import Foundation
import TestSupport
import Testing

@Suite struct TuneTests {
  /// A search of a small table: three optimizers, one with a setting of its own, and a depth.
  private static func configuration(_ tuning: String = "", epochs: Int = 6) -> String {
    """
    {
      "name": "search", "seed": 3,
      "data": {"train": "data.csv", "target": "kind", "validation": {"fraction": 0.3}},
      "model": {"layers": [{"type": "dense", "units": 8, "activation": "relu"}, {"type": "dense"}]},
      "training": {"epochs": \(epochs), "batch_size": 8},
      "tuning": {
        "space": {
          "training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.0001, "high": 0.3},
          "training.optimizer.type": {"type": "choice", "values": ["adam", "sgd"]},
          "training.optimizer.momentum": {
            "type": "conditional", "on": "training.optimizer.type", "equals": ["sgd"],
            "range": {"type": "uniform", "low": 0, "high": 0.95}},
          "model.layers[0].units": {"type": "integer", "low": 2, "high": 16, "log": true},
          "model.layers[0]": {"type": "repeat", "low": 0, "high": 2}
        }\(tuning.isEmpty ? "" : ", " + tuning)
      }
    }
    """
  }

  private static func workspace(_ tuning: String = "", epochs: Int = 6) throws -> Workspace {
    let workspace = try Sample.workspace()
    try workspace.write("config.json", configuration(tuning, epochs: epochs))
    return workspace
  }

  /// The trials of a study by number, without what depends on the clock.
  private static func trials(_ study: String, in workspace: Workspace) throws -> [String] {
    let table = try Program.run(
      "tune", "table", study, "--sort", "number", "--format", "json", in: workspace.path)
    #expect(table.exitCode == 0, "\(table.errors)")
    return table.events.map { event in
      JSONValue.object((event.members ?? []).filter { $0.key != "seconds" }).compactText
    }
  }

  private static func tune(
    _ study: String, _ arguments: String..., in workspace: Workspace
  ) throws -> Program.Result {
    try Program.run(
      ["tune", "config.json", "--study", study, "--quiet"] + arguments, in: workspace.path)
  }

  // MARK: - The same study

  @Test(arguments: [
    "random", "sobol", "grid", "zoom", "tpe", "gaussian_process", "evolutionary",
  ])
  func anyNumberOfJobsMakesTheSameStudy(algorithm: String) throws {
    let workspace = try Self.workspace(#""algorithm": "\#(algorithm)", "trials": 16"#)
    for jobs in ["1", "2", "3"] {
      let result = try Self.tune("\(jobs).db", "--jobs", jobs, in: workspace)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.output == "\(jobs).db\n")
    }
    let one = try Self.trials("1.db", in: workspace)
    #expect(one.count == 16)
    #expect(Set(one.map { $0.split(separator: "settings").last }).count > 12)
    #expect(try Self.trials("2.db", in: workspace) == one)
    #expect(try Self.trials("3.db", in: workspace) == one)
  }

  @Test(arguments: ["median", "successive_halving", "hyperband"])
  func pruningSavesIterationsAndIsTheSameForAnyJobs(pruning: String) throws {
    let workspace = try Self.workspace(
      #""algorithm": "random", "pruning": "\#(pruning)", "trials": 30"#, epochs: 9)
    _ = try Self.tune("1.db", "--jobs", "1", in: workspace)
    let two = try Self.tune("2.db", "--jobs", "2", "--format", "json", in: workspace)
    #expect(try Self.trials("1.db", in: workspace) == Self.trials("2.db", in: workspace))
    let end = try #require(two.events.last)
    let pruned = try #require(end["pruned"]?.integer)
    #expect(pruned > 3)
    #expect(pruned + (end["complete"]?.integer ?? 0) == 30)
    // 42 rows of 60 are six batches of eight an epoch.
    #expect(try #require(end["iterations"]?.integer) < 30 * 9 * 6 * 9 / 10)
  }

  @Test func aStudyThatIsKilledGoesOn() throws {
    let workspace = try Self.workspace(
      #""pruning": "successive_halving", "trials": 40"#, epochs: 200)
    _ = try Self.tune("whole.db", in: workspace)
    let kills = try Program.runKilling(
      ["tune", "config.json", "--study", "killed.db", "--quiet"], in: workspace.path, times: 20)
    #expect(kills > 0)
    let killed = try Self.trials("killed.db", in: workspace)
    #expect(killed.count == 40)
    #expect(try Self.trials("whole.db", in: workspace) == killed)
    // One file again, and no lock.
    #expect(!workspace.exists("killed.db-wal") && !workspace.exists("killed.db.lock"))
  }

  @Test func moreTrialsGoOnWithAStudy() throws {
    let workspace = try Self.workspace()
    _ = try Self.tune("a.db", "--trials", "6", in: workspace)
    let first = try Self.trials("a.db", in: workspace)
    let more = try Self.tune("a.db", "--trials", "14", in: workspace)
    #expect(more.exitCode == 0)
    let all = try Self.trials("a.db", in: workspace)
    #expect(all.count == 14 && Array(all.prefix(6)) == first)
    _ = try Self.tune("b.db", "--trials", "14", in: workspace)
    #expect(try Self.trials("b.db", in: workspace) == all)
  }

  @Test func whatGoesOnSaysWhatItDid() throws {
    let workspace = try Self.workspace()
    _ = try Self.tune("a.db", "--trials", "4", in: workspace)
    let more = try Program.run(
      "tune", "config.json", "--study", "a.db", "--trials", "6", in: workspace.path)
    #expect(more.errors.contains("\n2 trials in 0"), "\(more.errors)")
    // Six epochs of six batches each.
    #expect(more.errors.contains(", 72 iterations\n6 trials in all, 216 iterations\n"))
  }

  @Test(arguments: [["train"], ["show"], ["check"], ["tune"], ["diff", "config.json"]])
  func aStudyIsNoConfiguration(command: [String]) throws {
    let workspace = try Self.workspace()
    _ = try Self.tune("a.db", "--trials", "1", in: workspace)
    let result = try Program.run(command + ["a.db"], in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(
      result.errors.contains(
        "error: 'a.db' is an SQLite file, as studies are, and no configuration\n"),
      "\(result.errors)")
    #expect(result.errors.contains("hptrain tune table a.db"))
  }

  @Test func longLabelsMoveNoLine() throws {
    let workspace = try Workspace()
    try workspace.write(
      "space.json", #"{"space": {"x": {"type": "uniform", "low": 0, "high": 1}}}"#)
    let script = """
      $hptrain tune create s.db space.json > created
      printf '%s\\n' -1.2345e-12 -3.5e-12 -2e-12 -7.125e-12 | $hptrain tune ask s.db --loop --trials 4 > asked
      $hptrain tune history s.db --ascii --width 60 --height 5
      """
    let result = try Shell.run(script, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    let lines = result.lines.dropFirst().dropLast().map { Array($0) }
    #expect(lines.count == 6)
    let edges = lines.compactMap { $0.firstIndex { $0 == "|" || $0 == "+" } }
    #expect(edges.count == 6 && Set(edges).count == 1, "\(result.output)")
    #expect(lines.allSatisfy { $0.count <= 60 })
  }

  /// Nothing was drawn where the trials came to the same, or all but a few of them.
  @Test(arguments: [
    ("2 2 2", ["   2.000 |o-------------o--------------o"]),
    ("1 1 1 1 1 1 1 1 1 5", ["   5.000 |", "   1.000 |o--o--o--o--o"]),
  ])
  func equalValuesAreDrawn(values: String, starts: [String]) throws {
    let workspace = try Workspace()
    try workspace.write(
      "space.json", #"{"space": {"x": {"type": "uniform", "low": 0, "high": 1}}}"#)
    let count = values.split(separator: " ").count
    let script = """
      $hptrain tune create s.db space.json > created
      printf '%s\\n' \(values) | $hptrain tune ask s.db --loop --trials \(count) > asked
      $hptrain tune history s.db --ascii --width 40 --height 5
      """
    let result = try Shell.run(script, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    for start in starts {
      #expect(result.lines.contains { $0.hasPrefix(start) }, "\(result.output)")
    }
    #expect(result.lines.count == 8, "\(result.output)")
  }

  /// What 'show' and a run write out may be searched as what it came from.
  @Test func aResolvedConfigurationHasTheSameSpace() throws {
    let workspace = try Sample.workspace()
    try workspace.write(
      "config.json",
      String(Sample.config().dropLast())
        + """
        , "tuning": {"algorithm": "grid", "objective": "train_loss", "space": {
          "training.optimizer.type": {"type": "choice", "values": ["adam", "sgd", "rmsprop"]}}}}
        """)
    let script = """
      set -e
      $hptrain show config.json > shown.json
      $hptrain check shown.json
      $hptrain train config.json --output run --quiet
      $hptrain check run/config.json
      """
    let result = try Shell.run(script, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  // MARK: - What comes out

  @Test func theBestConfigurationTrainsToItsValue() throws {
    let workspace = try Self.workspace(#""trials": 12"#)
    _ = try Self.tune("a.db", in: workspace)
    let best = try #require(
      try Program.run("tune", "best", "a.db", in: workspace.path).events.first)
    let written = try Program.run(
      "tune", "best", "a.db", "--config", "config.json", "--write-config", "best.json",
      in: workspace.path)
    #expect(written.exitCode == 0 && written.output == "best.json\n", "\(written.errors)")
    let run = try Program.run("train", "best.json", "--format", "json", in: workspace.path)
    let loss = run.events.last?["validation"]?["loss"]?.double
    #expect(loss != nil && loss == best["values"]?["validation_loss"]?.double)
    // What is there is not written over.
    let again = try Program.run(
      "tune", "best", "a.db", "--config", "config.json", "--write-config", "best.json",
      in: workspace.path)
    #expect(again.exitCode == 73)
    // A study is that of a configuration as it was tuned.
    let other = try Program.run(
      "tune", "best", "a.db", "--config", "config.json", "--write-config", "-", "--set",
      "training.epochs=2", in: workspace.path)
    #expect(other.exitCode == 78 && other.output == "", "\(other.errors)")
    #expect(other.errors.contains("another configuration"))
  }

  @Test func settingsFitTheirConditionsAndDepths() throws {
    let workspace = try Self.workspace(#""algorithm": "random", "trials": 30"#)
    _ = try Self.tune("a.db", in: workspace)
    let events = try Program.run(
      "tune", "table", "a.db", "--format", "json", in: workspace.path
    ).events
    #expect(events.count == 30)
    var depths: Set<Int> = []
    for settings in events.compactMap({ $0["settings"] }) {
      let hasMomentum = settings["training.optimizer.momentum"] != nil
      #expect(hasMomentum == (settings["training.optimizer.type"]?.string == "sgd"))
      depths.insert(settings["model.layers[0]"]?.integer ?? -1)
    }
    #expect(depths == [0, 1, 2])
  }

  @Test func choicesOfOneTypeAreToldApart() throws {
    let workspace = try Self.workspace()
    let result = try Program.run(
      "tune", "config.json", "--study", "a.db", "--set",
      #"tuning.space={"training.optimizer": {"type": "choice", "values": ["sgd", {"type": "sgd", "momentum": 0.5}]}}"#,
      "--set", "tuning.algorithm=grid", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.errors.contains("optimizer=sgd momentum=0.5"), "\(result.errors)")
    let table = try Program.run("tune", "table", "a.db", in: workspace.path)
    #expect(table.lines.count { $0.hasSuffix("  sgd") } == 1, "\(table.output)")
    #expect(table.lines.count { $0.hasSuffix("  sgd momentum=0.5") } == 1, "\(table.output)")
  }

  @Test func severalObjectivesMakeAFront() throws {
    let workspace = try Self.workspace(
      #""objective": ["validation_loss", "parameters"], "trials": 16"#)
    _ = try Self.tune("a.db", in: workspace)
    let front = try Program.run("tune", "best", "a.db", in: workspace.path).events.compactMap {
      $0["values"]?.members?.compactMap(\.value.double)
    }
    #expect(front.count > 1)
    for point in front {
      #expect(!front.contains { $0 != point && $0[0] <= point[0] && $0[1] <= point[1] })
    }
  }

  @Test func seedsAreAveraged() throws {
    let workspace = try Self.workspace(#""seeds": 3, "trials": 2"#)
    let result = try Self.tune("a.db", "--format", "json", in: workspace)
    let trial = try #require(result.events.first { $0["event"]?.string == "trial" })
    #expect(try #require(trial["deviations"]?["validation_loss"]?.double) > 0)
    // Three runs of six epochs of six batches.
    #expect(trial["iterations"]?.integer == 3 * 6 * 6)
  }

  @Test func foldsAreAveraged() throws {
    let workspace = try Self.workspace(#""folds": 3, "trials": 2"#)
    let result = try Self.tune("a.db", "--format", "json", in: workspace)
    let trial = try #require(result.events.first { $0["event"]?.string == "trial" })
    #expect(try #require(trial["deviations"]?["validation_loss"]?.double) > 0)
    // Three runs of six epochs of five batches: of 60 rows 20 are held out.
    #expect(trial["iterations"]?.integer == 3 * 6 * 5)
    let written = try Program.run(
      "tune", "best", "a.db", "--config", "config.json", "--write-config", "best.json",
      in: workspace.path)
    #expect(written.exitCode == 0, "\(written.errors)")
    // What 'train --folds' makes of the same settings.
    let folds = try Program.run(
      "train", "best.json", "--folds", "3", "--format", "json", in: workspace.path)
    let best = try #require(
      try Program.run("tune", "best", "a.db", in: workspace.path).events.first)
    let mean = folds.events.last?["summary"]?["validation"]?["loss"]?["mean"]?.double
    let value = try #require(best["values"]?["validation_loss"]?.double)
    #expect(abs(try #require(mean) - value) < 1e-12, "\(folds.events.last as Any)")
  }

  /// The deviation over seeds is that of the start and the order, not of the parts.
  @Test func seedsHaveTheSameParts() throws {
    let workspace = try Self.workspace(
      #""seeds": 4, "trials": 1, "objective": "validation_accuracy", "algorithm": "grid""#)
    try workspace.write(
      "config.json",
      """
      {"seed": 3, "data": {"train": "data.csv", "target": "height", "validation": {"fraction": 0.3}},
       "model": {"layers": [{"type": "dense", "kernel_initializer": "zeros"}]},
       "training": {"epochs": 1, "batch_size": 1000, "shuffle": false},
       "tuning": {"space": {"training.optimizer.learning_rate":
         {"type": "choice", "values": [0.1, 0.2]}}, "algorithm": "grid", "seeds": 4}}
      """)
    let result = try Self.tune("a.db", "--format", "json", in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    let trials = result.events.filter { $0["event"]?.string == "trial" }
    #expect(trials.count == 2)
    // One step on all examples from zeros: nothing is left to differ.
    for trial in trials { #expect(trial["deviations"]?["validation_loss"]?.double == 0) }
  }

  /// A search of a regression without scaling, which diverges at large learning rates.
  private static func unscaled(rates: String) -> String {
    """
    {"data": {"train": "data.csv", "target": "height", "features": ["width"],
              "scaling": "none", "validation": {"fraction": 0.3}},
     "model": {"layers": [{"type": "dense", "units": 8, "activation": "relu"}, {"type": "dense"}]},
     "training": {"epochs": 20, "batch_size": 8, "optimizer": {"type": "sgd", "learning_rate": 0.01}},
     "tuning": {"space": {"training.optimizer.learning_rate":
       {"type": "choice", "values": [\(rates)]}}, "algorithm": "grid"}}
    """
  }

  @Test func aTrialThatDivergesStopsNothing() throws {
    let workspace = try Sample.workspace()
    try workspace.write("config.json", Self.unscaled(rates: "0.001, 1e12"))
    let result = try Self.tune("a.db", "--format", "json", in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    let trials = result.events.filter { $0["event"]?.string == "trial" }
    #expect(Set(trials.compactMap { $0["state"]?.string }) == ["complete", "fail"])
    let failed = try #require(trials.first { $0["state"]?.string == "fail" })
    #expect(failed["message"]?.string?.contains("diverged") == true)
    #expect(try #require(failed["iterations"]?.integer) > 0)
  }

  @Test func aSearchOfWhichNothingCameSaysWhy() throws {
    let workspace = try Sample.workspace()
    try workspace.write("config.json", Self.unscaled(rates: "1e12, 1e13"))
    let result = try Self.tune("a.db", in: workspace)
    #expect(result.exitCode == 1)
    #expect(result.errors.hasPrefix("error: all 2 trials failed; the first: "), "\(result.errors)")
    #expect(result.errors.contains("diverged"))
    let table = try Program.run("tune", "table", "a.db", in: workspace.path)
    #expect(table.lines.first?.hasSuffix("  message") == true, "\(table.output)")
    #expect(table.lines.dropFirst().allSatisfy { $0.contains("diverged") }, "\(table.output)")
  }

  @Test func anInterruptedSearchGoesOnWithTheSameCommand() throws {
    let workspace = try Self.workspace(#""trials": 400"#, epochs: 100)
    let process = Program.process(
      ["tune", "config.json", "--study", "a.db", "--quiet"], in: workspace.path)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    usleep(400_000)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let timed = try Self.tune("a.db", "--timeout", "0.3s", in: workspace)
    #expect(timed.exitCode == 0)
    #expect(try Self.trials("a.db", in: workspace).count < 400)
  }

  // MARK: - Bad input

  @Test(arguments: [
    (
      #"{"training.optimizer.learning_rat": {"type": "uniform", "low": 0, "high": 1}}"#,
      "did you mean 'training.optimizer.learning_rate'?"
    ),
    (#"{"training.epochs": {"type": "integer", "low": 5, "high": 1}}"#, "'low' is 5, above 'high'"),
    (#"{"training.epochs": {"type": "integer", "low": 5, "high": 5}}"#, "the range holds 5 only"),
    (
      #"{"training.epochs": {"type": "integer", "low": 0, "high": 5, "log": true}}"#,
      "0 has no logarithm"
    ),
    (
      #"{"training.optimizer.learning_rate": {"type": "log_uniform", "low": 0, "high": 1}}"#,
      "must be greater than 0, not 0"
    ),
    (#"{}"#, "names nothing to search"),
    (
      #"{"model.layers[9].units": {"type": "integer", "low": 1, "high": 5}}"#,
      "'model.layers[9]' is not in the file"
    ),
    (
      #"{"model.layers[0].units": {"type": "integer", "low": 0, "high": 5}}"#,
      "a corner of the space does not build: 'model.layers[0].units' must be at least 1"
    ),
    (#"{"training.batch_size": {"type": "choice", "values": [8, 8]}}"#, "8 is there twice"),
    (
      #"{"training.batch_size": {"type": "choice", "values": [8, "many"]}}"#,
      "'training.batch_size' must be an integer"
    ),
    (#"{"training.epochs": {"type": "repeat", "low": 0, "high": 3}}"#, "is not a layer"),
    (
      #"{"training.epochs": {"type": "conditional", "on": "training.batch", "equals": [1], "range": {"type": "integer", "low": 1, "high": 3}}}"#,
      "which is not searched"
    ),
    (
      #"{"training.epochs": {"type": "conditional", "on": "training.epochs", "equals": [1], "range": {"type": "integer", "low": 1, "high": 3}}}"#,
      "depends on itself"
    ),
  ])
  func wrongSpacesAreTold(space: String, message: String) throws {
    let workspace = try Self.workspace()
    let result = try Self.tune("a.db", "--set", "tuning.space=\(space)", in: workspace)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(!workspace.exists("a.db"))
  }

  @Test func anObjectiveThatNoRunReportsIsTold() throws {
    let workspace = try Self.workspace(#""objective": "validation_acuracy""#)
    let result = try Self.tune("a.db", in: workspace)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("did you mean \"validation_accuracy\"?"))
  }

  @Test func aLargeGridWantsAYes() throws {
    let workspace = try Self.workspace(
      #""algorithm": {"type": "grid", "points": 100}"#)
    let result = try Self.tune("a.db", in: workspace)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("points") && result.errors.contains("--yes"))
    #expect(!workspace.exists("a.db"))
    let some = try Self.tune("a.db", "--trials", "3", in: workspace)
    #expect(some.exitCode == 0)
  }

  @Test func filesThatAreNoStudyOfThisSearchStayAsTheyAre() throws {
    let workspace = try Self.workspace(#""trials": 4"#)
    _ = try Self.tune("a.db", in: workspace)
    let sound = try workspace.read("a.db")
    try workspace.write("text.db", "not a database")
    var damaged = sound
    for index in 4096..<min(damaged.count, 60_000) { damaged[index] = 0xAA }
    try workspace.write("damaged.db", damaged)
    try workspace.write("cut.db", Array(sound.prefix(sound.count / 2)))
    for name in ["text.db", "damaged.db", "cut.db"] {
      let before = try workspace.read(name)
      let result = try Self.tune(name, in: workspace)
      #expect(result.exitCode == 78, "\(name): \(result.errors)")
      #expect(result.errors.contains(name))
      #expect(try workspace.read(name) == before)
    }
    for setting in [
      "training.epochs=2", "tuning.objective=validation_accuracy", "tuning.seeds=2",
      "tuning.folds=3",
      #"tuning.space={"training.batch_size": {"type": "choice", "values": [4, 8]}}"#,
    ] {
      let result = try Self.tune("a.db", "--set", setting, in: workspace)
      #expect(result.exitCode == 78)
      #expect(result.errors.contains("is the study of another"), "\(result.errors)")
    }
    #expect(try workspace.read("a.db") == sound)
  }

  // MARK: - Other programs

  @Test func whoMakesTheTrialsPrunesThem() throws {
    let workspace = try Workspace()
    try workspace.write(
      "space.json",
      #"{"space": {"x": {"type": "uniform", "low": 0, "high": 1}}, "pruning": "median"}"#)
    let result = try Program.run("tune", "create", "s.db", "space.json", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("'pruning' is for trials that hptrain runs"))
    #expect(!workspace.exists("s.db"))
  }

  /// A minus begins an option for most programs, so that some write `--` before it.
  @Test(arguments: [
    (["--", "-1.5"], -1.5), (["-1.5"], -1.5), (["1e3"], 1000.0), (["--", ".5"], 0.5),
  ])
  func valuesAreToldAsNumbers(words: [String], value: Double) throws {
    let workspace = try Workspace()
    try workspace.write(
      "space.json", #"{"space": {"x": {"type": "uniform", "low": 0, "high": 1}}}"#)
    _ = try Program.run("tune", "create", "s.db", "space.json", in: workspace.path)
    _ = try Program.run("tune", "ask", "s.db", in: workspace.path)
    for wrong in [["0x10"], ["--", "0X1p3"], ["--", "--", "1"], ["one"]] {
      let refused = try Program.run(["tune", "tell", "s.db", "0"] + wrong, in: workspace.path)
      #expect(refused.exitCode == 64 && refused.errors.contains("is not a number"), "\(wrong)")
    }
    let told = try Program.run(["tune", "tell", "s.db", "0"] + words, in: workspace.path)
    #expect(told.exitCode == 0, "\(told.errors)")
    let best = try Program.run("tune", "best", "s.db", in: workspace.path)
    #expect(best.events.first?["values"]?.members?.first?.value.double == value)
  }

  /// Who asks has the study for milliseconds, and others wait for it.
  @Test func manyAskAtOnce() throws {
    let workspace = try Workspace()
    try workspace.write(
      "space.json", #"{"space": {"x": {"type": "uniform", "low": 0, "high": 1}}}"#)
    let script = """
      $hptrain tune create s.db space.json > created
      for shell in 1 2 3 4; do
        (for ask in 1 2 3 4 5 6; do $hptrain tune ask s.db; done) &
      done
      wait
      """
    let result = try Shell.run(script, in: workspace)
    #expect(result.errors == "")
    #expect(Set(result.events.compactMap { $0["trial"]?.integer }) == Set(0..<24))
    #expect(!workspace.exists("s.db.lock"))
  }

  @Test func aLoopEndsWithTheTrialsOfTheSection() throws {
    let workspace = try Workspace()
    try workspace.write(
      "space.json",
      #"{"space": {"x": {"type": "uniform", "low": 0, "high": 1}}, "trials": 3}"#)
    let script = """
      $hptrain tune create s.db space.json > created
      $hptrain tune ask s.db > first
      $hptrain tune tell s.db 0 1
      printf '1\\n2\\n3\\n4\\n' | $hptrain tune ask s.db --loop
      $hptrain tune ask s.db --loop
      """
    let result = try Shell.run(script, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.events.compactMap { $0["trial"]?.integer } == [1, 2])
    #expect(result.errors == "'s.db' has the trials that it was made for\n")
  }

  /// Each point of a grid is asked for once, and who asks for one more hears of it.
  @Test func aLoopEndsWithTheGrid() throws {
    let workspace = try Workspace()
    try workspace.write(
      "space.json",
      #"{"space": {"c": {"type": "choice", "values": [1, 2, 3]}, "d": {"type": "choice", "values": ["a", "b"]}}, "algorithm": "grid"}"#
    )
    let script = """
      $hptrain tune create s.db space.json > created
      printf '1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n' | $hptrain tune ask s.db --loop
      """
    let result = try Shell.run(script, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.events.count == 6, "\(result.output)")
    #expect(Set(result.events.compactMap { $0["settings"]?.compactText }).count == 6)
    let asked = try Program.run("tune", "ask", "s.db", in: workspace.path)
    #expect(asked.exitCode == 0 && asked.errors.contains("this one is beyond them"))
  }

  @Test func otherProgramsAskAndTell() throws {
    let workspace = try Workspace()
    try workspace.write(
      "space.json",
      """
      {"space": {"x": {"type": "uniform", "low": -5, "high": 5},
                 "kind": {"type": "choice", "values": ["a", {"deep": [1]}]}},
       "objective": {"metric": "profit", "direction": "maximize"}}
      """)
    let script = """
      set -e
      $hptrain tune create s.db space.json
      $hptrain tune ask s.db
      $hptrain tune tell s.db 0 -2.5
      $hptrain tune ask s.db
      $hptrain tune tell s.db 1 nan
      printf '7\\n\\n' | $hptrain tune ask s.db --loop --trials 2
      $hptrain tune best s.db
      """
    let result = try Shell.run(script, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    let events = result.events
    #expect(events.count == 6)
    #expect(events.dropFirst().prefix(4).compactMap { $0["trial"]?.integer } == [0, 1, 2, 3])
    #expect(abs(events[1]["settings"]?["x"]?.double ?? 9) <= 5)
    #expect(events[5]["trial"]?.integer == 2)
    #expect(events[5]["values"]?["profit"]?.double == 7)
    let table = try Program.run("tune", "table", "s.db", "--format", "csv", in: workspace.path)
    #expect(table.lines.first == "trial,state,profit,kind,x")
    #expect(table.output.contains("1,fail,,"))
    for wrong in [["0", "1"], ["9", "1"], ["x", "1"]] {
      #expect(try Program.run(["tune", "tell", "s.db"] + wrong, in: workspace.path).exitCode == 64)
    }
  }
}

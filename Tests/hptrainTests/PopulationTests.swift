import Configuration
import Foundation
import TestSupport
import Testing

/// Population-based training, as a whole.
@Suite struct PopulationTests {
  private static func workspace(
    _ tuning: String = "", space: String = "", training: String = ""
  ) throws -> Workspace {
    let workspace = try Sample.workspace()
    try workspace.write(
      "config.json",
      """
      {
        "name": "population", "seed": 3,
        "data": {"train": "data.csv", "target": "kind", "validation": {"fraction": 0.3}},
        "model": {"layers": [{"type": "dense", "units": 8, "activation": "relu"},
                             {"type": "dropout", "rate": 0.1}, {"type": "dense"}]},
        "training": {"epochs": 12, "batch_size": 8\(training)},
        "tuning": {
          "space": {
            "training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.0001, "high": 0.3},
            "training.batch_size": {"type": "choice", "values": [4, 8]},
            "model.layers[1].rate": {"type": "uniform", "low": 0, "high": 0.5}\(space)
          },
          "algorithm": {"type": "population", "population_size": 6, "interval": 3}\(tuning)
        }
      }
      """)
    return workspace
  }

  private static func tune(
    _ study: String, _ arguments: String..., in workspace: Workspace
  ) throws -> Program.Result {
    try Program.run(
      ["tune", "config.json", "--study", study, "--quiet"] + arguments, in: workspace.path)
  }

  private static func trials(_ study: String, in workspace: Workspace) throws -> [JSONValue] {
    try Program.run(
      "tune", "table", study, "--sort", "number", "--format", "json", in: workspace.path
    ).events.map { event in
      .object((event.members ?? []).filter { $0.key != "seconds" })
    }
  }

  @Test func membersGoOnFromEachOther() throws {
    let workspace = try Self.workspace()
    let result = try Self.tune("a.db", in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    let trials = try Self.trials("a.db", in: workspace)
    #expect(trials.count == 24)
    for (number, trial) in trials.enumerated() {
      // 42 rows, three epochs.
      let batch = trial["settings"]?["training.batch_size"]?.integer ?? 0
      #expect(trial["iterations"]?.integer == 3 * ((42 + batch - 1) / max(1, batch)))
      let parent = trial["parent"]?.integer
      #expect(parent.map { $0 / 6 } == (number < 6 ? nil : number / 6 - 1))
    }
    let kept = trials.suffix(6).count { ($0["trial"]?.integer ?? 0) - 6 == $0["parent"]?.integer }
    #expect(kept == 5)
    // Learning goes on: at the end all are ahead of where the best one was after three epochs.
    let values = trials.map { $0["values"]?["validation_loss"]?.double ?? .nan }
    #expect((values.suffix(6).max() ?? .nan) < (values.prefix(6).max() ?? .nan))
    #expect((values.suffix(6).min() ?? .nan) < (values.prefix(6).min() ?? .nan))
  }

  /// A population of members that nobody replaces trains as each does by itself.
  @Test func generationsAreOneTraining() throws {
    let workspace = try Self.workspace()
    // The first member has the rate that wins, whichever of the choices it gets.
    let trials = try ["[0.02, 1e-7]", "[1e-7, 0.02]"].map { rates in
      let study = "\(rates.prefix(3)).db"
      _ = try Self.tune(
        study, "--set",
        #"tuning.space={"training.optimizer.learning_rate": {"type": "choice", "values": \#(rates)}}"#,
        "--set", #"tuning.algorithm={"type": "population", "population_size": 2, "interval": 5}"#,
        in: workspace)
      return try Self.trials(study, in: workspace)
    }.first { $0.first?["settings"]?["training.optimizer.learning_rate"]?.double == 0.02 }
    let last = try #require(trials?.dropFirst(4).first)
    #expect(last["parent"]?.integer == 2)
    let rate = try #require(last["settings"]?["training.optimizer.learning_rate"]?.double)
    let value = try #require(last["values"]?["validation_loss"]?.double)
    let run = try Program.run(
      "train", "config.json", "--set", "training.optimizer.learning_rate=\(rate)", "--format",
      "json", in: workspace.path)
    let losses = run.events.filter { $0["event"]?.string == "epoch" }.map {
      $0["validation"]?["loss"]?.double
    }
    #expect(last["trial"]?.integer == 4 && losses.count == 12 && losses.last == value)
  }

  @Test func anyNumberOfJobsAndKillsMakesTheSameStudy() throws {
    let workspace = try Self.workspace(training: #", "max_iterations": 100000"#)
    let longer = ["--set", "training.epochs=200", "--set", "tuning.algorithm.interval=25"]
    for jobs in ["1", "2"] {
      let result = try Program.run(
        ["tune", "config.json", "--study", jobs + ".db", "--jobs", jobs, "--quiet"] + longer,
        in: workspace.path)
      #expect(result.exitCode == 0, "\(result.errors)")
    }
    let one = try Self.trials("1.db", in: workspace)
    #expect(one.count == 48)
    #expect(try Self.trials("2.db", in: workspace).map(\.compactText) == one.map(\.compactText))
    let kills = try Program.runKilling(
      ["tune", "config.json", "--study", "killed.db", "--quiet"] + longer, in: workspace.path,
      times: 10)
    #expect(kills > 0)
    let killed = try Self.trials("killed.db", in: workspace)
    #expect(killed.map(\.compactText) == one.map(\.compactText))
    // Nothing but where the last generation and the best trial stand.
    let files = try FileManager.default.contentsOfDirectory(
      atPath: workspace.path("killed.db-members"))
    #expect((6...7).contains(files.count), "\(files)")
  }

  /// Trials without what they go on from failed, and spoiled the study for good.
  @Test func aMemberThatIsGoneStopsTheStudy() throws {
    let workspace = try Self.workspace()
    _ = try Self.tune("whole.db", in: workspace)
    let half = try Self.tune("a.db", "--trials", "15", in: workspace)
    #expect(half.exitCode == 0, "\(half.errors)")
    let before = try Self.trials("a.db", in: workspace).map(\.compactText)
    let folder = workspace.path("a.db-members")
    try FileManager.default.moveItem(atPath: folder, toPath: folder + "-kept")
    let refused = try Self.tune("a.db", in: workspace)
    #expect(refused.exitCode == 66)
    #expect(refused.errors.contains("cannot"), "\(refused.errors)")
    #expect(refused.errors.contains("a.db-members/"), "\(refused.errors)")
    #expect(try Self.trials("a.db", in: workspace).map(\.compactText) == before)
    try FileManager.default.moveItem(atPath: folder + "-kept", toPath: folder)
    let whole = try Self.tune("a.db", in: workspace)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    #expect(
      try Self.trials("a.db", in: workspace).map(\.compactText)
        == Self.trials("whole.db", in: workspace).map(\.compactText))
  }

  @Test func theBestLeavesItsModel() throws {
    let workspace = try Self.workspace()
    _ = try Self.tune("a.db", in: workspace)
    let best = try #require(
      try Program.run("tune", "best", "a.db", in: workspace.path).events.first)
    let written = try Program.run(
      "tune", "best", "a.db", "--config", "config.json", "--write-model", "m.safetensors",
      in: workspace.path)
    #expect(written.exitCode == 0 && written.output == "m.safetensors\n", "\(written.errors)")
    let shown = try Program.run(
      "evaluate", "m.safetensors", "data.csv", "--format", "json", in: workspace.path)
    #expect(shown.exitCode == 0, "\(shown.errors)")
    let accuracy = try #require(shown.events.last?["figures"]?["accuracy"]?.double)
    #expect(accuracy > 0.8, "\(shown.output) \(best)")
    let again = try Program.run(
      "tune", "best", "a.db", "--config", "config.json", "--write-model", "m.safetensors",
      in: workspace.path)
    #expect(again.exitCode == 73)
    // What an earlier generation left is gone.
    let other = best["trial"]?.integer == 0 ? "1" : "0"
    let gone = try Program.run(
      "tune", "best", "a.db", "--trial", other, "--config", "config.json", "--write-model",
      "n.safetensors", in: workspace.path)
    #expect(gone.exitCode == 66 && !workspace.exists("n.safetensors"), "\(gone.errors)")
    #expect(gone.errors.contains("trial \(other) has no model any more"), "\(gone.errors)")
    #expect(gone.errors.contains("only the last generation and the best trial are kept"))
  }

  @Test func aDamagedStateFailsWhoGoesOnFromIt() throws {
    let workspace = try Self.workspace()
    _ = try Self.tune("a.db", "--trials", "6", in: workspace)
    let best = try #require(
      try Program.run("tune", "best", "a.db", in: workspace.path).events.first?["trial"]?.integer)
    var bytes = try workspace.read("a.db-members/\(best).safetensors")
    bytes[bytes.count - 5] ^= 1
    try workspace.write("a.db-members/\(best).safetensors", bytes)
    let result = try Self.tune("a.db", in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    let failed = try Self.trials("a.db", in: workspace).filter { $0["state"]?.string == "fail" }
    // The member itself, and the one that copied it.
    #expect(failed.count == 2)
    for trial in failed {
      #expect(trial["parent"]?.integer == best)
      #expect(trial["message"]?.string?.contains("no valid checkpoint") == true, "\(trial)")
    }
  }

  /// A member that diverges has failed, and others take its place.
  @Test func membersThatDiverge() throws {
    let workspace = try Self.workspace()
    try workspace.write(
      "config.json",
      """
      {"name": "population", "seed": 3,
       "data": {"train": "data.csv", "target": "height", "features": ["width"],
                "scaling": "none", "validation": {"fraction": 0.3}},
       "model": {"layers": [{"type": "dense", "units": 8, "activation": "relu"}, {"type": "dense"}]},
       "training": {"epochs": 20, "batch_size": 8, "optimizer": {"type": "sgd", "learning_rate": 0.01}},
       "tuning": {"space": {"training.optimizer.learning_rate":
                    {"type": "choice", "values": [0.001, 1e12]}},
                  "algorithm": {"type": "population", "population_size": 6, "interval": 10}}}
      """)
    let result = try Self.tune("a.db", in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    let trials = try Self.trials("a.db", in: workspace)
    #expect(trials.count == 12)
    let failed = trials.filter { $0["state"]?.string == "fail" }
    #expect(!failed.isEmpty && failed.count < 12)
    for trial in failed {
      #expect(trial["message"]?.string?.contains("diverged") == true, "\(trial)")
      #expect(trial["iterations"]?.integer ?? 0 > 0)
    }
    // Nobody goes on from where there is nothing.
    let numbers = Set(failed.compactMap { $0["trial"]?.integer })
    #expect(trials.allSatisfy { $0["parent"]?.integer.map { !numbers.contains($0) } ?? true })
  }

  /// Who goes on from a member that had its iterations has its value, and trains no more.
  @Test func membersThatHaveEnded() throws {
    let workspace = try Self.workspace(training: #", "max_iterations": 20"#)
    let result = try Self.tune("a.db", in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    let trials = try Self.trials("a.db", in: workspace)
    // Two generations of three epochs are more than 20 iterations of any batch size.
    #expect(trials.count == 12)
    let idle = trials.filter { $0["iterations"]?.integer == 0 }
    #expect(!idle.isEmpty)
    for trial in idle {
      let parent = try #require(trial["parent"]?.integer)
      #expect(
        trial["values"]?["validation_loss"]?.double
          == trials[parent]["values"]?["validation_loss"]?.double)
    }
  }

  /// Of one class there is no area under a curve.
  @Test(arguments: [
    #"{"type": "population", "population_size": 2, "interval": 6}"#, #""random""#,
  ])
  func figuresThatAreUndefined(algorithm: String) throws {
    let workspace = try Self.workspace(training: #", "metrics": ["roc_auc"]"#)
    try workspace.write("one.csv", "width,height,kind\n1,2,small\n2,3,small\n")
    let result = try Self.tune(
      "a.db", "--trials", "4", "--set", "data.validation=one.csv",
      "--set", "tuning.objective=validation_roc_auc",
      "--set", "tuning.algorithm=\(algorithm)", in: workspace)
    // Not one trial has a value.
    #expect(result.exitCode == 1, "\(result.errors)")
    let trials = try Self.trials("a.db", in: workspace)
    #expect(trials.map { $0["state"]?.string } == Array(repeating: "fail", count: 4))
    #expect(trials.allSatisfy { $0["iterations"]?.integer ?? 0 > 0 })
    #expect(
      trials.allSatisfy {
        $0["message"]?.string?.hasPrefix(
          "validation_roc_auc is undefined, since the validation part lacks") == true
      }, "\(trials)")
  }

  @Test func anInterruptedPopulationGoesOn() throws {
    let workspace = try Self.workspace()
    let longer = ["--set", "training.epochs=2000", "--set", "tuning.algorithm.interval=500"]
    let process = Program.process(
      ["tune", "config.json", "--study", "a.db", "--quiet"] + longer, in: workspace.path)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    // Until members train.
    while !workspace.exists("a.db-members"), process.isRunning { usleep(10_000) }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    for study in ["a.db", "b.db"] {
      let result = try Program.run(
        ["tune", "config.json", "--study", study, "--quiet"] + longer, in: workspace.path)
      #expect(result.exitCode == 0, "\(result.errors)")
    }
    #expect(
      try Self.trials("a.db", in: workspace).map(\.compactText)
        == Self.trials("b.db", in: workspace).map(\.compactText))
  }

  @Test(arguments: [
    (#", "pruning": "median""#, "", "", "a population replaces its worst members itself"),
    (#", "seeds": 2"#, "", "", "a population has a seed for each member"),
    (#", "folds": 3"#, "", "", "a population trains on one training part"),
    (#", "objective": "seconds""#, "", "", "is known at the end only"),
    ("", "", #", "early_stopping": {"patience": 3}"#, "early stopping would end members"),
    (
      "", #", "model.layers[0].units": {"type": "integer", "low": 4, "high": 8}"#, "",
      "the parameters have other shapes"
    ),
    (
      "", #", "training.optimizer.type": {"type": "choice", "values": ["adam", "sgd"]}"#, "",
      "the optimizer is another"
    ),
    (
      "", #", "training.epochs": {"type": "choice", "values": [12, 20]}"#, "",
      "the number of epochs is another"
    ),
  ])
  func whatNobodyCanGoOnFromIsRefused(
    tuning: String, space: String, training: String, message: String
  ) throws {
    let workspace = try Self.workspace(tuning, space: space, training: training)
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  /// One trial is one generation: what the check announces is what is made.
  @Test(arguments: [
    (15, "15 · 18 iterations of the file's values = 270, in 3 of 4 generations of 3 epochs"),
    (24, "6 members · 72 iterations of the file's values = 432, in 4 generations of 3 epochs"),
  ])
  func theCheckTellsTheIterations(trials: Int, bill: String) throws {
    let workspace = try Self.workspace(#", "trials": \#(trials)"#)
    let space = [
      "--set",
      #"tuning.space={"model.layers[1].rate": {"type": "uniform", "low": 0, "high": 0.5}}"#,
    ]
    let check = try Program.run(["check", "config.json"] + space, in: workspace.path)
    #expect(check.output.contains(bill + "\n"), "\(check.output)\(check.errors)")
    let result = try Program.run(
      ["tune", "config.json", "--study", "a.db", "--quiet", "--format", "json"] + space,
      in: workspace.path)
    let made = try #require(result.events.last?["iterations"]?.integer)
    #expect(bill.contains("= \(made), "))
  }

  @Test func theCheckTellsTheGenerations() throws {
    let workspace = try Self.workspace()
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(
      result.output.contains(
        "6 members · 72 iterations of the file's values = 432, in 4 generations of 3 epochs"),
      "\(result.output)\(result.errors)")
  }
}

import Configuration
import Foundation
import TestSupport
import Testing

/// What is told of a search while it runs, and of its study later.
@Suite struct TuneReadingTests {
  /// A search for a rate and a number of units.
  private static func workspace(_ tuning: String = "", epochs: Int = 2) throws -> Workspace {
    let workspace = try Sample.workspace()
    try workspace.write(
      "config.json",
      """
      {"name": "search", "seed": 3,
       "data": {"train": "data.csv", "target": "kind", "validation": {"fraction": 0.3}},
       "model": {"layers": [{"type": "dense", "units": 4, "activation": "relu"}, {"type": "dense"}]},
       "training": {"epochs": \(epochs), "batch_size": 8},
       "tuning": {"space": {
         "training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.0001, "high": 0.3},
         "model.layers[0].units": {"type": "integer", "low": 2, "high": 99}}\(tuning)}}
      """)
    return workspace
  }

  private static func tune(
    _ arguments: String..., in workspace: Workspace
  ) throws -> Program.Result {
    try Program.run(["tune", "config.json", "--study", "s.db"] + arguments, in: workspace.path)
  }

  private static let two = #", "objective": ["validation_loss", "parameters"], "trials": 12"#

  // MARK: - The end

  @Test func theEndHasItsReason() throws {
    let whole = try Self.tune(
      "--trials", "2", "--format", "json", in: try Self.workspace())
    #expect(whole.events.last?["event"]?.string == "end")
    #expect(whole.events.last?["reason"]?.string == "completed")
    // No trial of so many epochs ends.
    let workspace = try Self.workspace(epochs: 100_000_000)
    let timed = try Self.tune("--timeout", "0.3s", "--format", "json", in: workspace)
    #expect(timed.exitCode == 1)
    #expect(timed.events.last?["reason"]?.string == "timed_out")
    let interrupted = try Shell.run(
      """
      $hptrain tune config.json --study i.db --format json &
      while [ ! -e i.db ] && kill -0 $!; do sleep 0.1; done
      kill -TERM $!
      wait $!
      """, in: workspace)
    #expect(interrupted.exitCode == 143, "\(interrupted.errors)")
    #expect(interrupted.events.last?["reason"]?.string == "interrupted")
  }

  @Test func nothingGoesOnWhereNothingEnded() throws {
    let workspace = try Self.workspace(epochs: 100_000_000)
    let result = try Self.tune("--timeout", "0.3s", in: workspace)
    #expect(result.exitCode == 1)
    #expect(
      result.errors.contains("no trial ended in this time, and those that were cut off begin anew"))
    #expect(!result.errors.contains("the same command goes on"), "\(result.errors)")
  }

  // MARK: - Several objectives

  @Test func theFrontStandsFirstAndIsMarked() throws {
    let workspace = try Self.workspace(Self.two)
    let tuned = try Self.tune("--quiet", in: workspace)
    #expect(tuned.exitCode == 0, "\(tuned.errors)")
    let front = try Program.run("tune", "best", "s.db", in: workspace.path).events.compactMap {
      $0["trial"]?.integer
    }
    let events = try Program.run(
      "tune", "table", "s.db", "--format", "json", in: workspace.path
    ).events
    #expect(events.count == 12)
    let numbers = events.compactMap { $0["trial"]?.integer }
    #expect(Array(numbers.prefix(front.count)) == front)
    #expect(numbers.dropFirst(front.count).elementsEqual(Set(0..<12).subtracting(front).sorted()))
    for (index, event) in events.enumerated() {
      guard case .boolean(let isMarked)? = event["front"]?.kind else {
        Issue.record("\(event.compactText)")
        continue
      }
      #expect(isMarked == (index < front.count))
    }
    let csv = try Program.run("tune", "table", "s.db", "--format", "csv", in: workspace.path)
    #expect(csv.lines.first?.hasPrefix("trial,state,front,validation_loss,parameters,") == true)
    #expect(csv.lines.count { $0.contains(",complete,true,") } == front.count)
    // Counts have no fraction.
    let text = try Program.run("tune", "table", "s.db", in: workspace.path)
    #expect(text.lines.first?.hasPrefix("trial  state     front  ") == true, "\(text.output)")
    let counts = text.lines.dropFirst().map { line in
      line.split(separator: " ").filter { $0 != "★" && $0 != "*" }[3]
    }
    #expect(counts.count == 12 && counts.allSatisfy { Int($0) != nil }, "\(text.output)")
  }

  @Test func eachObjectiveHasItsPictures() throws {
    let workspace = try Self.workspace(Self.two)
    _ = try Self.tune("--quiet", in: workspace)
    let listed = try Program.run("report", "s.db", "--figure", "none", in: workspace.path)
    let help = try #require(listed.errors.components(separatedBy: "help: it has ").last)
    let names =
      help.split(whereSeparator: \.isNewline).first?
      .components(separatedBy: ", ") ?? []
    #expect(names.count > 4 && Set(names).count == names.count, "\(listed.errors)")
    #expect(names.contains("units") && names.contains("units-parameters"))
    let pictures = try ["units", "units-parameters"].map {
      try Program.run(
        "report", "s.db", "--figure", $0, "--output", "-", in: workspace.path
      ).output
    }
    #expect(pictures[0] != pictures[1] && pictures[1].contains("parameters"))
  }

  // MARK: - Several runs

  @Test(arguments: [
    (#", "folds": 3"#, "fold 1 of 3: "), (#", "seeds": 2"#, "seed 3: "),
    (#", "folds": 3, "seeds": 2"#, "fold 1 of 3, seed 3: "), ("", ""),
  ])
  func aFailureNamesItsRun(tuning: String, place: String) throws {
    let workspace = try Sample.workspace()
    try workspace.write(
      "config.json",
      """
      {"seed": 3,
       "data": {"train": "data.csv", "target": "height", "features": ["width"], "scaling": "none"
                \(tuning.contains("folds") ? "" : #", "validation": {"fraction": 0.3}"#)},
       "model": {"layers": [{"type": "dense", "units": 8, "activation": "relu"}, {"type": "dense"}]},
       "training": {"epochs": 20, "batch_size": 8, "optimizer": {"type": "sgd", "learning_rate": 0.01}},
       "tuning": {"space": {"training.optimizer.learning_rate":
         {"type": "choice", "values": [1e12, 1e13]}}, "algorithm": "grid"\(tuning)}}
      """)
    let result = try Self.tune("--quiet", "--format", "json", in: workspace)
    let messages = result.events.compactMap { $0["message"]?.string }
    #expect(messages.count == 2, "\(result.output)\(result.errors)")
    #expect(messages.allSatisfy { $0.hasPrefix(place) }, "\(messages)")
    #expect(messages.allSatisfy { $0.hasPrefix("fold") || $0.hasPrefix("seed") } == !place.isEmpty)
  }

  @Test(arguments: [
    (#", "seeds": 2"#, ["the mean over 2 seeds", "--set seed=4 is the second"]),
    (#", "folds": 3"#, ["the mean over 3 folds", "hptrain train --folds 3"]), ("", []),
  ])
  func oneRunIsNoMean(tuning: String, phrases: [String]) throws {
    let workspace = try Self.workspace(tuning)
    _ = try Self.tune("--trials", "2", "--quiet", in: workspace)
    let written = try Program.run(
      "tune", "best", "s.db", "--config", "config.json", "--write-config", "best.json",
      in: workspace.path)
    #expect(written.exitCode == 0 && written.output == "best.json\n")
    #expect(written.errors.isEmpty == phrases.isEmpty, "\(written.errors)")
    for phrase in phrases { #expect(written.errors.contains(phrase), "\(written.errors)") }
  }

  // MARK: - Commands

  @Test func aMisspeltCommandIsNoConfiguration() throws {
    let workspace = try Self.workspace()
    let result = try Program.run("tune", "beest", "s.db", in: workspace.path)
    #expect(result.exitCode == 64)
    #expect(result.errors.contains("'tune' has no command 'beest'"), "\(result.errors)")
    #expect(result.errors.contains("did you mean 'hptrain tune best'?"))
    // A configuration of that name is one.
    try workspace.write("beest", try workspace.read("config.json"))
    let tuned = try Program.run(
      "tune", "beest", "--study", "s.db", "--trials", "1", "--quiet", in: workspace.path)
    #expect(tuned.exitCode == 0, "\(tuned.errors)")
  }

  @Test func theFoldersOfAStudyAreMade() throws {
    let workspace = try Self.workspace()
    let result = try Program.run(
      "tune", "config.json", "--study", "a/b/s.db", "--trials", "1", "--quiet", in: workspace.path)
    #expect(result.exitCode == 0 && workspace.exists("a/b/s.db"), "\(result.errors)")
    try workspace.write(
      "space.json", #"{"space": {"x": {"type": "uniform", "low": 0, "high": 1}}}"#)
    let created = try Program.run(
      "tune", "create", "c/d/s.db", "space.json", in: workspace.path)
    #expect(created.exitCode == 0 && workspace.exists("c/d/s.db"), "\(created.errors)")
    // A section that is refused leaves nothing.
    try workspace.write("space.json", #"{"space": {}}"#)
    let refused = try Program.run(
      "tune", "create", "e/s.db", "space.json", in: workspace.path)
    #expect(refused.exitCode == 78 && !workspace.exists("e"))
  }

  /// Who asks gets a trial, and hears once that it is one more.
  @Test func trialsBeyondTheNumberAreNoted() throws {
    let workspace = try Workspace()
    try workspace.write(
      "space.json", #"{"space": {"x": {"type": "uniform", "low": 0, "high": 1}}, "trials": 2}"#)
    _ = try Program.run("tune", "create", "s.db", "space.json", in: workspace.path)
    for number in 0..<4 {
      let asked = try Program.run("tune", "ask", "s.db", in: workspace.path)
      #expect(asked.exitCode == 0 && asked.events.first?["trial"]?.integer == number)
      #expect(asked.errors.contains("this one is beyond them") == (number == 2), "\(asked.errors)")
    }
    let looped = try Program.run("tune", "ask", "s.db", "--loop", in: workspace.path)
    #expect(looped.output.isEmpty && looped.errors.contains("has the trials that it was made for"))
  }

  @Test(arguments: [(3, true), (4, false)])
  func fewTrialsTellLittle(trials: Int, isFew: Bool) throws {
    let workspace = try Self.workspace()
    _ = try Self.tune("--trials", "\(trials)", "--quiet", in: workspace)
    let result = try Program.run("tune", "importance", "s.db", in: workspace.path)
    #expect(result.exitCode == 0 && result.lines.count == 2, "\(result.errors)")
    #expect(result.errors.contains("3 complete trials tell little") == isFew, "\(result.errors)")
  }

  /// What few trials have has a share of theirs, so that all shares are more than the whole.
  @Test(arguments: [true, false])
  func sharesOfConditionalSettingsAreNoted(isConditional: Bool) throws {
    let workspace = try Sample.workspace()
    let momentum =
      #", "training.optimizer.momentum": {"type": "conditional", "on": "training.optimizer", "equals": ["sgd"], "range": {"type": "choice", "values": [0, 0.5, 0.9]}}"#
    try workspace.write(
      "config.json",
      String(Sample.config().dropLast())
        + """
        , "tuning": {"algorithm": "grid", "objective": "train_loss", "space": {
          "training.optimizer": {"type": "choice", "values": ["adam", "sgd"]},
          "training.batch_size": {"type": "choice", "values": [8, 16]}
          \(isConditional ? momentum : "")}}}
        """)
    let tuned = try Self.tune("--quiet", in: workspace)
    #expect(tuned.exitCode == 0, "\(tuned.errors)")
    let result = try Program.run(
      "tune", "importance", "s.db", "--format", "json", in: workspace.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    let trials = result.events.compactMap { $0["trials"]?.integer }
    #expect(Set(trials) == (isConditional ? [8, 6] : [4]), "\(result.output)")
    #expect(
      result.errors.contains(
        "not all trials have 'training.optimizer.momentum': its share is of what the trials with it came to"
      ) == isConditional, "\(result.errors)")
  }

  @Test(arguments: [50, 200])
  func theHistoryFitsTheTerminal(columns: Int) throws {
    let workspace = try Self.workspace()
    _ = try Self.tune("--trials", "8", "--quiet", in: workspace)
    let terminal = try PseudoTerminal(columns: columns, rows: 24)
    let process = Program.process(["tune", "history", "s.db"], in: workspace.path)
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let end = try terminal.end()
    process.standardOutput = end
    try process.run()
    try end.close()
    while terminal.read(seconds: 60) {}
    process.waitUntilExit()
    var screen = TerminalScreen(columns: columns)
    screen.write(terminal.bytes)
    #expect(screen.wraps == 0)
    #expect(screen.text.map(\.count).max() == min(columns, 80), "\(screen.text)")
  }
}

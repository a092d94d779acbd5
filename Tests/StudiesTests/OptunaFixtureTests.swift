import Configuration
import Studies
import TestSupport
import Testing

/// What Optuna 5.0.0 wrote (generate-fixture.py) is read with all its values.
struct OptunaFixtureTests {
  let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test func theStudyOfTwoObjectives() throws {
    let study = try StudyFile.open(path: optunaFile(in: workspace), name: "two é", access: .reading)
    #expect(study.directions == [.minimize, .maximize])
    #expect(study.identifier == 1)
    #expect(
      try study.attributes(.system)["study:metric_names"]?.compactText == #"["loss","accuracy"]"#)
    let nested = try #require(try study.attributes(.user)["nested"]?["a"]?.items)
    #expect(nested[3].double?.isNaN == true && nested[4].double == -.infinity)
    #expect(nested[5].string == "\u{7F}🥧\u{FFFD}")
    let trials = try study.trials()
    #expect(trials.map(\.number) == [0, 1, 2, 3, 4])
    #expect(trials.map(\.state) == [.complete, .fail, .fail, .running, .waiting])
    #expect(trials.map(\.values) == [[.infinity, -.infinity], [], [], [], []])
    let first = trials[0]
    #expect(
      first.parameters.map(\.name) == [
        "float", "log", "stepped", "integer", "logInteger", "choice",
      ])
    #expect(first.parameters.map(\.value) == [0.5, 1e-5, 0.3, 9, 3, 11])
    #expect(first.parameters.map(\.distribution) == DistributionTests.texts.map(\.0))
    #expect(first.parameter("choice")?.meaning == .other("[1, \"a\"]"))
    #expect(first.parameter("integer")?.meaning == .integer(9))
    #expect(
      first.userAttributes["floats"]?.items?.map(\.double)
        == [1e-5, 9.5e15, 0x1p53, 0x1p54, 1e22, .leastNonzeroMagnitude, -0.0, 123456789.125])
    #expect(first.startDate == "2026-11-28 01:02:03.000045")
    #expect(first.completionDate == "2026-11-28 04:05:06.789000")
    #expect(first.isFeasible)
    #expect(trials[3].completionDate == nil && trials[4].startDate == nil)
    #expect(trials[4].fixedParameters == ["float": .double(0.25), "choice": .null])
    #expect(trials[4].userAttributes["by"]?.string == "hand")
  }

  @Test func theStudyOfOneObjective() throws {
    let study = try StudyFile.open(path: optunaFile(in: workspace), name: "one", access: .reading)
    let trials = try study.trials()
    #expect(trials.map(\.values) == [[1e308], [1.5], [1.5], [], [8]])
    let reports = trials[0].intermediateValues
    #expect(
      reports[0] == 0.5 && reports[6] == .infinity && reports[9] == -.infinity
        && reports[12] == 1e308)
    #expect(reports[3]?.isNaN == true && reports.count == 5)
    #expect(trials[3].state == .pruned)
    #expect(!trials[4].isFeasible)
  }

  @Test func itGoesOn() throws {
    let path = try optunaFile(in: workspace)
    let study = try StudyFile.open(path: path, name: "two é")
    try study.lockForRunning()
    let waiting = try #require(try study.startWaiting())
    #expect(waiting.number == 4 && waiting.state == .running && waiting.startDate != nil)
    #expect(try study.startWaiting() == nil)
    try study.finish(trial: 4, state: .complete, values: [1, 2])
    #expect(try study.addTrial() == 5)
    study.close()
    let other = try StudyFile.open(path: path, name: "one", access: .reading)
    #expect(try other.trials().count == 5)
    #expect(!workspace.exists("optuna.db-wal") && !workspace.exists("optuna.db.lock"))
  }
}

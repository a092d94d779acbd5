import Configuration
import GRDB
import Search
import Studies
import TestSupport
import Testing
import Training
import Tuning

/// Studies that another program began, or changed.
@Suite struct StudyOfOthersTests {
  private let workspace: Workspace
  private let plan: TuningPlan

  init() throws {
    workspace = try Workspace()
    let rows = (0..<40).map { "\($0 % 2 * 4 + $0 % 7),\($0 % 2 == 0 ? "a" : "b")" }
    try workspace.write("data.csv", "x,kind\n" + rows.joined(separator: "\n") + "\n")
    let path = try workspace.write(
      "config.json",
      """
      {"data": {"train": "data.csv", "target": "kind", "validation": {"fraction": 0.3}},
       "model": {"layers": [{"type": "dense"}]},
       "training": {"epochs": 2, "batch_size": 8},
       "tuning": {"space": {
         "training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.001, "high": 0.1},
         "training.optimizer.type": {"type": "choice", "values": ["adam", "sgd"]}}}}
      """)
    plan = try #require(TuningPlan.check(path: path).plan)
  }

  private var path: String { workspace.path("a.db") }
  private static let rate = Distribution.float(
    low: 0.001, high: 0.1, step: nil, isLogarithmic: true)
  private static let types = Distribution.categorical([.text("adam"), .text("sgd")])

  private func run(to count: Int) throws -> [TrialRecord] {
    let study = try Study.open(path, plan: plan).study
    let tuner = try Tuner(plan, study: study, jobs: 2, threads: 1, version: "0")
    #expect(try tuner.run(trialCount: count, Tuner.Observer()))
    study.file.close()
    return tuner.records
  }

  @Test func aDeletedTrialLeavesAGap() throws {
    #expect(try run(to: 5).map(\.number) == [0, 1, 2, 3, 4])
    let queue = try DatabaseQueue(path: path)
    try queue.inDatabase {
      try $0.execute(
        sql: """
          PRAGMA foreign_keys = OFF;
          DELETE FROM trials WHERE number = 1;
          UPDATE trials SET state = 'RUNNING' WHERE number = 4;
          DELETE FROM trial_values WHERE trial_id = 5;
          DELETE FROM trial_intermediate_values WHERE trial_id = 5
          """)
    }
    try queue.close()
    let records = try run(to: 7)
    #expect(records.map(\.number) == [0, 2, 3, 4, 5, 6, 7])
    #expect(records.allSatisfy { $0.state == .complete })
  }

  @Test func itGoesOnWithTrialsThatWaitAndLearnsFromTheRest() throws {
    let file = try StudyFile.create(path: path, name: "other", directions: [.minimize])
    let first = try file.addTrial([.init("training.optimizer.learning_rate", 0.01, Self.rate)])
    try file.finish(trial: first, state: .complete, values: [0.5])
    _ = try file.enqueue(["training.optimizer.learning_rate": .double(0.02)])
    file.close()
    let records = try run(to: 4)
    #expect(records.map(\.state) == [.complete, .complete, .complete, .complete])
    // The first lacks a hyperparameter of the space, and stays as it is.
    #expect(records[0].point == nil && records[0].values == [0.5])
    let rate = plan.space.places.firstIndex { $0.name == "training.optimizer.learning_rate" }
    #expect(records[1].point?.values[try #require(rate)] == 0.02)
  }

  /// What was given beforehand is taken as far as the space has it.
  @Test func whatDoesNotFitTheSpaceIsDrawn() throws {
    let file = try StudyFile.create(path: path, name: "other", directions: [.minimize])
    _ = try file.enqueue([
      "training.optimizer.learning_rate": .text("fast"), "training.optimizer.type": .text("lion"),
      "nothing": .integer(3),
    ])
    _ = try file.enqueue(["training.optimizer.learning_rate": .double(.infinity)])
    file.close()
    let records = try run(to: 2)
    #expect(records.map(\.state) == [.complete, .complete])
    let rate = try #require(
      plan.space.places.firstIndex { $0.name == "training.optimizer.learning_rate" })
    #expect(records.allSatisfy { (0.001...0.1).contains($0.point?.values[rate] ?? 0) })
  }

  /// A trial that another program had begun fails where it has no values for this search.
  @Test func whatAnotherProgramBeganFails() throws {
    let file = try StudyFile.create(path: path, name: "other", directions: [.minimize])
    _ = try file.addTrial([.init("training.optimizer.learning_rate", 0.01, Self.rate)])
    file.close()
    let records = try run(to: 2)
    #expect(records.map(\.state) == [.failed, .complete])
    #expect(records[0].diagnostic == "it has no values for the space of this search")
  }

  @Test func otherDirectionsAreRefused() throws {
    try StudyFile.create(path: path, name: "other", directions: [.maximize]).close()
    do {
      _ = try Study.open(path, plan: plan)
      Issue.record("it was opened")
    } catch let failure as Failure {
      #expect(
        failure.diagnostics.first?.message
          == "'\(path)' is a study of other directions or objectives")
    }
  }

  @Test func aFolderThatCannotBeMade() throws {
    do {
      try Study.makeFolder(of: workspace.path("none/deeper/s.db"))
      Issue.record("it was made")
    } catch let failure as Failure {
      #expect(failure.diagnostics.first?.code == "cannot-create")
    }
  }

  @Test func choicesOfAnotherKindAreRefused() throws {
    let file = try StudyFile.create(path: path, name: "other", directions: [.minimize])
    _ = try file.addTrial([.init("training.optimizer.type", 1, .categorical([.text("lion")]))])
    file.close()
    let before = try workspace.read("a.db")
    #expect(throws: Failure.self) { _ = try Study.open(path, plan: plan) }
    #expect(try workspace.read("a.db") == before)
  }
}

import Configuration
import Foundation
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
    plan = try Self.plan(in: workspace)
  }

  /// - Parameters:
  ///   - space: more members of the space.
  ///   - tuning: more members of the section.
  private static func plan(
    in workspace: Workspace, space: String = "", tuning: String = ""
  ) throws -> TuningPlan {
    let path = try workspace.write(
      "config.json",
      """
      {"data": {"train": "data.csv", "target": "kind", "validation": {"fraction": 0.3}},
       "model": {"layers": [{"type": "dense"}]},
       "training": {"epochs": 2, "batch_size": 8},
       "tuning": {"space": {
         "training.optimizer.learning_rate": {"type": "log_uniform", "low": 0.001, "high": 0.1},
         "training.optimizer.type": {"type": "choice", "values": ["adam", "sgd"]}\(space)}\(tuning)}}
      """)
    let (plan, diagnostics) = TuningPlan.check(path: path)
    return try #require(plan, "\(diagnostics.map(\.message))")
  }

  private var path: String { workspace.path("a.db") }
  private static let rate = Distribution.float(
    low: 0.001, high: 0.1, step: nil, isLogarithmic: true)
  private static let types = Distribution.categorical([.text("adam"), .text("sgd")])

  private static func tuner(_ plan: TuningPlan, _ study: Study) throws -> Tuner {
    try Tuner(
      plan, study: study, states: nil,
      workers: LocalTrials(plan, states: nil, jobs: 2, threads: 1))
  }

  private func run(to count: Int, _ other: TuningPlan? = nil) throws -> [TrialRecord] {
    let plan = other ?? plan
    let study = try Study.open(path, plan: plan).study
    let tuner = try Self.tuner(plan, study)
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

  /// A setting that only some values of another one have is there for these, drawn or given.
  @Test func whatIsGivenDecidesWhatElseThereIs() throws {
    let plan = try Self.plan(
      in: workspace,
      space: #"""
        , "training.optimizer.momentum": {"type": "conditional", "on": "training.optimizer.type",
          "equals": ["sgd"], "range": {"type": "uniform", "low": 0.2, "high": 0.8}},
        "training.batch_size": {"type": "choice", "values": [4, 8]}
        """#)
    let file = try StudyFile.create(path: path, name: "other", directions: [.minimize])
    for index in 0..<8 {
      _ = try file.enqueue([
        "training.optimizer.type": .text(index < 6 ? "sgd" : "adam"),
        "training.batch_size": .double(index % 2 == 0 ? 4 : 8),
      ])
    }
    _ = try file.enqueue([
      "training.optimizer.type": .text("sgd"), "training.optimizer.momentum": .double(0.25),
    ])
    file.close()
    let points = try run(to: 9, plan).compactMap(\.point)
    try #require(points.count == 9)
    func values(_ name: String) throws -> [Double?] {
      let place = try #require(plan.space.places.firstIndex { $0.name == name })
      return points.map { $0.values[place] }
    }
    #expect(try values("training.batch_size").prefix(8) == [0, 1, 0, 1, 0, 1, 0, 1])
    let momentum = try values("training.optimizer.momentum")
    #expect(momentum[..<6].allSatisfy { (0.2...0.8).contains($0 ?? 0) })
    // Where the search had proposed the other optimizer, there is the middle of the range.
    #expect(momentum[..<6].contains(0.5))
    #expect(momentum[6] == nil && momentum[7] == nil && momentum[8] == 0.25)
  }

  /// A trial that told nothing on the way is none to be compared with.
  @Test func pruningNeedsCurves() throws {
    let plan = try Self.plan(in: workspace, tuning: #", "pruning": "median""#)
    let file = try StudyFile.create(path: path, name: "other", directions: [.minimize])
    for _ in 0..<12 {
      let number = try file.addTrial([
        .init("training.optimizer.learning_rate", 0.05, Self.rate),
        .init("training.optimizer.type", 0, Self.types),
      ])
      // Better than any that is to come.
      try file.finish(trial: number, state: .complete, values: [1e-9])
    }
    file.close()
    let records = try run(to: 16, plan)
    #expect(records.map(\.state) == Array(repeating: .complete, count: 16))
    #expect(records[..<12].allSatisfy { $0.curve.isEmpty })
    #expect(records[12...].allSatisfy { $0.curve.count == 2 })
  }

  /// What cannot be stored ends the search, and trials that run are ended first.
  @Test func aStudyThatIsSpoiledOnTheWay() throws {
    let study = try Study.open(path, plan: plan).study
    let tuner = try Self.tuner(plan, study)
    var observer = Tuner.Observer()
    var begun = 0
    observer.begin = { [path] record in
      begun += 1
      guard record.number == 2 else { return }
      do {
        let queue = try DatabaseQueue(path: path)
        try queue.inDatabase { try $0.execute(sql: "DROP TABLE trial_values") }
        try queue.close()
      } catch {
        Issue.record("\(error)")
      }
    }
    let failure = #expect(throws: Failure.self) { try tuner.run(trialCount: 50, observer) }
    #expect(failure?.diagnostics.first?.code == "damaged-study")
    #expect(begun >= 3 && begun < 10)
  }

  /// The trials of this search, changed afterwards.
  @Test func aTrialOutsideTheSpaceIsNoConfiguration() throws {
    _ = try run(to: 1)
    let queue = try DatabaseQueue(path: path)
    try queue.inDatabase {
      try $0.execute(
        sql: """
          UPDATE trial_params SET param_value = 5 WHERE param_name = 'training.optimizer.type'
          """)
    }
    try queue.close()
    let contents = try StudyContents(StudyFile.open(path: path, access: .reading))
    let failure = #expect(throws: Failure.self) {
      _ = try TunedConfiguration.text(
        of: contents.records[0], in: contents, plan: plan, folder: workspace.path)
    }
    #expect(
      failure?.diagnostics.first?.message
        == "the settings of trial 0 are not those of 'tuning.space'")
  }

  @Test func onlyAPopulationLeavesModels() throws {
    _ = try run(to: 1)
    let contents = try StudyContents(StudyFile.open(path: path, access: .reading))
    let failure = #expect(throws: Failure.self) {
      try TrainedMember.write(
        contents.records[0], of: path, in: contents, plan: plan,
        to: workspace.path("m.safetensors"), version: "0")
    }
    #expect(
      failure?.diagnostics.first?.message == "only the trials of a population leave models behind")
    #expect(!workspace.exists("m.safetensors"))
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
    try workspace.write("none", "no folder")
    do {
      _ = try Study.open(workspace.path("none/deeper/s.db"), plan: plan)
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

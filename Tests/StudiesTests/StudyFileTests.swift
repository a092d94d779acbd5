import Configuration
import Foundation
import Studies
import TestSupport
import Testing

struct StudyFileTests {
  let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test func whatIsStoredIsReadBack() throws {
    let study = try StudyFile.create(
      path: workspace.path("study.db"), name: "näme", directions: [.maximize, .minimize],
      userAttributes: ["note": .string("é"), "also": .null],
      systemAttributes: ["list": .array([.integer(1), .null])])
    let parameters = DistributionTests.texts.enumerated().map { index, pair in
      StudyTrial.Parameter("p\(index)", index == 5 ? 4 : 1 / 3, pair.0)
    }
    let number = try study.addTrial(parameters, userAttributes: ["a": .object(["b": .number(0.1)])])
    #expect(
      try study.finish(
        trial: number, state: .complete, values: [-.infinity, 1e-300],
        intermediateValues: [5: .nan, -2: .infinity, 7: -.infinity],
        systemAttributes: ["c": .boolean(false)]) == .complete)
    study.close()

    let again = try StudyFile.open(path: study.path)
    #expect(again.name == "näme" && again.directions == [.maximize, .minimize])
    #expect(try again.attributes(.user)["note"]?.string == "é")
    #expect(try again.attributes(.system)["list"]?.compactText == "[1,null]")
    let trial = try #require(try again.trials().first)
    #expect(trial.number == 0 && trial.state == .complete)
    #expect(trial.parameters == parameters)
    #expect(trial.values == [-.infinity, 1e-300])
    #expect(trial.intermediateValues.keys.sorted() == [-2, 5, 7])
    #expect(trial.intermediateValues[5]?.isNaN == true && trial.intermediateValues[7] == -.infinity)
    #expect(trial.userAttributes["a"]?.compactText == #"{"b":0.1}"#)
    #expect(trial.systemAttributes["c"]?.boolean == false)
    let date = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}/
    #expect(trial.startDate?.wholeMatch(of: date) != nil)
    #expect(trial.completionDate?.wholeMatch(of: date) != nil)
  }

  @Test func aConstraintAboveZeroIsBroken() throws {
    let study = try newStudy(in: workspace)
    let constraints: [(String, JSONValue, Bool)] = [
      ("constraints", .array([.integer(0), .number(-1)]), true),
      ("constraints", .array([.integer(0), .number(0.5)]), false),
      ("constraints", .array([.null]), true), ("constraints", .integer(3), true),
      ("constraints:size", .integer(1), false), ("constraints:size", .string("1"), true),
      ("other", .integer(1), true),
    ]
    for (key, value, _) in constraints { _ = try study.addTrial(systemAttributes: [key: value]) }
    #expect(try study.trials().map(\.isFeasible) == constraints.map(\.2))
  }

  @Test func endsAreThoseOfOptuna() throws {
    let study = try newStudy(in: workspace)
    for _ in 0..<5 { _ = try study.addTrial() }
    #expect(try study.finish(trial: 0, state: .complete, values: [.nan]) == .fail)
    try study.finish(trial: 1, state: .pruned, intermediateValues: [1: 3, 2: .infinity])
    try study.finish(trial: 2, state: .pruned, intermediateValues: [1: 3, 2: .nan])
    try study.finish(trial: 3, state: .fail, userAttributes: ["why": .string("diverged")])
    let trials = try study.trials()
    #expect(trials.map(\.state) == [.fail, .pruned, .pruned, .fail, .running])
    #expect(trials.map(\.values) == [[], [.infinity], [], [], []])
    #expect(
      finding { try study.finish(trial: 0, state: .complete, values: [1]) }?.code == "trial-ended")
    #expect(finding { try study.finish(trial: 4, state: .complete) }?.code == "objective-count")
    #expect(finding { try study.finish(trial: 4, state: .running) }?.code == "not-an-end")
    #expect(finding { try study.finish(trial: 9, state: .fail) }?.code == "unknown-trial")
    _ = try study.enqueue(["rate": .double(0.5), "x": .other("[1, 2]")])
    #expect(finding { try study.finish(trial: 5, state: .fail) }?.code == "trial-waits")
    #expect(
      try study.startWaiting()?.fixedParameters == ["rate": .double(0.5), "x": .other("[1, 2]")])
    try study.setParameters([.init("rate", 0.5, rate)], of: 5)
    #expect(try study.trials()[5].parameter("rate")?.value == 0.5)
  }

  @Test func aNumberIsNotGivenTwiceAfterADeletion() throws {
    let study = try newStudy(in: workspace)
    for _ in 0..<3 { _ = try study.addTrial() }
    try change(study.path, "DELETE FROM trials WHERE number = 1")
    #expect(try study.addTrial() == 3)
  }

  @Test func namesThatSQLiteHasItsOwnUseForAreFiles() throws {
    let path = workspace.path("file:a?mode=memory#%41.db")
    try StudyFile.create(path: path, name: "a", directions: [.minimize]).close()
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(try StudyFile.open(path: path).name == "a")
  }

  @Test func trialsAreFastWhileAStudyRuns() throws {
    let study = try newStudy(in: workspace)
    try study.lockForRunning()
    let curve = Dictionary(uniqueKeysWithValues: (1...20).map { ($0, 1 / Double($0)) })
    let parameters = (0..<5).map { StudyTrial.Parameter("p\($0)", 0.5, rate) }
    let clock = ContinuousClock()
    let adding = try clock.measure {
      for _ in 0..<200 {
        let number = try study.addTrial(parameters)
        try study.finish(trial: number, state: .complete, values: [1], intermediateValues: curve)
      }
    }
    #expect(adding / 200 < .milliseconds(20))
    var count = 0
    let loading = try clock.measure { count = try study.trials().count }
    #expect(count == 200)
    #expect(loading < .milliseconds(500))
  }

  /// As Python reads an object, the last one of a name counts.
  @Test func aValueThatIsGivenTwiceIsTheLastOne() throws {
    let study = try newStudy(in: workspace)
    _ = try study.enqueue(["rate": .double(0.5), "depth": .integer(2)])
    study.close()
    try change(
      study.path,
      """
      UPDATE trial_system_attributes SET value_json = '{"rate": 0.1, "depth": 2, "rate": 0.25}' \
      WHERE key = 'fixed_params'
      """)
    let trial = try StudyFile.open(path: study.path).startWaiting()
    #expect(trial?.fixedParameters == ["rate": .double(0.25), "depth": .integer(2)])
  }

  @Test func choicesAreOfOneKind() {
    let choices: [ChoiceValue] = [
      .null, .boolean(true), .integer(1), .double(1), .text("1"), .other("1"), .double(.nan),
    ]
    for (index, choice) in choices.enumerated() {
      #expect(choices.indices.filter { choices[$0] == choice } == [index])
    }
  }
}

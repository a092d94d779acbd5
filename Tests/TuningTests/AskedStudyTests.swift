import Configuration
import Foundation
import GRDB
import Studies
import TestSupport
import Testing
import Tuning

/// Studies whose trials are made by others, and what cannot be one.
@Suite struct AskedStudyTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private var path: String { workspace.path("s.db") }

  private func create(_ section: String) throws {
    try AskedStudy.create(
      path, name: "s", section: SourceText(name: "space.json", section), seed: 3)
  }

  private static let space = #""space": {"x": {"type": "uniform", "low": 0, "high": 1}}"#

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing"
    } catch {
      return (error as? Failure)?.diagnostics.map(\.message).joined(separator: "\n") ?? "\(error)"
    }
  }

  @Test(arguments: [
    (#"{"space": {}}"#, "names nothing to search"), (#"{"#, "is never closed"),
    (#"{"spice": {}}"#, "spice"),
    (
      #"{\#(space), "algorithm": "population"}"#,
      "'population' takes part in training, and who asks for settings trains"
    ),
    (
      #"{\#(space), "algorithm": "hypergradient"}"#,
      "'hypergradient' takes part in training, and who asks for settings trains"
    ),
    (#"{\#(space), "folds": 3}"#, "'folds' is for trials that hptrain runs"),
  ])
  func whatCannotBeAskedIsRefused(section: String, words: String) {
    let found = message { try create(section) }
    #expect(found != "nothing" && found.contains(words), "\(found)")
    #expect(!workspace.exists("s.db"))
  }

  @Test func aValueIsToldForEachObjective() throws {
    try create(#"{\#(Self.space), "objective": ["cost", "time"]}"#)
    let study = try AskedStudy(path, name: nil)
    let first = try study.ask()
    #expect(first.number == 0 && first.settings.map(\.key) == ["x"])
    #expect(message { try study.tell(0, [1]) } == "1 value for 2 objectives")
    #expect(message { try study.tell(4, [1, 2]) } == "the study has no trial 4")
    try study.tell(0, [1, 2])
    #expect(message { try study.tell(0, [1, 2]) } == "trial 0 has ended already")
    // What is asked for while another trial runs is another point.
    let settings = try (1...3).map { _ in try study.ask().settings[0].value.double }
    #expect(Set(settings).count == 3)
    study.close()
  }

  /// An infinite value was the best one of all trials to come.
  @Test(arguments: [-Double.infinity, .infinity, .nan])
  func whatIsNotFiniteHasFailed(value: Double) throws {
    try create("{\(Self.space)}")
    let study = try AskedStudy(path, name: nil)
    _ = try study.ask()
    try study.tell(0, [value])
    study.close()
    let file = try StudyFile.open(path: path, access: .reading)
    defer { file.close() }
    let trial = try #require(try file.trials().first)
    #expect(trial.state == .fail && trial.values.isEmpty)
  }

  /// Without a number there was no end to them, and a grid began again.
  @Test(arguments: [
    ("", 50), (#", "trials": 70"#, 70),
    (#", "algorithm": {"type": "grid", "points": 3}"#, 3),
    (#", "algorithm": {"type": "grid", "points": 3}, "trials": 9"#, 3),
    (#", "algorithm": {"type": "grid", "points": 3}, "trials": 2"#, 2),
  ])
  func aStudyHasAsManyTrialsAsASearch(settings: String, count: Int) throws {
    try create("{\(Self.space)\(settings)}")
    let study = try AskedStudy(path, name: nil)
    #expect(study.missingTrials == count && !study.hasAllTrials)
    for _ in 0..<count { _ = try study.ask() }
    #expect(study.missingTrials == 0 && study.hasAllTrials)
    #expect(study.completion.hasPrefix("has 50 trials, as a study has unless") == settings.isEmpty)
    study.close()
  }

  @Test func aConfigurationHasItsSeedAndItsDirections() throws {
    try AskedStudy.create(
      path, name: "s",
      section: SourceText(
        name: "config.json",
        #"{"seed": 7, "tuning": {\#(Self.space), "objective": ["validation_accuracy", "validation_mae"], "trials": 3}}"#
      ))
    let file = try StudyFile.open(path: path, access: .reading)
    let definition = try file.attributes(.system)["hptrain:definition"]
    #expect(definition?["seed"]?.integer == 7)
    #expect(definition?["configuration"]?.string == #"{"seed":7}"#)
    #expect(file.directions == [.maximize, .minimize])
    file.close()
    let study = try AskedStudy(path, name: nil)
    #expect(study.missingTrials == 3)
    _ = try study.ask()
    #expect(study.missingTrials == 2)
    study.close()
    #expect(
      message {
        try AskedStudy.create(
          workspace.path("t.db"), name: "t",
          section: SourceText(name: "c", #"{"seed": -1, "tuning": {\#(Self.space)}}"#))
      } == "'seed' must be an integer of at least 0")
  }

  @Test func aStudyOfOptunaSaysNothingOfItsSpace() throws {
    try StudyFile.create(path: path, name: "s", directions: [.minimize]).close()
    #expect(
      message { _ = try AskedStudy(path, name: nil) }.hasSuffix("does not say what it searches"))
  }

  /// A seed below 0 ended the program.
  @Test(arguments: [
    #"{"format": "hptrain-study", "seed": -1, "tuning": "{\"space\": {}}"}"#,
    #"{"format": "hptrain-study", "tuning": "{\"space\": {}}"}"#,
    #"{"format": "hptrain-study", "seed": 3, "tuning": "{\"space\": 3}"}"#,
    #"{"format": "hptrain-study", "seed": 3, "tuning": "{\"spice\": {}}"}"#,
    #"{"format": "hptrain-study", "seed": 3}"#,
  ])
  func otherDefinitionsAreRefused(definition: String) throws {
    try create("{\(Self.space)}")
    let queue = try DatabaseQueue(path: path)
    try queue.inDatabase {
      try $0.execute(
        sql: "UPDATE study_system_attributes SET value_json = ?", arguments: [definition])
    }
    try queue.close()
    #expect(
      message { _ = try AskedStudy(path, name: nil).ask() }.hasSuffix(
        "is the study of another version of hptrain"))
  }
}

import Configuration
import GRDB
import Studies
import TestSupport
import Testing
import Training
import Tuning

/// What a study has to agree with to go on.
@Suite struct ContinuedStudyTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try writeData(last: 0)
    try open().study.file.close()
  }

  private var path: String { workspace.path("a.db") }

  private func writeData(last: Int) throws {
    let rows = (0..<40).map { "\($0 % 2 * 4 + $0 % 7),\($0 % 2 == 0 ? "a" : "b")" }
    try workspace.write(
      "data.csv", "x,kind\n" + rows.joined(separator: "\n") + "\n\(last),a\n")
  }

  private func plan(
    epochs: Int = 2, high: Double = 0.1, isReordered: Bool = false
  ) throws -> TuningPlan {
    let training = [#""batch_size": 8"#, #""epochs": \#(epochs)"#]
    let path = try workspace.write(
      "config.json",
      """
      {"data": {"train": "data.csv", "target": "kind", "validation": {"fraction": 0.3}},
       "model": {"layers": [{"type": "dense"}]},
       "training": {\((isReordered ? training.reversed() : training).joined(separator: ", "))},
       "tuning": {"space": {"training.optimizer.learning_rate":
         {"type": "log_uniform", "low": 0.001, "high": \(high)}}}}
      """)
    let (plan, diagnostics) = TuningPlan.check(path: path)
    return try #require(plan, "\(diagnostics.map(\.message))")
  }

  private func open(
    _ other: TuningPlan? = nil, name: String? = nil
  ) throws -> (study: Study, isNew: Bool) {
    try Study.open(path, plan: other ?? plan(), name: name)
  }

  private func refusal(
    _ other: TuningPlan? = nil, name: String? = nil
  ) throws -> Diagnostic? {
    let before = try workspace.read("a.db")
    defer { #expect((try? workspace.read("a.db")) == before) }
    do {
      let study = try open(other, name: name).study
      study.file.close()
      return nil
    } catch let failure as Failure {
      return failure.diagnostics.first
    }
  }

  private func change(_ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.inDatabase { try $0.execute(sql: sql) }
    try queue.close()
  }

  // MARK: - Data

  @Test func changedDataIsRefused() throws {
    try writeData(last: 1)
    let found = try #require(try refusal())
    #expect(found.code == "data-changed" && found.category == .data)
    #expect(found.message.contains("data.csv' has changed since the study began: other bytes"))
    #expect(found.help?.contains("--study") == true)
    try writeData(last: 10)
    #expect(try refusal()?.message.contains(" bytes then, ") == true)
    try writeData(last: 0)
    let again = try open()
    #expect(!again.isNew)
    again.study.file.close()
  }

  @Test func studiesThatSayNothingOfTheirDataGoOn() throws {
    try change("DELETE FROM study_system_attributes WHERE key = 'hptrain:data'")
    try writeData(last: 1)
    let again = try open()
    #expect(!again.isNew)
    again.study.file.close()
  }

  // MARK: - Settings

  @Test func whatDiffersIsNamed() throws {
    let configuration = try refusal(plan(epochs: 3))
    #expect(
      configuration?.message
        == "'\(path)' is the study of another configuration: 'training.epochs' was 2 and is 3")
    let space = try refusal(plan(high: 0.2))
    #expect(
      space?.message.hasSuffix(
        "another space: 'training.optimizer.learning_rate.high' was 0.1 and is 0.2") == true,
      "\(space?.message ?? "")")
  }

  @Test func theOrderOfKeysIsNoDifference() throws {
    let again = try open(plan(isReordered: true))
    #expect(!again.isNew)
    again.study.file.close()
  }

  @Test func whoAsksMakesTheTrials() throws {
    let path = workspace.path("asked.db")
    try AskedStudy.create(
      path, name: "asked",
      section: SourceText(
        name: "s", #"{"space": {"x": {"type": "uniform", "low": 0, "high": 1}}}"#))
    let failure = #expect(throws: Failure.self) { _ = try Study.open(path, plan: plan()) }
    #expect(failure?.diagnostics.first?.message.contains("who asks for settings") == true)
  }

  @Test func aStudyMadeOfAConfigurationGoesOn() throws {
    let plan = try plan()
    let path = workspace.path("asked.db")
    try AskedStudy.create(
      path, name: "asked",
      section: SourceText(name: "config.json", bytes: workspace.read("config.json")))
    let again = try Study.open(path, plan: plan)
    #expect(!again.isNew)
    again.study.file.close()
  }

  // MARK: - Names

  @Test func oneOfSeveralStudiesIsNamed() throws {
    try change(
      """
      INSERT INTO studies (study_id, study_name) VALUES (2, 'second');
      INSERT INTO study_directions (direction, study_id, objective) VALUES ('MINIMIZE', 2, 0)
      """)
    #expect(try refusal()?.code == "which-study")
    #expect(try refusal(name: "third")?.code == "which-study")
    let second = try open(name: "second")
    #expect(second.study.file.name == "second" && !second.isNew)
    second.study.file.close()
  }
}

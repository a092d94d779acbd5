import Configuration
import Foundation
import Studies
import TestSupport
import Testing
import Tuning

/// What a study tells of itself without the configuration that made it.
@Suite struct StudyContentsTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func study(_ directions: [Direction]) throws -> StudyFile {
    try StudyFile.create(path: workspace.path("s.db"), name: "s", directions: directions)
  }

  @Test func objectivesWithoutANameAreCounted() throws {
    #expect(try StudyContents(study([.minimize])).objectives == ["value"])
    try FileManager.default.removeItem(atPath: workspace.path("s.db"))
    #expect(
      try StudyContents(study([.minimize, .maximize])).objectives == ["value 0", "value 1"])
  }

  @Test func choicesOfEveryKindAreShown() throws {
    let file = try study([.minimize])
    let choices: [ChoiceValue] = [
      .null, .boolean(true), .boolean(false), .integer(3), .double(0.5), .double(.infinity),
      .text("plain"), .text(#"{"type":"adam"}"#), .text("[1"), .other("[1, 2]"),
    ]
    for index in choices.indices {
      _ = try file.addTrial(
        [.init("c", Double(index), .categorical(choices))], state: .complete, values: [1])
    }
    // An index without a choice.
    _ = try file.addTrial([.init("c", 99, .categorical(choices))], state: .complete, values: [1])
    let contents = try StudyContents(file)
    let shown = (0...choices.count).map { contents.settings[$0]?[0].value.compactText }
    #expect(
      shown == [
        "null", "true", "false", "3", "0.5", "null", "\"plain\"", #"{"type":"adam"}"#, "\"[1\"",
        "[1,2]", "null",
      ])
    #expect(!contents.isLogarithmic("c") && !contents.isLogarithmic("none"))
  }

  /// Another program may have changed ranges on the way: they are joined, and what tells most still does.
  @Test(arguments: [[Direction.minimize], [.maximize, .minimize]])
  func rangesThatMovedAreJoined(directions: [Direction]) throws {
    let file = try study(directions)
    for index in 0..<40 {
      let isWide = index % 2 == 0
      let important = Double(index % 10) / (isWide ? 10 : 20)
      let parameters: [StudyTrial.Parameter] = [
        .init(
          "important", important,
          .float(low: 0, high: isWide ? 1 : 0.5, step: nil, isLogarithmic: false)),
        .init(
          "layers", Double(1 + index % 3),
          .integer(low: 1, high: isWide ? 3 : 5, step: 1, isLogarithmic: false)),
        .init(
          "kind", Double(index / 2 % 2),
          .categorical([.text("a"), .text("b")] + (isWide ? [.text("c")] : []))),
        .init(
          "mixed", 1,
          isWide
            ? .integer(low: 1, high: 2, step: 1, isLogarithmic: true)
            : .float(low: 1, high: 2, step: nil, isLogarithmic: true)),
      ]
      _ = try file.addTrial(
        parameters, state: index == 39 ? .fail : .complete,
        values: index == 39 ? [] : directions.map { _ in important * important })
    }
    let contents = try StudyContents(file)
    #expect(contents.names == ["important", "kind", "layers", "mixed"])
    #expect(contents.isLogarithmic("mixed") && !contents.isLogarithmic("layers"))
    for objective in directions.indices {
      let shares = contents.importance(.fanova, objective: objective)
      #expect(shares.max { $0.share.value < $1.share.value }?.name == "important")
    }
  }
}

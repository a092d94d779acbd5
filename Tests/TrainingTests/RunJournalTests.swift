import Configuration
import Datasets
import Foundation
import TestSupport
import Testing
import Training

struct RunJournalTests {
  private static func epoch(_ number: Int, loss: Double, best: Bool = true) -> String {
    #"{"event":"epoch","epoch":\#(number),"iterations":\#(number * 4),"train":{"loss":2},"validation":{"loss":\#(loss),"accuracy":0.5},"best":\#(best),"seconds":0.1}"#
      + "\n"
  }

  private static let end =
    #"{"event":"end","iterations":12,"reason":"completed","best_epoch":2,"train":{"loss":1},"validation":{"loss":0.25,"accuracy":null},"samples_per_second":100,"seconds":1.5}"#
    + "\n"

  private func journal(_ text: String) throws -> RunJournal {
    let workspace = try Workspace()
    try workspace.write("metrics.jsonl", text)
    return try RunJournal(folder: workspace.path)
  }

  @Test func theEndSaysWhatTheRunHasComeTo() throws {
    let text = (1...3).map { Self.epoch($0, loss: 1) }.joined() + Self.end
    let journal = try journal(text)
    #expect(journal.warnings.isEmpty)
    #expect(journal.summary.state == "completed")
    #expect(journal.summary.epochs == 3)
    #expect(journal.summary.bestEpoch == 2)
    #expect(journal.summary.iterations == 12)
    #expect(journal.summary.seconds == 1.5)
    #expect(journal.summary[FigureName(.validation, "loss")] == 0.25)
    #expect(journal.summary[FigureName(.validation, "accuracy")]?.isNaN == true)
    #expect(journal.summary[FigureName(.test, "loss")] == nil)
    #expect(journal.summary.mainFigure == FigureName(.validation, "accuracy"))
  }

  @Test func withoutAnEndTheBestEpochCounts() throws {
    let text =
      Self.epoch(1, loss: 2) + Self.epoch(2, loss: 1) + Self.epoch(3, loss: 3, best: false)
    let summary = try journal(text).summary
    #expect(summary.state == RunSummary.unfinished)
    #expect(summary.epochs == 3)
    #expect(summary.bestEpoch == 2)
    #expect(summary.iterations == 12)
    #expect(summary.seconds == nil)
    #expect(summary[FigureName(.validation, "loss")] == 1)
  }

  /// A run that goes on after its end has not ended.
  @Test func epochsBehindAnEndCount() throws {
    let summary = try journal(Self.epoch(1, loss: 2) + Self.end + Self.epoch(4, loss: 1)).summary
    #expect(summary.state == RunSummary.unfinished)
    #expect(summary.epochs == 4)
  }

  @Test(arguments: [
    (epoch(1, loss: 2) + String(epoch(2, loss: 1).dropLast(9)), 1, "torn off"),
    (epoch(1, loss: 2) + "\u{0}\u{0}garbage\n" + epoch(2, loss: 1), 2, ""),
    (epoch(1, loss: 2) + "[1]\n", 1, "is no event"),
    (String(epoch(1, loss: 2).dropLast(9)), 0, "torn off"),
    ("", 0, ""), ("\n\n", 0, ""),
  ])
  func damageIsToleratedAndNoted(text: String, epochs: Int, warning: String) throws {
    let journal = try journal(text)
    #expect(journal.summary.epochs == epochs)
    let found = journal.warnings.map(\.message).joined()
    #expect(warning.isEmpty ? found.isEmpty : found.contains(warning), "\(found)")
  }

  @Test func aMissingJournalIsAnError() throws {
    let workspace = try Workspace()
    let failure = #expect(throws: Failure.self) { try RunJournal(folder: workspace.path) }
    #expect(failure?.diagnostics.first?.category == .unreadable)
  }

  /// The best epoch may be far back, and a line longer than what is read at once.
  @Test func asMuchAsNeededIsRead() throws {
    let text =
      Self.epoch(1, loss: 0.5)
      + (2...2000).map { Self.epoch($0, loss: 1, best: false) }.joined()
    let summary = try journal(text).summary
    #expect(summary.bestEpoch == 1)
    #expect(summary.epochs == 2000)
    let report = "\"report\":[" + String(repeating: "0,", count: 20_000) + "0]"
    let long = Self.end.replacing("\"seconds\"", with: report + ",\"seconds\"")
    #expect(try journal(Self.epoch(3, loss: 1) + long).summary.state == "completed")
  }

  /// Of a file that is larger than any memory, the last lines are enough.
  @Test func noMoreThanNeededIsRead() throws {
    let workspace = try Workspace()
    let path = try workspace.write("metrics.jsonl", "")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: 1 << 40)
    try file.seekToEnd()
    try file.write(contentsOf: Data(("\n" + Self.epoch(3, loss: 1) + Self.end).utf8))
    try file.close()
    #expect(try RunJournal(folder: workspace.path).summary.epochs == 3)
  }

  @Test(arguments: [
    ("validation.accuracy", "validation.accuracy", true), ("train_loss", "train.loss", false),
    ("test.rmse", "test.rmse", false),
    ("validation_top_k_accuracy", "validation.top_k_accuracy", true),
  ])
  func figuresHaveNames(text: String, name: String, isHigherBetter: Bool) throws {
    let figure = try #require(FigureName(text))
    #expect(figure.description == name)
    #expect(figure.isHigherBetter == isHigherBetter)
  }

  @Test(arguments: ["training.epochs", "validation", "loss", "validation.speed", "train_"])
  func othersAreNoFigures(text: String) {
    #expect(FigureName(text) == nil)
  }

  @Test func namesAreInNaturalOrder() {
    let names = ["b", "a/c", "a-2", "a10", "a", "a2", "a02b"]
    #expect(
      names.sorted(by: NaturalOrder.precedes) == ["a", "a/c", "a-2", "a2", "a02b", "a10", "b"])
  }
}

import Configuration
import Testing
import Training

/// A target that may be meant as something else than it is learned as.
@Suite struct TargetReviewTests {
  /// 60 rows that have these targets in turn.
  private static func csv(_ targets: [String]) -> String {
    TableSample.csv("a,y", rows: 60) { "\($0 * 7 % 60),\(targets[$0 % targets.count])" }
  }

  private static func numbers(_ count: Int) -> [String] { (0..<count).map { "\($0)" } }

  @Test(arguments: [["0", "1"], ["-1.5", "1.5"], numbers(4)])
  func fewNumbersMayBeClasses(targets: [String]) throws {
    let csv = Self.csv(targets)
    let sample = try TableSample(csv)
    #expect(sample.diagnostics.map(\.code) == ["number-or-class"])
    let note = try #require(sample.diagnostics.first)
    #expect(note.severity == .note)
    #expect(
      note.message
        == "the target 'y' holds \(targets.count) different numbers and is learned as a number")
    #expect(note.help?.contains(#""task": "classification""#) == true)
    for data in [#""task": "regression""#, #""task": "classification""#] {
      #expect(try TableSample(csv, data: data).diagnostics.isEmpty)
    }
    #expect(try TableSample(csv, training: #""epochs": 2, "loss": "mse""#).diagnostics.isEmpty)
  }

  /// Too many, too few rows of each, and numbers that are measured.
  @Test(arguments: [numbers(11), numbers(7), ["0.5", "1.5", "2.5"]])
  func otherNumbersAreNumbers(targets: [String]) throws {
    #expect(try TableSample(Self.csv(targets)).diagnostics.isEmpty)
  }

  @Test func numbersOfFewRowsEachAreNoClasses() throws {
    let training = #""epochs": 2, "loss": "cross_entropy""#
    let sample = try TableSample(Self.csv(Self.numbers(25)), training: training)
    #expect(sample.diagnostics.map(\.code) == ["many-classes"])
    let warning = try #require(sample.diagnostics.first)
    #expect(warning.severity == .warning)
    #expect(warning.message.contains("25 different numbers in 60 rows"))
    #expect(try TableSample(Self.csv(Self.numbers(20)), training: training).diagnostics.isEmpty)
    #expect(
      try TableSample(Self.csv(Self.numbers(25).map { "k" + $0 }), training: training).diagnostics
        .isEmpty)
  }

  /// That a split lacks one of them is no reason to stratify.
  @Test func unseenNumbersAreNoClasses() throws {
    let sample = try TableSample(
      Self.csv(Self.numbers(40)), data: #""validation": {"fraction": 0.2}"#,
      training: #""epochs": 2, "loss": "cross_entropy""#)
    let help = try #require(sample.diagnostics.first { $0.code == "unseen-category" }?.help)
    #expect(help.contains(#"use the loss "mse""#))
    #expect(!help.contains("stratify"))
  }

  @Test func aFractionThatLeavesOneClassIsSaid() throws {
    let csv = TableSample.csv("a,y", rows: 30) { "\($0 * 7 % 30),\(["p", "q", "r"][$0 % 3])" }
    let sample = try TableSample(csv, data: #""validation": {"fraction": 0.97}"#)
    #expect(sample.findings == ["one-class config.json:2:75"])
    #expect(sample.diagnostics.first?.message.contains("of 3 in the target 'y'") == true)
  }
}

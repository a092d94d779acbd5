import Configuration
import TestSupport
import Testing
import Training

@Suite struct RunCurvesTests {
  private static func epoch(_ number: Int, loss: String = "0.5") -> String {
    #"{"event":"epoch","epoch":\#(number),"iterations":\#(number * 4),"learning_rate":0.1,"gradient_norm":2,"train":{"loss":\#(loss)},"validation":{"loss":1,"accuracy":0.25},"best":true,"seconds":1}"#
      + "\n"
  }

  private func curves(_ text: String) throws -> RunCurves {
    let workspace = try Workspace()
    try workspace.write("run/metrics.jsonl", text)
    return try RunCurves(folder: workspace.path + "/run")
  }

  @Test func epochsAreReadInOrder() throws {
    let curves = try curves(
      Self.epoch(1) + #"{"event":"resume","iterations":4,"changes":[]}"# + "\n" + Self.epoch(2)
        + #"{"event":"end","iterations":8,"reason":"completed"}"# + "\n")
    #expect(curves.epochs.map(\.number) == [1, 2])
    #expect(curves.epochs.map(\.iterations) == [4, 8])
    #expect(curves.epochs.map(\.gradientNorm) == [2, 2])
    #expect(curves.epochs[1].figures[.validation]?["accuracy"] == 0.25)
    #expect(curves.resumptions == [1])
    #expect(curves.figureNames == ["loss", "accuracy"])
    #expect(curves.warnings.isEmpty)
  }

  @Test func aTornLastLineIsAWarning() throws {
    let curves = try curves(Self.epoch(1) + String(Self.epoch(2).prefix(40)))
    #expect(curves.epochs.map(\.number) == [1])
    #expect(curves.warnings.count == 1)
    #expect(curves.warnings[0].message.contains("is torn off"))
  }

  @Test func aDamagedLineIsCounted() throws {
    let curves = try curves(Self.epoch(1) + "nonsense\n" + Self.epoch(2))
    #expect(curves.epochs.map(\.number) == [1, 2])
    #expect(curves.warnings.map(\.message).first?.contains("line 2 of") == true)
  }

  @Test func damagedLinesAreCounted() throws {
    let curves = try curves(
      "nonsense\n" + #"{"event":"epoch","epoch":"one"}"# + "\n" + Self.epoch(3))
    #expect(curves.epochs.map(\.number) == [3])
    #expect(curves.warnings.map(\.message).first?.hasPrefix("2 lines of") == true)
    #expect(curves.warnings.map(\.message).first?.hasSuffix("the first is line 1") == true)
  }

  /// An epoch of an older version, behind a resumption before any.
  @Test func whatAnEpochLacksIsNotMadeUp() throws {
    let curves = try curves(
      #"{"event":"resume"}"# + "\n" + #"{"event":"epoch","epoch":2,"iterations":6}"# + "\n")
    let epoch = curves.epochs[0]
    #expect(epoch.learningRate.isNaN && epoch.seconds.isNaN && !epoch.isBest)
    #expect(epoch.gradientNorm == nil && epoch.figures.isEmpty)
    #expect(curves.resumptions == [0])
  }

  @Test func whatIsNotFiniteIsNotANumber() throws {
    let value = try #require(
      try curves(Self.epoch(1, loss: "null")).epochs[0].figures[.train]?["loss"])
    #expect(value.isNaN)
  }

  @Test(arguments: ["", #"{"event":"start"}"# + "\n", "{\n"])
  func aFileWithoutAnEpochIsRefused(_ text: String) throws {
    do {
      _ = try curves(text)
      Issue.record("it was taken")
    } catch let failure as Failure {
      #expect(failure.diagnostics.last?.code == "no-metrics")
      #expect(failure.diagnostics.last?.category == .data)
    }
  }

  @Test func aFolderWithoutTheFileIsRefused() throws {
    let workspace = try Workspace()
    #expect(throws: Failure.self) { try RunCurves(folder: workspace.path) }
  }
}

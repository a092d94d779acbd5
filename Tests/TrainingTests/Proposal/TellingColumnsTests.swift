import Configuration
import TestSupport
import Testing
import Training

/// Inputs that tell the target of every row by themselves, which only a person can say to be right.
@Suite struct TellingColumnsTests {
  private typealias Sample = ProposalSample
  private typealias Column = @Sendable (Int) -> String

  private static func noise(_ row: Int, _ salt: Int = 0) -> Double {
    Double(Sample.noise(row, salt))
  }

  private static func note(
    rows: Int = 400, _ column: @escaping Column, target: @escaping Column
  ) throws -> Diagnostic? {
    let sample = try Sample(
      Sample.csv(
        rows: rows, ["a": { "\(noise($0, 1) / 7)" }, "told": column, "y": target]))
    #expect(sample.diagnostics.isEmpty, "\(sample.diagnostics)")
    let notes = sample.proposal.notes.filter { $0.code == "tells-target" }
    #expect(notes.count <= 1)
    return notes.first
  }

  private static func isLate(_ row: Int) -> Bool { Sample.noise(row) > 600 }
  private static let lateness: Column = { isLate($0) ? "late" : "in time" }

  /// A code for each class or more of them, a number that the class is made of, and a number in another unit.
  @Test func whatTellsEveryRowIsNamed() throws {
    let codes = try #require(
      try Self.note({ Self.isLate($0) ? ["x", "y"][$0 % 2] : "z" }, target: Self.lateness))
    #expect(codes.message == "'told' alone tells 'y' in every row")
    #expect(
      codes.help
        == #"what is known only together with 'y' has to be left out: "ignore": ["told"] in data"#)
    let integers: Column = { Self.isLate($0) ? ["1", "3"][$0 % 2] : "2" }
    #expect(try Self.note(integers, target: Self.lateness) != nil)
    #expect(try Self.note({ "\(Self.noise($0))" }, target: Self.lateness) != nil)
    let classes: Column = { ["low", "middle", "high"][Sample.noise($0) / 334] }
    #expect(try Self.note({ "\(Self.noise($0) * 1.5)" }, target: classes) != nil)
    let fahrenheit: Column = { "\((Self.noise($0) * 1.8 + 320).rounded() / 10)" }
    #expect(try Self.note(fahrenheit, target: { "\(Self.noise($0) / 10)" }) != nil)
    let speed: Column = { "\(1000 / (Self.noise($0) + 1))" }
    #expect(try Self.note(speed, target: { "\(Self.noise($0) + 1)" }) != nil)
    #expect(
      try Self.note({ "g\(Sample.noise($0) % 9)" }, target: { "\(Sample.noise($0) % 9 * 4).5" })
        != nil)
  }

  @Test func severalAreNamedTogether() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 200,
        [
          "id": { "\($0 + 1)" }, "a": { "\(Self.noise($0, 1) / 7)" },
          "code": { Self.isLate($0) ? "L" : "T" },
          "delay": { "\(Self.noise($0))" }, "y": Self.lateness,
        ]))
    let note = try #require(sample.proposal.notes.first { $0.code == "tells-target" })
    #expect(note.message == "'code' and 'delay' each tell 'y' in every row")
    #expect(note.help?.contains(#""ignore": ["id", "code", "delay"] in data"#) == true)
  }

  /// One row is enough to show that a column does not know, and so is a value of few rows.
  @Test func whatTellsNearlyAllIsAnInput() throws {
    let odd = try #require((0..<400).last { !Self.isLate($0) })
    let code: Column = { $0 == odd || Self.isLate($0) ? "late?" : "in time?" }
    #expect(try Self.note(code, target: Self.lateness) == nil)
    let number: Column = { $0 == odd ? "999" : "\(Self.noise($0))" }
    #expect(try Self.note(number, target: Self.lateness) == nil)
    let blurred: Column = { "\(Self.noise($0) + Self.noise($0, 9) / 10)" }
    #expect(
      try Self.note({ "\(Self.isLate($0) ? 7.5 : 2)" }, target: { "\(Self.noise($0))" }) == nil)
    #expect(try Self.note(blurred, target: { "\(Self.noise($0))" }) == nil)
    #expect(try Self.note({ "g\($0 % 45)" }, target: { "h\($0 % 9 / 3)" }) == nil)
  }

  /// `none` is a category, and a class, like others.
  @Test func wordsThatAreNamesAreLookedAt() throws {
    let garage: Column = { ["none", "attached", "carport"][$0 % 3] }
    let sold: Column = { $0 % 3 == 0 ? Self.lateness($0) : ["late", "in time"][$0 % 3 - 1] }
    #expect(try Self.note(garage, target: sold) == nil)
    let number: Column = { "\($0 % 3 * 300 + ($0 % 3 == 0 ? Sample.noise($0) : $0 % 7))" }
    #expect(try Self.note(number, target: { ["none", "p", "q"][$0 % 3] }) == nil)
  }

  @Test func whereItHasNoValueNothingIsSaid() throws {
    let note = try #require(
      try Self.note({ $0 % 5 == 0 ? "" : "\(Self.noise($0))" }, target: Self.lateness))
    #expect(note.message == "'told' alone tells 'y' in every row that has a value")
  }

  /// By chance a few rows are told apart by something.
  @Test func fewRowsSayNothing() throws {
    #expect(try Self.note(rows: 40, { "\(Self.noise($0))" }, target: Self.lateness) == nil)
  }

  @Test func theOnlyInputIsMeant() throws {
    let sample = try Sample(
      Sample.csv(rows: 200, ["x": { "\(Self.noise($0))" }, "y": { "\(Self.noise($0) * 2 + 1)" }]))
    #expect(!sample.noteCodes.contains("tells-target"))
  }
}

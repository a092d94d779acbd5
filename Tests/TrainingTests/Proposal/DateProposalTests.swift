import Configuration
import Datasets
import TestSupport
import Testing
import Training

/// What is proposed for dates in the notations that people and programs write.
@Suite struct DateProposalTests {
  private typealias Sample = ProposalSample

  /// Some time of 2024, in a pattern with m, d and h for numbers as they are and M, D and H for two
  /// digits. What stands between apostrophes is taken as it is.
  private static func time(_ pattern: String, month: Int, day: Int, hour: Int) -> String {
    func padded(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    let parts: [Character: String] = [
      "m": "\(month)", "d": "\(day)", "h": "\(hour)", "M": padded(month), "D": padded(day),
      "H": padded(hour),
    ]
    let pieces = pattern.split(separator: "'", omittingEmptySubsequences: false)
    return pieces.enumerated().map { index, piece in
      index % 2 == 1 ? String(piece) : piece.map { parts[$0] ?? String($0) }.joined()
    }.joined()
  }

  private static func random(_ pattern: String, _ row: Int) -> String {
    time(
      pattern, month: Sample.noise(row, 1) % 12 + 1, day: Sample.noise(row, 2) % 28 + 1,
      hour: Sample.noise(row, 3) % 24)
  }

  /// A table in which each row has some date.
  private static func table(
    rows: Int = 200, _ date: @escaping (Int) -> String,
    _ adjust: (inout ProposalRequest) -> Void = { _ in }
  ) throws -> ProposalSample {
    try Sample(
      Sample.csv(
        rows: rows,
        [
          "x": { "\(Sample.noise($0) * 2 + 1).5" }, "at": { "\"\(date($0))\"" },
          "y": { "\(Sample.noise($0, 5)).25" },
        ]), adjust)
  }

  private static let notations = [
    "m/d/2024 h:00", "d.m.2024 h:05", "2024-M-D h:05", "D/M/2024 H:05:00",
    "2024-M-DTH:00:00+01:00", "2024-M-DTH:00:00+00:00", "2024-M-D H:00:00-05:00",
    "2024-M-D H:00+00", "2024-M-DTH:00-0330", "2024-M-DTH:00Z",
  ]

  @Test(arguments: notations) func notationsAreInputs(pattern: String) throws {
    let sample = try Self.table { Self.random(pattern, $0) }
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["ignore"] == nil)
    #expect(sample.fact("inputs") == "1 number, 1 date")
  }

  @Test(arguments: notations) func ascendingTimesAreASeries(pattern: String) throws {
    func sample(_ adjust: (inout ProposalRequest) -> Void) throws -> ProposalSample {
      try Sample(
        Sample.csv(
          rows: 500,
          [
            "when": { Self.time(pattern, month: 1, day: $0 / 24 + 1, hour: $0 % 24) },
            "load": { "\(Sample.noise($0))" },
          ]), adjust)
    }
    for time in [nil, "when"] {
      let sample = try sample { $0.time = time }
      #expect(sample.diagnostics.isEmpty)
      #expect(sample.data?["window"]?["time"]?.string == "when")
      #expect(sample.data?["window"]?["gaps"] == nil)
      #expect(sample.fact("series")?.hasPrefix("steps of 1 hour") == true)
    }
  }

  /// Whatever the share of each, the configuration is sound and a note says why the dates are left
  /// out.
  @Test(
    arguments: ["2024-M-D H:00", "d.m.2024", "2024-M-DTH:00Z", "D-Jan-24", "2024-M"],
    [3, 50, 97])
  func severalKindsAreLeftOut(other: String, percent: Int) throws {
    let sample = try Self.table { row in
      Self.random(row * 37 % 100 < percent ? other : "2024-M-D", row)
    }
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["ignore"]?.texts == ["at"])
    let note = try #require(sample.proposal.notes.first { $0.message.contains("'at' is left out") })
    let isUnread = other == "D-Jan-24" && percent > 50
    #expect(
      note.message.contains(isUnread ? "a notation that is not read" : "of several kinds, as '"))
    #expect(note.help?.contains("write ") == true)
  }

  @Test(arguments: [
    "D-Jan-24", "Jan D, 2024", "D January 2024", "2024-M-D H:00 UTC", "m/d/2024 h:05 'PM'",
    "d.m.24",
    "Fri, D Jan 2024 H:00:00 'GMT'", "2024-M-D H:00:00 +0100", "January d'th', 2024", "2024/m/d",
  ])
  func notationsThatAreNotReadAreSaid(pattern: String) throws {
    let sample = try Self.table { Self.random(pattern, $0) }
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["ignore"]?.texts == ["at"])
    let note = try #require(sample.proposal.notes.first { $0.message.contains("'at' is left out") })
    #expect(note.message.contains("a notation that is not read"), "\(note.message)")
    #expect(note.help?.contains("as year-month-day") == true)
  }

  @Test(arguments: [
    "May", "12-b-3", "Sun 7", "1.2.3.4", "March 3", "Jan-Feb-12", "Dec 5 of 12 or 13",
  ])
  func otherTextsAreNoDates(text: String) throws {
    let sample = try Self.table { $0 % 2 == 0 ? text : "b" }
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.fact("inputs") == "1 number, 1 category")
  }

  @Test func aWordAmongDatesIsNamed() throws {
    let sample = try Self.table { $0 == 90 ? "unknown" : Self.random("2024-M-D", $0) }
    #expect(sample.diagnostics.isEmpty)
    let note = try #require(sample.proposal.notes.first { $0.message.contains("'at' is left out") })
    #expect(note.message.contains("'unknown' among its dates is none"))
    #expect(note.help?.contains("data.missing.tokens") == true)
    // What is a category elsewhere is no missing value here.
    let dashes = try Self.table { $0 % 4 == 1 ? "-" : Self.random("2024-M-D", $0) }
    #expect(dashes.diagnostics.isEmpty)
    #expect(dashes.proposal.notes.contains { $0.message.contains("'-' among its dates is none") })
  }

  @Test func dayAndMonthThatAreAlikeAreSaid() throws {
    let sample = try Self.table { row in
      Self.time(
        "M/D/2024", month: Sample.noise(row, 1) % 12 + 1, day: Sample.noise(row, 2) % 12 + 1,
        hour: 0)
    }
    #expect(sample.diagnostics.isEmpty)
    let note = try #require(sample.proposal.notes.first { $0.message.contains("'at' is left out") })
    #expect(note.message.contains("has the day or the month first, no row tells"))
    #expect(note.help?.contains(#"{"at": {"type":"datetime","order":"day_first"}}"#) == true)
  }

  /// The first of each month, or hours of twelve days: in the other order they ascend too.
  @Test(arguments: [
    ("D/M/2024", 1, DateOrder.dayFirst), ("M/D/2024", 1, .monthFirst),
    ("D/M/2024 H:00", 24, .dayFirst), ("M/D/2024 H:00", 24, .monthFirst),
  ])
  func stepsTellTheOrderOfDayAndMonth(pattern: String, hours: Int, order: DateOrder) throws {
    let sample = try Sample(
      Sample.csv(
        rows: hours == 1 ? 36 : 288,
        [
          "when": { row in
            hours == 1
              ? Self.time(
                pattern.replacing("2024", with: "\(2021 + row / 12)"), month: row % 12 + 1, day: 1,
                hour: 0)
              : Self.time(pattern, month: 1, day: row / 24 + 1, hour: row % 24)
          }, "load": { "\(Sample.noise($0))" },
        ]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["window"]?["time"]?.string == "when")
    #expect(sample.data?["columns"]?["when"]?["order"]?.string == order.rawValue)
    #expect(sample.fact("series")?.hasPrefix("steps of 1 \(hours == 1 ? "month" : "hour")") == true)
    #expect(sample.noteCodes.contains("date-order"))
  }

  @Test(arguments: [
    ("02/01/2024", "03/01/2024", "ambiguous-dates"), ("2024-01-02", "2024-01-01", "time-order"),
    ("2024-01-02", "2024-01-03 10:00", "not-a-time"), ("2024-01-02", "soon", "not-a-time"),
    ("2-Jan-24", "3-Jan-24", "not-a-time"), ("a", "b", "not-a-time"),
    ("2024-01-02", "", "missing-value"), ("1", "", "missing-value"),
  ])
  func whyTimesOrderNoRowsIsSaid(first: String, second: String, code: String) throws {
    let rows = ["2024-01-01", first, second]
    let dates = code == "time-order" || code == "missing-value" ? rows : [first, first, second]
    let csv = "when,x\n" + (0..<40).map { "\(dates[$0 % 3]),\(Sample.noise($0))\n" }.joined()
    #expect(try Sample.failure(csv) { $0.time = "when" }.code == code)
  }
}

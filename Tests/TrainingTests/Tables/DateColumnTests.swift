import Configuration
import Datasets
import Foundation
import Testing
import Training

/// Dates as inputs.
@Suite struct DateColumnTests {
  /// The hours are those of the clock, and time goes on although the clock is set forward.
  @Test func offsetsAreReadWithTheTimes() throws {
    let csv = TableSample.csv("at,y", rows: 30) { row in
      let isSummer = row > 20
      // The clock leaps from 2 to 3 in the night to 31 March.
      let hour = row % 3 + (isSummer ? 3 : 0)
      return
        "2024-03-\(isSummer ? 31 : 10 + row / 3)T0\(hour):30:00\(isSummer ? "+02:00" : "+01:00"),\(row)"
    }
    let sample = try TableSample(
      csv,
      data:
        #""columns": {"at": {"encoding": "number", "parts": ["elapsed", "hour"], "scaling": "none"}}"#
    )
    let feature = try #require(try sample.encoding.features[0] as? DateFeature)
    #expect(feature.kind == .dateTimeWithOffset)
    #expect(
      feature.moment("2024-03-31 03:30-0330")
        == ClockTime(shown: 1_711_855_800_000_000, offset: -12_600_000_000))
    for text in [
      "2024-03-31T03:30", "2024-03-31T03:30Z", "2024-03-31T03:30+2", "2024-03-31T03:30+25:00",
    ] {
      #expect(feature.moment(text) == nil)
    }
    let (winter, summer) = (
      try #require(feature.moment("2024-03-31T01:30:00+01:00")),
      try #require(feature.moment("2024-03-31T03:30:00+02:00"))
    )
    #expect(DatePart.hour.value(of: winter, origin: 0) == 1)
    #expect(DatePart.hour.value(of: summer, origin: 0) == 3)
    let elapsed = [winter, summer].map { DatePart.elapsed.value(of: $0, origin: 19_000) * 24 }
    #expect(abs(elapsed[1] - elapsed[0] - 1) < 1e-6)
    let mixed = try TableSample(
      "at,y\n2024-01-01T00:00:00+01:00,1\n2024-01-02T00:00:00+01:00,2\n2024-01-03T00:00:00Z,3\n")
    #expect(mixed.findings == ["mixed-dates data.csv:4:1"])
  }

  private static func table(_ date: (Int) -> String, rows: Int = 40) -> String {
    TableSample.csv("day,a,y", rows: rows) { "\(date($0)),\($0 * 7 % 40),\($0 * 3 % 11)" }
  }

  /// The days behind 2023-12-20.
  private static func day(_ row: Int, _ order: DateOrder = .yearFirst) -> String {
    let date = CivilDate(dayNumber: CivilDate(year: 2023, month: 12, day: 20).dayNumber + row)
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return switch order {
    case .yearFirst: "\(date.year)-\(padded(date.month))-\(padded(date.day))"
    case .dayFirst: "\(date.day).\(date.month).\(date.year)"
    case .monthFirst: "\(padded(date.month))/\(padded(date.day))/\(date.year)"
    }
  }

  private func date(_ sample: TableSample) throws -> DateFeature {
    try #require(try sample.encoding.features.first as? DateFeature)
  }

  /// Each row has another date, which is no identifier, and none is an error for its being new.
  @Test(arguments: DateOrder.allCases) func areRecognized(order: DateOrder) throws {
    let sample = try TableSample(Self.table { Self.day($0, order) })
    #expect(sample.findings.isEmpty)
    let feature = try date(sample)
    #expect(feature.order == order)
    #expect(feature.kind == .date)
    #expect(feature.parts == [.elapsed, .year, .month, .day, .weekday])
    #expect(feature.width == 8)
    #expect(feature.origin == CivilDate(year: 2023, month: 12, day: 20).dayNumber)
    let settings = try sample.sound.data.config.json["columns"]?["day"]
    #expect(settings?["type"]?.string == "datetime")
    #expect(settings?["parts"]?.texts == feature.parts.map(\.rawValue))
    // It is trained again as it stands.
    let again = try TableSample(
      Self.table { Self.day($0, order) },
      data: "\"columns\": {\"day\": \(settings?.compactText ?? "")}")
    #expect(try again.rows == sample.rows)
  }

  /// In the texts D is a day from 1 to 9, H an hour to 6, N a number from 10.
  @Test(arguments: [
    ("2024-01-0DT0H:00:00Z", TimeFormat.Kind.dateTimeInUTC, "elapsed,day,weekday,hour"),
    ("2024/01/01 12:N", .dateTime, "elapsed,minute"),
    ("2024-01-0D H:05", .dateTime, "elapsed,day,weekday,hour"),
    ("1D.1.2024 H:05", .dateTime, "elapsed,day,weekday,hour"),
    ("20N-0D", .month, "elapsed,year,month"),
  ])
  func timesAndMonthsAreToo(pattern: String, kind: TimeFormat.Kind, parts: String) throws {
    let sample = try TableSample(
      Self.table { row in
        pattern.replacing("D", with: "\(row % 9 + 1)").replacing("H", with: "\(row % 7)")
          .replacing("N", with: "\(row + 10)")
      })
    #expect(try date(sample).kind == kind)
    #expect(try date(sample).parts.map(\.rawValue).joined(separator: ",") == parts)
  }

  /// A leap day, a Thursday: 59 days behind the first of the year.
  @Test func partsAreInputs() throws {
    let csv = "day,y\n2024-01-01,1\n2024-02-29,2\n2024-03-01,3\n"
    func rows(_ setting: String) throws -> [[Float]] {
      try TableSample(csv, data: "\"columns\": {\"day\": {\"type\": \"datetime\", \(setting)}}")
        .rows
    }
    #expect(try rows(#""parts": "elapsed""#) == [[0], [Float(59.0 / 60)], [1]])
    let month = try rows(#""parts": ["month"]"#)
    let angle = 2 * Double.pi / 12
    #expect(month[0] == [0, 1])
    #expect(
      abs(month[1][0] - Float(sin(angle))) < 1e-6 && abs(month[1][1] - Float(cos(angle))) < 1e-6)
    #expect(
      try rows(#""parts": ["weekday"], "encoding": "one_hot""#) == [
        [1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0],
      ])
    #expect(
      try rows(#""parts": ["day", "day_of_year"], "encoding": "number", "scaling": "min_max""#)
        == [[0, 0], [1, Float(59.0 / 60)], [0, 1]])
  }

  @Test func unseenDaysAreNoError() throws {
    let sample = try TableSample(
      Self.table { Self.day($0) }, data: #""validation": "later.csv""#,
      others: ["later.csv": "day,a,y\n2031-05-06,1,2\n1999-01-01,2,3\n"])
    #expect(try sample.sound.data.counts[.validation] == 2)
  }

  @Test(arguments: [
    ("2024-01-05 12:00", "mixed-dates", "a date with a time"),
    ("5.1.2024", "mixed-dates", "in another order"),
    ("yesterday", "not-a-date", #""columns": {"day":"category"}"#),
    ("2024-02-30", "not-a-date", "is no date"),
    ("7", "not-a-date", "is no date"),
  ])
  func otherTextsAmongThemAreErrors(text: String, code: String, says: String) throws {
    let sample = try TableSample(Self.table { $0 == 5 ? text : Self.day($0) })
    #expect(sample.findings == ["\(code) data.csv:7:1"])
    let finding = try #require(sample.diagnostics.first)
    #expect((finding.message + (finding.help ?? "")).contains(says))
    #expect(
      try TableSample(
        Self.table { $0 == 5 ? text : Self.day($0 % 4) }, data: #""columns": {"day": "category"}"#
      ).inputs == ["day", "a"])
  }

  @Test func laterDatesAreOfTheSameKind() throws {
    let sample = try TableSample(
      Self.table { Self.day($0) }, data: #""validation": "later.csv""#,
      others: ["later.csv": "day,a,y\n2031-05-06 12:00,1,2\n"])
    #expect(sample.findings == ["not-a-date later.csv:2:1"])
  }

  @Test func dayAndMonthAreToldApartOrAskedFor() throws {
    let csv = Self.table { "0\($0 % 9 + 1)/0\($0 % 7 + 1)/2024" }
    let sample = try TableSample(csv)
    #expect(sample.findings == ["ambiguous-dates data.csv:2:1"])
    #expect(sample.diagnostics.first?.help?.contains(#""order":"day_first""#) == true)
    let said = try TableSample(
      csv, data: #""columns": {"day": {"type": "datetime", "order": "month_first"}}"#)
    #expect(try date(said).order == .monthFirst)
  }

  @Test(arguments: [
    (#"{"type": "datetime", "parts": ["hour"]}"#, "contradiction"),
    (#"{"type": "datetime", "unseen_categories": "zeros"}"#, "contradiction"),
    (#"{"type": "category", "parts": ["month"]}"#, "contradiction"),
    (#"{"type": "category", "encoding": "cyclic"}"#, "contradiction"),
    (#"{"parts": ["moon"]}"#, "unknown-value"),
  ])
  func settingsThatDoNotFitAreErrors(setting: String, code: String) throws {
    let sample = try TableSample(
      Self.table { Self.day($0) }, data: "\"columns\": {\"day\": \(setting)}")
    #expect(sample.plan == nil)
    #expect(sample.diagnostics.contains { $0.code == code && $0.severity == .error })
  }

  @Test func aColumnOfOtherTextsIsNoDate() throws {
    let sample = try TableSample(
      Self.table { "d\($0 % 3)" }, data: #""columns": {"day": "datetime"}"#)
    #expect(sample.findings == ["not-a-date data.csv:2:1"])
  }

  @Test func howManyRowsAreNoDatesIsSaid() throws {
    let sample = try TableSample(
      Self.table { Self.day($0) }, data: #""validation": "later.csv""#,
      others: ["later.csv": "day,a,y\nsoon,1,2\n\(Self.day(3)),1,2\nlater,1,2\nsoon,1,2\n"])
    #expect(sample.findings == ["not-a-date later.csv:2:1"])
    #expect(sample.diagnostics.first?.message.hasSuffix(" (and 2 more rows)") == true)
  }

  /// By the mean of training, unless models are to refuse what is missing.
  @Test(arguments: [("fill", true), ("error", false)])
  func modelsFillInDates(choice: String, isFilled: Bool) throws {
    let sample = try TableSample(
      "day,y\n2024-01-01,1\n2024-01-03,3\n2024-01-05,4\n",
      data: """
        "missing": {"at_prediction": "\(choice)"},
        "columns": {"day": {"type": "datetime", "parts": "elapsed"}}
        """)
    // As days since 1970.
    #expect(try date(sample).missingValue == (isFilled ? 19_725 : nil))
  }

  @Test func missingDatesAreFilledIn() throws {
    let csv = "day,y\n2024-01-01,1\n,2\n2024-01-03,3\n2024-01-03,4\n"
    func first(_ missing: String) throws -> [Float] {
      try TableSample(
        csv,
        data: """
          "columns": {"day": {"parts": "elapsed", "type": "datetime", "missing": \(missing), "indicator": true}}
          """
      ).rows[1]
    }
    #expect(try first(#""median""#) == [1, 1])
    #expect(try first(#""most_frequent""#) == [1, 1])
    #expect(try first(#"{"strategy": "constant", "value": "2024-01-02"}"#) == [0.5, 1])
    #expect(abs(try first(#""mean""#)[0] - Float(4.0 / 6)) < 1e-6)
    // What stands in for all columns.
    let all = try TableSample(
      csv,
      data: """
        "missing": {"strategy": "constant", "value": "2024-01-02"},
        "columns": {"day": {"parts": "elapsed", "type": "datetime"}}
        """)
    #expect(try all.rows[1] == [0.5])
  }

  /// The hour decides; a network of a few units learns it from two inputs.
  @Test func initTakesThemAsInputs() throws {
    let csv = ProposalSample.csv(
      rows: 200,
      [
        "at": { "2024-03-\($0 / 24 + 10) \($0 % 24 < 10 ? "0" : "")\($0 % 24):00" },
        "late": { Self.day($0, .dayFirst) }, "load": { "\($0 % 24 < 8 ? 10 : 30)" },
        "noise": { "\(ProposalSample.noise($0))" },
      ])
    let sample = try ProposalSample(csv) {
      $0.target = "load"
      $0.task = .regression
      $0.isSeries = false
    }
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["ignore"] == nil)
    #expect(sample.fact("inputs") == "1 number, 2 dates")
  }
}

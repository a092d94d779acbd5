import Datasets
import TestSupport
import Testing

struct TimeStampTests {
  /// Microseconds since 1970, counted by hand.
  private static let day = 86_400_000_000

  static let moments: [(String, Int, TimeFormat.Kind)] = [
    ("1970-01-01", 0, TimeFormat.Kind.date), ("1970-01-02", day, .date),
    ("1969-12-31", -day, .date), ("1981/01/01", 4018 * day, .date),
    ("1949-01", -7670 * day, .month), ("2000/03", 11_017 * day, .month),
    ("2000-02-29", 11_016 * day, .date), ("1970-01-01T00:01", 60_000_000, .dateTime),
    ("1970-01-01 00:00:02", 2_000_000, .dateTime),
    ("1970-01-01T23:59:59Z", day - 1_000_000, .dateTimeInUTC),
    ("1970-01-01T01:00Z", 3_600_000_000, .dateTimeInUTC),
    ("1970-01-01T00:00:00.25", 250_000, .dateTime),
    ("1970-01-01 00:00:00.000001000Z", 1, .dateTimeInUTC),
    ("1970-01-01 7:05", 25_500_000_000, .dateTime), ("1970-01-01T0:00Z", 0, .dateTimeInUTC),
    ("1970-01-01T01:00:00+01:00", 0, .dateTimeWithOffset),
    ("1970-01-01 00:00-0330", 12_600_000_000, .dateTimeWithOffset),
    ("1970-01-01 7:05:00.5-00", 25_500_500_000, .dateTimeWithOffset),
    ("1970-01-01 00:00:00-00:00", 0, .dateTimeWithOffset),
  ]

  @Test(arguments: moments)
  func momentsAreRead(_ text: String, _ microseconds: Int, _ kind: TimeFormat.Kind) throws {
    let stamp = try #require(TimeStamp.parse(text))
    #expect(stamp.value == .moment(microseconds))
    #expect(stamp.format.kind == kind)
    // As it was written, so it is written.
    #expect(stamp.format.text(stamp.value) == text)
  }

  @Test(arguments: [
    ("31.1.1970", DateOrder.dayFirst, 30 * day, TimeFormat.Kind.date),
    ("31/01/1970 23:59", .dayFirst, 31 * day - 60_000_000, .dateTime),
    ("5/3/1970 7:00", .dayFirst, 63 * day + 25_200_000_000, .dateTime),
    ("5/3/1970 7:00", .monthFirst, 122 * day + 25_200_000_000, .dateTime),
    ("01-02-1970T00:00:30Z", .monthFirst, day + 30_000_000, .dateTimeInUTC),
    ("01.02.1970 00:30+01:00", .dayFirst, 31 * day - 1_800_000_000, .dateTimeWithOffset),
  ])
  func ordersAreRead(
    _ text: String, _ order: DateOrder, _ microseconds: Int, _ kind: TimeFormat.Kind
  ) throws {
    let stamp = try #require(TimeStamp.parse(text, order: order))
    #expect(stamp.value == .moment(microseconds))
    #expect(stamp.format.kind == kind)
    #expect(stamp.format.text(stamp.value) == text)
  }

  @Test(arguments: [("1949", 1949), ("-2.5", -2.5), ("1e3", 1000), ("20200131", 20_200_131)])
  func numbersAreRead(_ text: String, _ value: Double) throws {
    let stamp = try #require(TimeStamp.parse(text))
    #expect(stamp.value == .number(value))
    #expect(stamp.format.kind == .number)
  }

  @Test(arguments: [
    "", " ", "x", "nan", "inf", "1e999", "0000-01-01", "1981-13", "1981-00", "1981-1-01",
    "1981-01-1", "1981-01-00", "1981-01-32", "1981-02-29", "1900-02-29", "1981-04-31", "1981-01/01",
    "1981-01-01T", "1981-01-01T1", "1981-01-01T24:00", "1981-01-01T12:60", "1981-01-01T12:00:60",
    "1981-01-01T12:00:00.", "1981-01-01T12:00:00.0000001", "1981-01-01T12:00:00.0000000000",
    "1981-01-01T12:00+01:", "1981-01-01T12:00+24:00", "1981-01-01T12:00+01:60",
    "1981-01-01T12:00+1", "1981-01-01 +01:00", "1981-01-01T:30", "1981-01-01T1:5",
    "1981-01-01T12:00ZZ", "1981-01-01Z", "1981-01T12:00", "01/02/1981",
    "1981-01-01x", "81-01-01", "١٩٨١-01-01", "1981-01-01  12:00",
  ])
  func othersAreNoTimes(_ text: String) {
    #expect(TimeStamp.parse(text) == nil)
  }

  @Test func daysAreThoseOfTheCalendar() {
    var date = CivilDate(year: 1, month: 1, day: 1)
    // 1969 years have 365 days each and 477 of them one more.
    for number in (-1969 * 365 - 477)...170_000 {
      if date.dayNumber != number || CivilDate(dayNumber: number) != date {
        Issue.record("\(date) is not day \(number)")
        return
      }
      date.day += 1
      if date.day > CivilDate.days(of: date.month, in: date.year) {
        (date.month, date.day) = (date.month + 1, 1)
      }
      if date.month > 12 { (date.year, date.month) = (date.year + 1, 1) }
    }
    #expect(date == CivilDate(year: 2435, month: 6, day: 13))
  }
}

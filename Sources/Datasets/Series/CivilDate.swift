/// A day of the Gregorian calendar, which is taken to have begun in the year 1.
package struct CivilDate: Sendable, Equatable {
  /// From 1.
  package var year: Int
  /// From 1 to 12.
  package var month: Int
  /// From 1.
  package var day: Int

  package init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// - Parameter dayNumber: days since 1970-01-01, not before the year 1.
  package init(dayNumber: Int) {
    let days = dayNumber + Self.daysBefore(year: 1970)
    // 400 years have 146,097 days; leap days fall unevenly in them, so the guess may be one off.
    year = days / 146_097 * 400 + days % 146_097 * 400 / 146_097 + 1
    while Self.daysBefore(year: year) > days { year -= 1 }
    while Self.daysBefore(year: year + 1) <= days { year += 1 }
    month = 1
    day = days - Self.daysBefore(year: year) + 1
    while day > Self.days(of: month, in: year) {
      day -= Self.days(of: month, in: year)
      month += 1
    }
  }

  /// Days since 1970-01-01.
  package var dayNumber: Int {
    let months = (1..<month).reduce(0) { $0 + Self.days(of: $1, in: year) }
    return Self.daysBefore(year: year) + months + day - 1 - Self.daysBefore(year: 1970)
  }

  var isLastOfMonth: Bool { day == Self.days(of: month, in: year) }

  /// Months since the year 0.
  var monthNumber: Int { year * 12 + month - 1 }

  /// The same day so many months later, or the last of a month that is too short for it.
  ///
  /// - Parameter day: the day to aim at.
  func adding(months: Int, day: Int) -> CivilDate {
    let number = monthNumber + months
    let (year, month) = (number / 12, number % 12 + 1)
    return CivilDate(year: year, month: month, day: min(day, Self.days(of: month, in: year)))
  }

  package static func days(of month: Int, in year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// Days from 0001-01-01 to the first of January.
  private static func daysBefore(year: Int) -> Int {
    let past = year - 1
    return past * 365 + past / 4 - past / 100 + past / 400
  }
}

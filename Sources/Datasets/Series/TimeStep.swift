import Configuration

/// The time from one row of a series to the next.
package struct TimeStep: ConfigObject, Equatable {
  package enum Unit: String, CaseIterable, Sendable {
    /// Of times that are numbers.
    case number
    case second
    /// Of the calendar, so of 28 to 31 days.
    case month
  }

  package var unit = Unit.number
  package var count = 1.0

  package init() {}

  package init(_ unit: Unit, _ count: Double) {
    self.unit = unit
    self.count = count
  }

  package static let keys: [Key<Self>] = [
    Key("unit", \.unit, .choice, help: "What is counted."),
    .number("count", \.count, in: .above(0), help: "How many of them."),
  ]

  /// How far a difference of numbers may be from the step: their decimal fractions are not exact.
  static let tolerance = 1e-3

  // The count of a hostile model may be anything, but then no row is that far from another.
  private var microseconds: Int {
    Int(min(count * Double(TimeValue.microsecondsPerSecond), 1e18).rounded())
  }
  private var months: Int { Int(min(count, 1e9).rounded()) }

  /// Whether the second time is one step behind the first.
  package func leads(from first: TimeValue, to second: TimeValue) -> Bool {
    switch (first, second) {
    case (.number(let first), .number(let second)):
      unit == .number && abs(second - first - count) <= count * Self.tolerance
    case (.moment(let start), .moment(let end)):
      switch unit {
      case .number: false
      case .second: end - start == microseconds
      case .month: Self.months(from: start, to: end) == months
      }
    default: false
    }
  }

  /// The whole months between two moments: the time of day is the same and so is the day, but that the
  /// last of a shorter month stands for days that it lacks.
  static func months(from first: Int, to second: Int) -> Int? {
    let (start, end) = (Moment(first), Moment(second))
    let shorter = start.date.day < end.date.day ? start.date : end.date
    guard start.timeOfDay == end.timeOfDay,
      start.date.day == end.date.day || shorter.isLastOfMonth
    else { return nil }
    return end.date.monthNumber - start.date.monthNumber
  }

  /// The time so many steps after another.
  ///
  /// - Parameter days: the days of months that the series has.
  /// - Returns: `nil` beyond the times that can be counted.
  package func time(_ steps: Int, after time: TimeValue, days: MonthDays) -> TimeValue? {
    switch (time, unit) {
    case (.number(let start), .number):
      let end = start + Double(steps) * count
      return end.isFinite ? .number(end) : nil
    case (.moment(let start), .second):
      let (distance, isTooFar) = microseconds.multipliedReportingOverflow(by: steps)
      let (end, overflows) = start.addingReportingOverflow(distance)
      return isTooFar || overflows ? nil : .moment(end)
    case (.moment(let start), .month):
      let moment = Moment(start)
      let months = self.months * steps
      // As many years as microseconds can count.
      guard months < 200_000 * 12 else { return nil }
      let date = moment.date.adding(months: months, day: days.day)
      return .moment(date.dayNumber * TimeValue.microsecondsPerDay + moment.timeOfDay)
    default: return nil
    }
  }

  /// `1 day`, `3 months`, `0.5`
  package var text: String {
    switch unit {
    case .number: JSONNumber(count).text
    case .month: Spelling.count(months, "month")
    case .second: Self.duration(microseconds)
    }
  }

  /// What lies between two times, in the words of the step.
  func distance(from first: TimeValue, to second: TimeValue) -> String {
    switch (first, second) {
    case (.number(let first), .number(let second)): JSONNumber(second - first).text
    case (.moment(let first), .moment(let second)):
      if unit == .month, let months = Self.months(from: first, to: second) {
        Spelling.count(months, "month")
      } else {
        Self.duration(second - first)
      }
    default: "another kind of time"
    }
  }

  /// A duration in the largest unit of which it is a whole number.
  private static func duration(_ microseconds: Int) -> String {
    let second = TimeValue.microsecondsPerSecond
    for (unit, name) in [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
    where microseconds % (unit * second) == 0 {
      return Spelling.count(microseconds / (unit * second), name)
    }
    return "\(JSONNumber(Double(microseconds) / Double(second)).text) seconds"
  }
}

/// Which days of their months a series has, to tell what follows the 28th of February.
package struct MonthDays: Sendable {
  private var largest = 0
  private var areLast = true

  package init() {}

  package mutating func insert(_ time: TimeValue) {
    guard case .moment(let microseconds) = time else { return }
    let date = Moment(microseconds).date
    largest = max(largest, date.day)
    areLast = areLast && date.isLastOfMonth
  }

  /// The day to aim at in every month.
  var day: Int { areLast ? 31 : largest }
}

/// Microseconds since 1970 as day and time of day.
struct Moment {
  let date: CivilDate
  /// Microseconds since midnight.
  let timeOfDay: Int

  init(_ microseconds: Int) {
    let day = TimeValue.microsecondsPerDay
    // Rounded down, also before 1970.
    let time = (microseconds % day + day) % day
    timeOfDay = time
    date = CivilDate(dayNumber: (microseconds - time) / day)
  }
}

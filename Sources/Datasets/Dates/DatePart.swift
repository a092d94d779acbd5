/// What a date says of itself.
package enum DatePart: String, CaseIterable, Sendable {
  /// Days since the first day of the training part, with their fraction.
  case elapsed
  case year
  /// 1 to 12.
  case month
  /// Of the month, 1 to 31.
  case day
  /// From 1 to 366.
  case dayOfYear = "day_of_year"
  /// Monday is 0.
  case weekday
  case hour
  case minute
  case second

  /// The parts that come back, how many values they have, and the first of them; `nil` for those that go on.
  var cycle: (count: Int, first: Int)? {
    switch self {
    case .elapsed, .year: nil
    case .month: (12, 1)
    case .day: (31, 1)
    case .dayOfYear: (366, 1)
    case .weekday: (7, 0)
    case .hour: (24, 0)
    case .minute, .second: (60, 0)
    }
  }

  /// - Parameters:
  ///   - moment: microseconds since 1970.
  ///   - origin: the day from which days are counted, as days since 1970.
  package func value(of moment: Int, origin: Int) -> Double {
    if self == .elapsed {
      return Double(moment) / Double(TimeValue.microsecondsPerDay) - Double(origin)
    }
    let parts = Moment(moment)
    let seconds = parts.timeOfDay / TimeValue.microsecondsPerSecond
    switch self {
    case .elapsed: return 0
    case .year: return Double(parts.date.year)
    case .month: return Double(parts.date.month)
    case .day: return Double(parts.date.day)
    case .dayOfYear:
      let first = CivilDate(year: parts.date.year, month: 1, day: 1)
      return Double(parts.date.dayNumber - first.dayNumber + 1)
    case .weekday:
      // The first day of 1970 was a Thursday.
      return Double(((parts.date.dayNumber + 3) % 7 + 7) % 7)
    case .hour: return Double(seconds / 3600)
    case .minute: return Double(seconds / 60 % 60)
    case .second: return Double(seconds % 60)
    }
  }
}

/// How the parts of a date that come back become inputs.
package enum DatePartEncoding: String, CaseIterable, Sendable {
  /// The sine and the cosine of the place in the cycle, so that December is near January.
  case cyclic
  case number
  case oneHot = "one_hot"
}

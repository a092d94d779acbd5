extension TimeFormat {
  /// A time as a table writes it.
  ///
  /// - Parameter step: how far times are apart, which says how many digits of a number mean something;
  ///   `nil` for all.
  package func text(_ time: TimeValue, step: TimeStep? = nil) -> String {
    switch time {
    case .number(let value): numberText(value, step: step)
    case .moment(let microseconds): text(Moment(shown(microseconds)))
    }
  }

  /// What the clock shows, unless that is later than can be counted.
  private func shown(_ microseconds: Int) -> Int {
    let (shown, overflows) = microseconds.addingReportingOverflow(offset?.microseconds ?? 0)
    return overflows ? microseconds : shown
  }

  private func text(_ moment: Moment) -> String {
    let separator = String(UnicodeScalar(dateSeparator))
    let year = Self.padded(moment.date.year, 4)
    let month = Self.padded(moment.date.month, padding.month == false ? 1 : 2)
    let day = Self.padded(moment.date.day, padding.day == false ? 1 : 2)
    let parts =
      switch order {
      case .yearFirst: kind == .month ? [year, month] : [year, month, day]
      case .dayFirst: [day, month, year]
      case .monthFirst: [month, day, year]
      }
    let date = parts.joined(separator: separator)
    guard [.dateTime, .dateTimeInUTC, .dateTimeWithOffset].contains(kind) else { return date }
    let microseconds = moment.timeOfDay % TimeValue.microsecondsPerSecond
    let seconds = moment.timeOfDay / TimeValue.microsecondsPerSecond
    let hour = Self.padded(seconds / 3600, padding.hour == false ? 1 : 2)
    var time = hour + ":" + Self.padded(seconds / 60 % 60, 2)
    if hasSeconds { time += ":" + Self.padded(seconds % 60, 2) }
    if fractionDigits > 0 {
      let digits = Self.padded(microseconds, 6) + "000"
      time += "." + digits.prefix(fractionDigits)
    }
    return date + String(UnicodeScalar(timeSeparator)) + time
      + (kind == .dateTimeInUTC ? "Z" : offset?.text ?? "")
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// Reads a time of the calendar: ISO 8601 with years of four digits, without week dates, but
/// also with slashes, with a blank for the T and with hours of one digit; or the parts of the date in
/// another order.
struct CalendarTimeParser {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var format = TimeFormat()

  init(_ bytes: UnsafeRawBufferPointer, order: DateOrder) {
    self.bytes = bytes
    format.order = order
  }

  mutating func parse() -> TimeStamp? {
    guard let date = format.order == .yearFirst ? date() : dateWithYearLast() else { return nil }
    let day = date.dayNumber * TimeValue.microsecondsPerDay
    if isAtEnd { return TimeStamp(value: .moment(day), format: format) }
    guard format.kind == .date, let time = timeOfDay(), isAtEnd else { return nil }
    let offset = format.offset?.microseconds ?? 0
    return TimeStamp(value: .moment(day + time - offset), format: format)
  }

  private var isAtEnd: Bool { position == bytes.count }

  /// The day, or the first day of the month.
  private mutating func date() -> CivilDate? {
    guard let year = digits(4), year > 0,
      let separator = accept(ASCII.minus, or: UInt8(ascii: "/")),
      let month = digits(2), (1...12).contains(month)
    else { return nil }
    format.dateSeparator = separator
    format.kind = .month
    guard accept(separator) != nil else { return CivilDate(year: year, month: month, day: 1) }
    guard let day = digits(2), day >= 1, day <= CivilDate.days(of: month, in: year) else {
      return nil
    }
    format.kind = .date
    return CivilDate(year: year, month: month, day: day)
  }

  /// `31.1.2024` or, with the month first, `1/31/2024`, which no point divides.
  private mutating func dateWithYearLast() -> CivilDate? {
    guard let (first, firstPadding) = oneOrTwoDigits(), position < bytes.count else { return nil }
    let separator = bytes[position]
    let isKnown =
      [ASCII.minus, UInt8(ascii: "/")].contains(separator)
      || separator == ASCII.dot && format.order == .dayFirst
    guard isKnown, accept(separator) != nil, let (second, secondPadding) = oneOrTwoDigits(),
      accept(separator) != nil, let year = digits(4), year > 0
    else { return nil }
    let isDayFirst = format.order == .dayFirst
    let (day, month) = isDayFirst ? (first, second) : (second, first)
    format.padding.day = isDayFirst ? firstPadding : secondPadding
    format.padding.month = isDayFirst ? secondPadding : firstPadding
    guard (1...12).contains(month), day >= 1, day <= CivilDate.days(of: month, in: year) else {
      return nil
    }
    format.dateSeparator = separator
    format.kind = .date
    return CivilDate(year: year, month: month, day: day)
  }

  /// Microseconds since midnight.
  private mutating func timeOfDay() -> Int? {
    guard let separator = accept(ASCII.space, or: UInt8(ascii: "T")),
      let (hour, hourPadding) = oneOrTwoDigits(), hour < 24, accept(UInt8(ascii: ":")) != nil,
      let minute = digits(2), minute < 60
    else { return nil }
    format.kind = .dateTime
    format.timeSeparator = separator
    format.padding.hour = hourPadding
    var time = (hour * 60 + minute) * 60 * TimeValue.microsecondsPerSecond
    if accept(UInt8(ascii: ":")) != nil {
      guard let second = digits(2), second < 60, let fraction = fraction() else { return nil }
      format.hasSeconds = true
      time += second * TimeValue.microsecondsPerSecond + fraction
    }
    if accept(UInt8(ascii: "Z")) != nil {
      format.kind = .dateTimeInUTC
    } else if !isAtEnd {
      guard let offset = offsetFromUTC() else { return nil }
      format.offset = offset
      format.kind = .dateTimeWithOffset
    }
    return time
  }

  /// `+01:00`, `-0330` or `+01`
  private mutating func offsetFromUTC() -> UTCOffset? {
    guard let sign = accept(ASCII.minus, or: UInt8(ascii: "+")), let hours = digits(2), hours < 24
    else { return nil }
    var offset = UTCOffset(isBehind: sign == ASCII.minus, hours: hours)
    guard !isAtEnd else { return offset }
    offset.style = accept(UInt8(ascii: ":")) == nil ? .together : .withColon
    guard let minutes = digits(2), minutes < 60 else { return nil }
    offset.minutes = minutes
    return offset
  }

  /// Microseconds; 0 if there is no fraction, `nil` if it has no digits or is finer than that.
  private mutating func fraction() -> Int? {
    guard accept(ASCII.dot) != nil else { return 0 }
    var value = 0
    var unit = TimeValue.microsecondsPerSecond
    while let digit = digits(1) {
      unit /= 10
      if unit == 0, digit > 0 { return nil }
      value += digit * unit
      format.fractionDigits += 1
    }
    return (1...9).contains(format.fractionDigits) ? value : nil
  }

  /// The next so many digits as a number.
  private mutating func digits(_ count: Int) -> Int? {
    guard bytes.count - position >= count else { return nil }
    var value = 0
    for byte in bytes[position..<position + count] {
      let digit = byte &- ASCII.zero
      guard digit <= 9 else { return nil }
      value = value * 10 + Int(digit)
    }
    position += count
    return value
  }

  /// A number below 100, and whether it has a leading zero; `nil` where it has two digits without one.
  private mutating func oneOrTwoDigits() -> (value: Int, isPadded: Bool?)? {
    if let value = digits(2) { return (value, value < 10 ? true : nil) }
    return digits(1).map { ($0, false) }
  }

  /// The next byte if it is this or the other one.
  private mutating func accept(_ byte: UInt8, or other: UInt8? = nil) -> UInt8? {
    guard position < bytes.count, bytes[position] == byte || bytes[position] == other else {
      return nil
    }
    position += 1
    return bytes[position - 1]
  }
}

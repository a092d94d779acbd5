/// A point in time.
package enum TimeValue: Sendable, Equatable {
  case number(Double)
  /// Microseconds since 1970-01-01T00:00, in UTC where an offset tells how far the clock is from
  /// it.
  case moment(Int)

  /// Whether both are of one kind and this one comes first.
  package func isBefore(_ other: TimeValue) -> Bool {
    switch (self, other) {
    case (.number(let first), .number(let second)): first < second
    case (.moment(let first), .moment(let second)): first < second
    default: false
    }
  }
}

/// A point in time as a table writes it.
package struct TimeStamp: Sendable, Equatable {
  package let value: TimeValue
  package private(set) var format: TimeFormat

  /// Takes over from the time before it whether numbers below ten have a leading zero, where this
  /// one does not tell, and its decimals where there are more of them.
  mutating func follow(_ previous: TimeStamp) {
    format.padding = format.padding.completed(by: previous.format.padding)
    if let decimals = previous.format.decimals {
      format.decimals = max(decimals, format.decimals ?? 0)
    }
  }
}

/// How a table writes times.
package struct TimeFormat: Sendable, Equatable {
  package enum Kind: String, CaseIterable, Sendable {
    case number
    case month
    case date
    case dateTime = "date_time"
    /// With a Z behind it. Others may be in any zone, but all in the same one.
    case dateTimeInUTC = "date_time_utc"
    /// With its distance from UTC behind it, as `+01:00`.
    case dateTimeWithOffset = "date_time_offset"

    var name: String {
      switch self {
      case .number: "a number"
      case .month: "a month"
      case .date: "a date"
      case .dateTime: "a date with a time"
      case .dateTimeInUTC: "a date with a time in UTC"
      case .dateTimeWithOffset: "a date with a time and its offset from UTC"
      }
    }
  }

  package var kind = Kind.number
  /// Digits behind the point of a number; `nil` of one with an exponent.
  var decimals: Int?
  var order = DateOrder.yearFirst
  /// Between year, month and day: - or /, or a point where the day comes first.
  var dateSeparator = ASCII.minus
  /// Between date and time: T or a blank.
  var timeSeparator = ASCII.space
  var hasSeconds = false
  /// Digits of a fraction of a second.
  var fractionDigits = 0
  var padding = TimePadding()
  /// Behind a time of a kind that has one.
  var offset: UTCOffset?
}

extension TimeValue {
  static let microsecondsPerSecond = 1_000_000
  static let microsecondsPerDay = 86_400 * microsecondsPerSecond
}

extension TimeStamp {
  static let examples =
    "1981-01-31, 31.01.1981, 01/31/1981, 1981-01, 1981-01-31 23:59, 1981-01-31T23:59:00Z "
    + "or a number"

  /// Reads a field of the calendar.
  ///
  /// - Returns: `nil` if it is none with its parts in this order.
  package static func parseDate(_ bytes: UnsafeRawBufferPointer, order: DateOrder) -> TimeStamp? {
    var parser = CalendarTimeParser(bytes, order: order)
    return parser.parse()
  }

  /// Reads a field of the calendar or a number.
  ///
  /// - Returns: `nil` if it is no time.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, order: DateOrder = .yearFirst
  ) -> TimeStamp? {
    if let stamp = parseDate(bytes, order: order) { return stamp }
    guard case .number(let value) = DecimalParser.parse(bytes) else { return nil }
    var format = TimeFormat()
    format.decimals = decimals(of: bytes)
    return TimeStamp(value: .number(value), format: format)
  }

  private static func decimals(of number: UnsafeRawBufferPointer) -> Int? {
    let hasExponent = number.contains { $0 | ASCII.lowercaseBit == ASCII.lowercaseE }
    if hasExponent { return nil }
    guard let point = number.firstIndex(of: ASCII.dot) else { return 0 }
    return number.count - 1 - point
  }

  package static func parse(_ text: String, order: DateOrder = .yearFirst) -> TimeStamp? {
    var text = text
    return text.withUTF8 { parse(UnsafeRawBufferPointer($0), order: order) }
  }
}

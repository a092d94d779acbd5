/// A point in time.
package enum TimeValue: Sendable, Equatable {
  case number(Double)
  /// Microseconds since 1970-01-01T00:00.
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
  package let format: TimeFormat
  /// How far the clock is ahead of UTC, in microseconds.
  package var offset = 0
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
  /// Between year, month and day: - or /.
  var dateSeparator = ASCII.minus
  /// Between date and time: T or a blank.
  var timeSeparator = ASCII.space
  var hasSeconds = false
  /// Digits of a fraction of a second.
  var fractionDigits = 0
}

extension TimeValue {
  static let microsecondsPerSecond = 1_000_000
  static let microsecondsPerDay = 86_400 * microsecondsPerSecond
}

extension TimeStamp {
  static let examples = "1981-01-31, 1981-01, 1981-01-31 23:59, 1981-01-31T23:59:00Z or a number"

  /// Reads a field.
  ///
  /// - Returns: `nil` if it is no time.
  package static func parse(_ bytes: UnsafeRawBufferPointer) -> TimeStamp? {
    var parser = CalendarTimeParser(bytes)
    if let stamp = parser.parse() { return stamp }
    guard case .number(let value) = DecimalParser.parse(bytes) else { return nil }
    return TimeStamp(value: .number(value), format: TimeFormat())
  }

  package static func parse(_ text: String) -> TimeStamp? {
    var text = text
    return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
  }
}

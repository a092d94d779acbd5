/// How far a clock is from UTC, as a table writes it.
struct UTCOffset: Sendable, Equatable {
  enum Style {
    /// `+01`
    case hours
    /// `+0100`
    case together
    /// `+01:00`
    case withColon
  }

  /// Written with a minus, which it may be with zeros too.
  var isBehind = false
  var hours = 0
  var minutes = 0
  var style = Style.hours

  /// Positive where the clock is ahead.
  var microseconds: Int {
    let distance = (hours * 60 + minutes) * 60 * TimeValue.microsecondsPerSecond
    return isBehind ? -distance : distance
  }

  var text: String {
    let hours = (isBehind ? "-" : "+") + TimeFormat.padded(hours, 2)
    return switch style {
    case .hours: hours
    case .together: hours + TimeFormat.padded(minutes, 2)
    case .withColon: hours + ":" + TimeFormat.padded(minutes, 2)
    }
  }
}

/// Whether numbers below ten have a leading zero; `nil` where no number tells, as of times at ten or
/// later.
struct TimePadding: Sendable, Equatable {
  var day: Bool?
  var month: Bool?
  var hour: Bool?

  /// What this one does not tell is as another one has it.
  func completed(by other: TimePadding) -> TimePadding {
    TimePadding(
      day: day ?? other.day, month: month ?? other.month, hour: hour ?? other.hour)
  }
}

/// A point in time as a clock somewhere showed it.
package struct ClockTime: Sendable, Equatable {
  /// What the clock showed, in microseconds since 1970.
  package let shown: Int
  /// How far the clock is ahead of UTC, in microseconds; 0 where it is not known.
  package let offset: Int

  package init(shown: Int, offset: Int = 0) {
    self.shown = shown
    self.offset = offset
  }

  init?(_ stamp: TimeStamp?) {
    guard let stamp, case .moment(let moment) = stamp.value else { return nil }
    let offset = stamp.format.offset?.microseconds ?? 0
    self.init(shown: moment + offset, offset: offset)
  }
}

extension DatePart {
  /// The part of what the clock showed; how much time has elapsed does not depend on where the clock is.
  package func value(of time: ClockTime, origin: Int) -> Double {
    value(of: self == .elapsed ? time.shown - time.offset : time.shown, origin: origin)
  }
}

import Configuration

extension CategoryFeature {
  /// What to do about an input of series whose categories are times of the calendar, which no other file
  /// has in common with training; `nil` if they are none.
  ///
  /// - Parameter knowsTime: whether another column is that of the times.
  func timesHelp(knowsTime: Bool) -> String? {
    let texts = categories.filter { $0 != missingValue }
    guard let found = DateRecognition(texts),
      texts.allSatisfy({ DateRecognition.stamp($0, found.order) != nil })
    else { return nil }
    return knowsTime
      ? "it looks like times; data.ignore leaves it out"
      : "it looks like times; name it in data.window.time"
  }
}

import Configuration

/// Finds out whether texts are dates, and how they are written.
package struct DateRecognition {
  /// In which all or most texts are dates.
  package let order: DateOrder
  /// Whether another order fits as well, so that day and month cannot be told apart.
  package let isAmbiguous: Bool

  /// How many texts are looked at before a column is taken for something else.
  private static let sample = 20

  /// - Parameters:
  ///   - labels: the different texts of a column.
  ///   - order: where it is known.
  /// - Returns: `nil` unless more than half of the texts are dates.
  package init?(_ labels: [String], order: DateOrder? = nil) {
    let candidates = order.map { [$0] } ?? DateOrder.allCases
    let first = labels.prefix(Self.sample)
    guard candidates.contains(where: { order in first.contains { Self.stamp($0, order) != nil } })
    else { return nil }
    let counts = candidates.map { order in labels.count { Self.stamp($0, order) != nil } }
    guard let most = counts.max(), most * 2 > labels.count, let index = counts.firstIndex(of: most)
    else { return nil }
    self.order = candidates[index]
    isAmbiguous = counts.count { $0 == most } > 1
  }

  /// A time of the calendar; a number is none.
  static func stamp(_ text: String, _ order: DateOrder) -> TimeStamp? {
    var text = text
    return text.withUTF8 { TimeStamp.parseDate(UnsafeRawBufferPointer($0), order: order) }
  }

  /// What to say of a column of which no row tells the order, and no setting.
  static func ambiguity(of column: String, _ labels: [String]) -> Diagnostic {
    let example = labels.first { stamp($0, .dayFirst) != nil } ?? ""
    return Diagnostic(
      .error, .data, code: "ambiguous-dates",
      "whether '\(example)' in column '\(column)' has the day or the month first, no row tells",
      help: "write \(settingOfOrder(for: column))")
  }

  /// The setting that tells the order, and where it belongs.
  package static func settingOfOrder(for column: String) -> String {
    let setting = "{\"type\":\"datetime\",\"order\":\"\(DateOrder.dayFirst.rawValue)\"}"
    return "\"columns\": {\(JSONValue.string(column).compactText): \(setting)} in data, or "
      + "\"\(DateOrder.monthFirst.rawValue)\""
  }
}

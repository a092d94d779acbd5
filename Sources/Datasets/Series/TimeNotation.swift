import Configuration

/// How the times of a series are written.
package struct TimeNotation {
  /// The parts of dates are in this order; numbers have none.
  package let order: DateOrder
  /// Whether the day or the month comes first, no time tells.
  package let isAmbiguous: Bool

  /// - Parameters:
  ///   - labels: the different texts of a column.
  ///   - order: where it is known.
  package init(_ labels: [String], order: DateOrder? = nil) {
    let found = order == nil ? DateRecognition(labels) : nil
    self.order = order ?? found?.order ?? .yearFirst
    isAmbiguous = found?.isAmbiguous ?? false
  }

  /// The time of each text; `nil` of those that are none.
  package func stamps(_ labels: [String]) -> [TimeStamp?] {
    labels.map { TimeStamp.parse($0, order: order) }
  }
}

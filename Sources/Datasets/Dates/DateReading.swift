/// One way in which a text can be read as a date.
package struct DateReading: Sendable, Equatable {
  package let order: DateOrder
  package let kind: TimeFormat.Kind

  /// All ways in which a text can be read: two where day and month cannot be told apart, none if it
  /// is no date.
  package static func all(of bytes: UnsafeRawBufferPointer) -> [DateReading] {
    // Most texts of a table are told from dates by their first byte.
    guard let first = bytes.first, first &- ASCII.zero <= 9 else { return [] }
    return DateOrder.allCases.compactMap { order in
      TimeStamp.parseDate(bytes, order: order).map {
        DateReading(order: order, kind: $0.format.kind)
      }
    }
  }
}

import Configuration

/// Where every so many rows of a text begin, noted as far as somebody looked: who asks for the places of thousands of
/// rows does not scan the text for each.
final class RowMarks: Sendable {
  struct Mark {
    let offset: Int
    /// Counted as places count lines.
    let line: Int
  }

  /// Rows from a mark to the next.
  private static let distance = 512

  private let marks = Locked<[Mark]>([])

  /// The last mark at or before a row, and how many rows behind it the row is.
  ///
  /// - Parameters:
  ///   - first: where the first row begins.
  ///   - next: where the row begins that is so many rows behind a mark; `nil` if there is none.
  func nearest(
    to row: Int, first: () -> Mark, next: (_ mark: Mark, _ rows: Int) -> Mark?
  ) -> (mark: Mark, rows: Int)? {
    marks.withLock { marks in
      if marks.isEmpty { marks.append(first()) }
      while marks.count <= row / Self.distance, let last = marks.last {
        guard let mark = next(last, Self.distance) else { return nil }
        marks.append(mark)
      }
      let index = row / Self.distance
      return (marks[index], row - index * Self.distance)
    }
  }
}

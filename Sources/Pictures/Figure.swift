/// A picture with the numbers that it shows, for those who would rather read them or cannot see it.
package struct Figure: Sendable {
  package let title: String
  package let svg: String
  /// The numbers as a table: names of columns, and rows of cells.
  package let table: Table?

  package struct Table: Sendable {
    package let columns: [String]
    package let rows: [[String]]
    /// How many rows there would be; more than are here where only some are shown.
    package let total: Int

    /// A page with more rows is slow to read, and to load.
    static let most = 200

    /// Takes rows at equal distances where there are many, the first and the last one among them.
    package init(columns: [String], rows: [[String]]) {
      self.columns = columns
      total = rows.count
      guard rows.count > Self.most else {
        self.rows = rows
        return
      }
      let step = Double(rows.count - 1) / Double(Self.most - 1)
      self.rows = (0..<Self.most).map { rows[Int((Double($0) * step).rounded())] }
    }
  }

  package init(title: String, svg: String, table: Table?) {
    self.title = title
    self.svg = svg
    self.table = table
  }
}

/// Something that can be drawn.
package protocol Chart {
  var title: String { get }
  /// `nil` where there is nothing to see.
  var figure: Figure? { get }
}

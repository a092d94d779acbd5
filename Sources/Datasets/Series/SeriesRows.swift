/// The rows of a table in the order of their series.
struct SeriesRows: Sendable {
  struct Series: Sendable {
    /// What its rows have in the column of the group; `nil` where the table is one series.
    let name: String?
    /// Positions in the order, one behind the other in time.
    let range: Range<Int>
    /// The parts of the range that windows have to stay within, ascending.
    var stretches: [Range<Int>]
  }

  /// A series whose rows are another step apart than those of most.
  struct OtherStep: Sendable {
    let name: String
    let step: TimeStep
  }

  /// The rows of the file, series by series.
  let order: [Int32]
  /// In the order in which they begin in the file.
  var series: [Series]
  /// How the times are written; `nil` without them.
  var timeKind: TimeFormat.Kind?
  var timeOrder = DateOrder.yearFirst
  /// `nil` without times, and where they are so irregular that no step is that of half the rows.
  var step: TimeStep?
  /// Where gaps are ignored, the series that have a regular step of their own.
  var otherSteps: [OtherStep] = []
}

extension SeriesRows {
  /// Brings rows into the order of their groups, and keeps their order within each.
  ///
  /// - Parameters:
  ///   - rows: ascending.
  ///   - groups: for each row of the file the index of its label, and the labels; `nil` if the rows are
  ///     one series.
  init(_ rows: [Int32], groups: (codes: [Int32], labels: [String])?) {
    guard let groups else {
      let range = 0..<rows.count
      self.init(order: rows, series: [Series(name: nil, range: range, stretches: [range])])
      return
    }
    var counts = [Int](repeating: 0, count: groups.labels.count)
    for row in rows { counts[Int(groups.codes[Int(row)])] += 1 }
    var starts: [Int] = []
    var start = 0
    for count in counts {
      starts.append(start)
      start += count
    }
    var next = starts
    var order = [Int32](repeating: 0, count: rows.count)
    for row in rows {
      let code = Int(groups.codes[Int(row)])
      order[next[code]] = row
      next[code] += 1
    }
    let series = groups.labels.indices.filter { counts[$0] > 0 }.map { code in
      let range = starts[code]..<next[code]
      return Series(name: groups.labels[code], range: range, stretches: [range])
    }
    self.init(order: order, series: series)
  }
}

/// Many lines over a common axis that need not be told apart, with a few that stand out.
package struct ThreadChart: Chart {
  package struct Thread {
    package enum Kind: Sendable {
      case plain
      case cut
      case best
    }

    package let name: String
    /// By ascending x.
    package let points: [(x: Double, y: Double)]
    package let kind: Kind

    package init(name: String, points: [(x: Double, y: Double)], kind: Kind) {
      self.name = name
      self.points = points
      self.kind = kind
    }
  }

  package let title: String
  /// What is counted along the lines, such as epochs.
  let xLabel: String
  let yLabel: String
  let threads: [Thread]
  let isYLogarithmic: Bool

  package init(
    title: String, xLabel: String, yLabel: String, threads: [Thread], isYLogarithmic: Bool = false
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.threads = threads
    self.isYLogarithmic = isYLogarithmic
  }

  private static let mostPoints = 200

  package var figure: Figure? {
    let points = threads.flatMap(\.points).filter(\.y.isFinite)
    guard let x = Axis(xLabel, points.map(\.x), isWhole: true, isLoose: false, ticks: 8),
      let y = Axis(yLabel, points.map(\.y), isLogarithmic: isYLogarithmic)
    else { return nil }
    var frame = Frame(x: x, y: y, width: 2 * Frame.width)
    for kind in [Thread.Kind.cut, .plain, .best] {
      for thread in threads where thread.kind == kind {
        let finite = thread.points.filter(\.y.isFinite)
        let line = LineChart.thinned(finite, to: Self.mostPoints)
        frame.drawing.path(
          line.map { frame.point($0.x, $0.y) },
          style: kind == .best ? "line s1 best" : kind == .cut ? "thread m1" : "thread m2")
        guard let last = finite.last else { continue }
        frame.drawing.circle(
          at: frame.point(last.x, last.y), radius: kind == .best ? 4 : 2.5,
          style: "dot \(kind == .best ? "s1" : kind == .cut ? "s2" : "s0")",
          title: "\(thread.name): \(Digits.short(last.y)) at \(xLabel) \(Digits.short(last.x))")
      }
    }
    return Figure(
      title: title,
      svg: frame.drawing.svg(
        title: title, description: Digits.count(threads.count, "line", "lines")),
      table: Figure.Table(
        columns: ["", "\(xLabel)s", "first", "last"],
        rows: threads.map { thread in
          [
            thread.name, String(thread.points.count),
            thread.points.first.map { Digits.short($0.y) } ?? "",
            thread.points.last.map { Digits.short($0.y) } ?? "",
          ]
        }))
  }
}

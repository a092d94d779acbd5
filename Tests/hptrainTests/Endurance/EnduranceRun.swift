import Configuration
import Foundation
import Pictures
import Reports
import TestSupport

/// A long run that is looked at, and what becomes of its memory, its descriptors and its speed.
struct EnduranceRun {
  /// What is counted: `iteration` or `trial`.
  let unit: String
  /// What one of them may leave in memory for as long as the process runs.
  let bytesPerUnit: Int
  let samples: [ProcessWatch.Sample]

  /// What must not grow.
  enum Quantity: String, CaseIterable {
    case memory = "resident memory"
    case descriptors = "open descriptors"
    case time = "time"

    /// The last quarter may be above the first by the room that the allocator keeps, and by what a trial is known by to the
    /// algorithm that proposes the next ones; a machine that does other things, too, is not always as fast.
    ///
    /// - Parameter remembered: bytes that the whole run may remember.
    func rule(remembered: Double) -> GrowthRule {
      switch self {
      case .memory: GrowthRule(representative: .median, share: 0, amount: 1_048_576 + remembered)
      case .descriptors: GrowthRule(representative: .least, share: 0, amount: 0)
      case .time: GrowthRule(representative: .median, share: 0.25, amount: 0)
      }
    }
  }

  func finding(_ quantity: Quantity) -> GrowthRule.Finding? {
    let remembered = Double(bytesPerUnit * (samples.last?.progress ?? 0))
    return quantity.rule(remembered: remembered).judge(points(quantity))
  }

  /// Bytes, a number, or seconds for one unit, over the progress.
  func points(_ quantity: Quantity) -> [(progress: Double, value: Double)] {
    switch quantity {
    case .memory: samples.map { (Double($0.progress), Double($0.residentBytes)) }
    case .descriptors: samples.map { (Double($0.progress), Double($0.descriptors)) }
    case .time: times
    }
  }

  /// Of each hundredth of the run: between single samples the clock and the buffers of the output decide.
  private var times: [(progress: Double, value: Double)] {
    var times: [(progress: Double, value: Double)] = []
    guard var before = samples.first, let end = samples.last?.progress else { return [] }
    for sample in samples where (sample.progress - before.progress) * 100 >= end {
      times.append(
        (
          Double(sample.progress),
          (sample.seconds - before.seconds) / Double(sample.progress - before.progress)
        ))
      before = sample
    }
    return times
  }

  /// All three as parts of what they were in the first part that counts, so that growth leaves the line at 1.
  ///
  /// - Returns: `nil` if too little was seen.
  func picture(title: String) -> String? {
    let series = Quantity.allCases.compactMap { quantity -> LineChart.Series? in
      let points = points(quantity)
      guard let earlier = finding(quantity)?.earlier, earlier > 0 else { return nil }
      let name = quantity == .time ? "time per \(unit)" : quantity.rawValue
      let means = Self.means(points, stretches: 100)
      return LineChart.Series(name, means.map { (x: $0.progress, y: $0.value / earlier) })
    }
    guard series.count == Quantity.allCases.count else { return nil }
    return LineChart(
      title: title, xLabel: "\(unit)s", yLabel: "of what it was", series: series, isWide: true
    ).figure.map { PictureFile.text(of: $0) }
  }

  private static func means(
    _ points: [(progress: Double, value: Double)], stretches: Int
  ) -> [(progress: Double, value: Double)] {
    guard let end = points.last?.progress else { return [] }
    let groups = Dictionary(grouping: points) {
      min(stretches - 1, Int($0.progress / end * Double(stretches)))
    }
    return groups.sorted { $0.key < $1.key }.map { key, group in
      (
        end * (Double(key) + 0.5) / Double(stretches),
        group.reduce(0) { $0 + $1.value } / Double(group.count)
      )
    }
  }
}

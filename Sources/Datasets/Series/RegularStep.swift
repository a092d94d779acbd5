/// Finds the step that the rows of series are apart.
package struct RegularStep {
  package let step: TimeStep
  /// The share of neighbouring rows that are so far apart.
  package let share: Double

  /// - Parameters:
  ///   - times: ascending in each series, all of one kind.
  ///   - series: where each series lies among the times.
  /// - Returns: `nil` if no series has two rows.
  package init?(of times: [TimeValue], series: [Range<Int>]) {
    let pairs = series.reduce(0) { $0 + max(0, $1.count - 1) }
    guard pairs > 0 else { return nil }
    var numbers: [Double] = []
    var durations: [Int] = []
    var months: [Int] = []
    for range in series {
      for index in range.dropFirst() {
        switch (times[index - 1], times[index]) {
        case (.number(let first), .number(let second)): numbers.append(second - first)
        case (.moment(let first), .moment(let second)):
          durations.append(second - first)
          let count = TimeStep.months(from: first, to: second) ?? 0
          if count > 0 { months.append(count) }
        default: break
        }
      }
    }
    let count: Int
    if !numbers.isEmpty {
      numbers.sort()
      let run = Self.longestRun(numbers) { $1 <= $0 * (1 + TimeStep.tolerance) }
      step = TimeStep(.number, numbers[run.lowerBound + run.count / 2])
      count = run.count
    } else if months.count * 2 > pairs {
      months.sort()
      let run = Self.longestRun(months) { $0 == $1 }
      step = TimeStep(.month, Double(months[run.lowerBound]))
      count = run.count
    } else {
      durations.sort()
      let run = Self.longestRun(durations) { $0 == $1 }
      let seconds = Double(durations[run.lowerBound]) / Double(TimeValue.microsecondsPerSecond)
      step = TimeStep(.second, seconds)
      count = run.count
    }
    share = Double(count) / Double(pairs)
  }

  /// The longest run of sorted numbers that are all the same as its first; the first of several.
  private static func longestRun<Number>(
    _ numbers: [Number], _ isSame: (Number, Number) -> Bool
  ) -> Range<Int> {
    var longest = 0..<0
    var start = 0
    for end in numbers.indices {
      while !isSame(numbers[start], numbers[end]) { start += 1 }
      if end + 1 - start > longest.count { longest = start..<end + 1 }
    }
    return longest
  }
}

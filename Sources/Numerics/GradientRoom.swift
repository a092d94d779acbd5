/// Places of gradients, some of which follow each other in the same place.
///
/// Backward goes through the layers in reverse: what was planned later has been read before what was
/// planned earlier is written. A gradient whose reader and writer are both planned can therefore give its
/// place to those that are planned next. Places are in elements for each row.
struct GradientRoom: Sendable {
  /// The elements that all places need together.
  private(set) var end = 0
  /// Places given back, in order and apart from each other.
  private var free: [Range<Int>] = []
  /// For each mark that is open, what was free then and has not been taken since.
  private var untouched: [[Range<Int>]] = []
  /// What `end` stops at, so that sums do not overflow.
  private let bound: Int

  init(bound: Int) {
    self.bound = bound
  }

  /// The start of a place that nothing else uses, now or later.
  mutating func extend(_ count: Int) -> Int {
    defer { end = min(bound, end + count) }
    return end
  }

  /// The start of the smallest place that was given back and is large enough, or of a new one.
  mutating func take(_ count: Int) -> Int {
    guard let place = Self.place(for: count, in: free) else { return extend(count) }
    remove(place)
    return place.lowerBound
  }

  /// Gives a place back to those that are planned from now on.
  mutating func release(_ place: Range<Int>) {
    guard !place.isEmpty else { return }
    precondition(!free.contains { $0.overlaps(place) }, "a place is given back once")
    let next = free.firstIndex { $0.lowerBound > place.lowerBound } ?? free.endIndex
    free.insert(place, at: next)
    free = free.reduce(into: []) { joined, range in
      if let last = joined.last, last.upperBound == range.lowerBound {
        joined[joined.count - 1] = last.lowerBound..<range.upperBound
      } else {
        joined.append(range)
      }
    }
  }

  /// Notes what is free, for a gradient that will be read after all of those that are planned meanwhile.
  mutating func mark() {
    untouched.append(free)
  }

  /// The start of a place that nothing has used since the last mark, which is closed.
  mutating func takeUntouched(_ count: Int) -> Int {
    let places = untouched.popLast() ?? []
    guard let place = Self.place(for: count, in: places) else { return extend(count) }
    remove(place)
    return place.lowerBound
  }

  private static func place(for count: Int, in places: [Range<Int>]) -> Range<Int>? {
    let range = places.filter { $0.count >= count }.min { $0.count < $1.count }
    return range.map { $0.lowerBound..<$0.lowerBound + count }
  }

  private mutating func remove(_ place: Range<Int>) {
    free = Self.removing(place, from: free)
    untouched = untouched.map { Self.removing(place, from: $0) }
  }

  private static func removing(_ place: Range<Int>, from ranges: [Range<Int>]) -> [Range<Int>] {
    ranges.flatMap { range in
      guard range.overlaps(place) else { return [range] }
      let before = range.lowerBound..<max(range.lowerBound, place.lowerBound)
      let after = min(range.upperBound, place.upperBound)..<range.upperBound
      return [before, after].filter { !$0.isEmpty }
    }
  }
}

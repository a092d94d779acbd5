import Numerics

/// The order of the examples in an epoch: the pages of the file in random order, cut into windows, and the examples of
/// each window in random order. It is a function of the seed, the epoch and the layout.
///
/// With one window it is that of a set in memory.
struct PageOrder {
  let layout: PageLayout
  /// The pages in the order of their windows, ascending within each, as a disk reads them best.
  private let pages: [Int32]
  /// The place in the epoch at which each window begins; the last is that of its end.
  let starts: [Int]
  /// What the examples of windows are shuffled by; `nil` where all is in the order of the file.
  private let random: Random?

  /// - Parameter epoch: what the order is drawn for; `nil` leaves it as the file has it.
  init(_ layout: PageLayout, seed: UInt64 = 0, epoch: Int?) {
    self.layout = layout
    var pages = (0..<layout.pageCount).map { Int32($0) }
    if let epoch { Random(seed: seed, .pages, step: epoch).shuffle(&pages) }
    var starts = [0]
    for first in stride(from: 0, to: pages.count, by: layout.pagesPerWindow) {
      let window = first..<min(pages.count, first + layout.pagesPerWindow)
      pages[window].sort()
      starts.append(
        pages[window].reduce(starts[starts.count - 1]) { $0 + layout.examples(of: Int($1)).count })
    }
    self.pages = pages
    self.starts = starts
    random = epoch.map { Random(seed: seed, .shuffle, step: $0) }
  }

  /// The pages of a window.
  func pages(of window: Int) -> ArraySlice<Int32> {
    let first = window * layout.pagesPerWindow
    return pages[first..<min(pages.count, first + layout.pagesPerWindow)]
  }

  /// The window that holds a place of the epoch.
  func window(at place: Int) -> Int {
    var (low, high) = (0, starts.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= place { low = middle } else { high = middle }
    }
    return low
  }

  /// The places of a window in the epoch.
  func places(of window: Int) -> Range<Int> { starts[window]..<starts[window + 1] }

  /// Puts the examples of a window, counted within it, in their order.
  func order(_ window: Int, into examples: UnsafeMutableBufferPointer<Int32>) {
    for index in examples.indices { examples[index] = Int32(index) }
    // Other random numbers than those of any other window.
    random?.shuffle(examples, from: starts[window])
  }

  /// The example of the file that one of a window is, counted within it.
  func example(_ index: Int, of window: Int) -> Int32 {
    // Only the last page of the file may be shorter, and it is the last of its window.
    let pages = pages(of: window)
    let page = Int(pages[pages.startIndex + index / layout.pageExamples])
    return Int32(page * layout.pageExamples + index % layout.pageExamples)
  }
}

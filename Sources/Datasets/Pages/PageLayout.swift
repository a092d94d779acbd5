/// How the examples of a file are read: in pages, of which some at a time make a window that is in memory.
struct PageLayout: Equatable {
  let examples: Int
  /// Examples of a page; the last page may have fewer.
  let pageExamples: Int
  let pagesPerWindow: Int

  /// What is read at once from a disk at nearly its full speed, in bytes.
  private static let pageBytes = 1 << 20
  /// Pages of a window, so that its examples come from as many places of the file.
  private static let fewestPages = 16

  /// - Parameters:
  ///   - width: numbers of an example.
  ///   - memoryBytes: what the windows may take: all examples, or else two windows, of which one is read ahead.
  init(examples: Int, width: Int, memoryBytes: Int) {
    self.examples = examples
    // Its numbers, and its place in the order.
    let bytes = width * MemoryLayout<Float>.stride + MemoryLayout<Int32>.stride
    let fitsWhole = examples <= memoryBytes / bytes
    let window = max(1, fitsWhole ? examples : memoryBytes / 2 / bytes)
    pageExamples = max(1, min(Self.pageBytes / bytes, window / Self.fewestPages))
    pagesPerWindow = max(
      1, fitsWhole ? (window + pageExamples - 1) / pageExamples : window / pageExamples)
  }

  var pageCount: Int { (examples + pageExamples - 1) / pageExamples }
  var windowCount: Int { (pageCount + pagesPerWindow - 1) / pagesPerWindow }
  /// The most examples of a window.
  var windowExamples: Int { min(examples, pagesPerWindow * pageExamples) }

  /// The examples of a page.
  func examples(of page: Int) -> Range<Int> {
    page * pageExamples..<min(examples, (page + 1) * pageExamples)
  }

  /// What the windows take, in bytes.
  func memoryBytes(width: Int) -> Int {
    let bytes = width * MemoryLayout<Float>.stride + MemoryLayout<Int32>.stride
    return min(2, windowCount) * windowExamples * bytes
  }
}

/// Counts the lines of a text up to places that come one behind the other.
package struct LineCounter {
  private let contents: FileBytes
  private var offset = 0
  private var line = 1

  package init(_ contents: FileBytes) { self.contents = contents }

  /// The line, counted from 1, that holds the byte at an offset.
  ///
  /// - Precondition: it does not lie before the last one that was asked for.
  package mutating func line(at target: Int) -> Int {
    let bytes = contents.bytes
    while offset < target {
      if let next = bytes.offset(afterLineBreakAt: offset) {
        line += 1
        offset = next
      } else {
        offset += 1
      }
    }
    return line
  }
}

/// A text with a name, which turns byte offsets into lines and columns.
package final class SourceText: Sendable {
  /// As the user named it: a path, `-` for standard input, `--set` for an override.
  package let name: String
  package let bytes: [UInt8]
  /// The offset at which each line starts.
  private let lineStarts: [Int]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  package convenience init(name: String, _ text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// The place of a range of bytes; a range past the end stands for the end of the text.
  package func place(_ range: Range<Int>) -> Place {
    let start = min(max(0, range.lowerBound), bytes.count)
    let line = lineIndex(of: start)
    let lineStart = lineStarts[line]
    var lineEnd = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : bytes.count
    if lineEnd > lineStart, bytes[lineEnd - 1] == UInt8(ascii: "\r") { lineEnd -= 1 }
    let end = min(max(start, range.upperBound), max(start, lineEnd))
    let excerpt = excerpt(around: start, in: lineStart..<max(lineStart, lineEnd))
    return Place(
      file: name, line: line + 1, column: scalarCount(lineStart..<start) + 1,
      excerpt: String(decoding: bytes[excerpt], as: UTF8.self),
      excerptColumn: scalarCount(excerpt.lowerBound..<start) + 1, width: scalarCount(start..<end))
  }

  /// The part of a line that is worth keeping: a text without line breaks can have as many findings
  /// as it has words, and each would keep all of it.
  private func excerpt(around offset: Int, in line: Range<Int>) -> Range<Int> {
    var first = max(line.lowerBound, offset - 400)
    while first > line.lowerBound, first < offset, isContinuation(bytes[first]) { first += 1 }
    var last = max(first, min(line.upperBound, offset + 800))
    while last < line.upperBound, last > offset, isContinuation(bytes[last]) { last -= 1 }
    return first..<last
  }

  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// Counts lead bytes, so that invalid UTF-8 counts too instead of failing.
  private func scalarCount(_ range: Range<Int>) -> Int {
    bytes[range].reduce(0) { $0 + (isContinuation($1) ? 0 : 1) }
  }

  private func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}

/// A range of bytes in a text.
package struct Location: Sendable {
  package let source: SourceText
  package let range: Range<Int>

  package init(_ source: SourceText, _ range: Range<Int>) {
    self.source = source
    self.range = range
  }

  package var place: Place { source.place(range) }

  /// The first byte, such as the brace of an object.
  package var opening: Location {
    Location(source, range.lowerBound..<min(range.upperBound, range.lowerBound + 1))
  }
}

import Configuration

/// Works out lines and columns from byte offsets, fastest if the offsets ascend.
struct TextLocator {
  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private let firstLine: Int
  private let firstLineStart: Int
  private var line: Int
  private var lineStart: Int

  /// - Parameters:
  ///   - firstLineStart: an offset at which a line starts.
  ///   - firstLine: the number of that line, counted from 1.
  init(
    _ bytes: UnsafeRawBufferPointer, file: String, firstLineStart: Int, firstLine: Int = 1
  ) {
    self.bytes = bytes
    self.file = file
    self.firstLine = firstLine
    self.firstLineStart = firstLineStart
    line = firstLine
    lineStart = firstLineStart
  }

  /// The place of the `length` bytes at `offset`.
  mutating func place(at offset: Int, length: Int) -> Place {
    moveToLine(of: offset)
    let start = min(max(offset, lineStart), bytes.count)
    let lineEnd = endOfLine(from: start)
    let end = min(start + max(0, length), lineEnd)
    let column = scalarCount(lineStart..<start) + 1
    let width = max(1, scalarCount(start..<end))
    let isShifted = column + min(width, Self.shiftedColumn) > Self.longestExcerpt
    return Place(
      file: file, line: line, column: column, excerpt: excerpt(from: start, isShifted: isShifted),
      excerptColumn: isShifted ? Self.shiftedColumn : column, width: width)
  }

  private mutating func moveToLine(of offset: Int) {
    if offset < lineStart {
      line = firstLine
      lineStart = firstLineStart
    }
    let end = min(offset, bytes.count)
    var position = lineStart
    while position < end {
      guard let next = bytes.offset(afterLineBreakAt: position) else {
        position += 1
        continue
      }
      // The second half of CR LF still belongs to the line that it ends.
      guard next <= offset else { break }
      position = next
      lineStart = next
      line += 1
    }
  }

  private func endOfLine(from start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes.offset(afterLineBreakAt: end) == nil { end += 1 }
    return end
  }

  /// The line, cut to `longestExcerpt` scalars.
  ///
  /// Where that would cut the finding off, the excerpt starts with an ellipsis instead, and the
  /// finding stands at its column `shiftedColumn`.
  private func excerpt(from start: Int, isShifted: Bool) -> String {
    guard isShifted else {
      return cut(lineStart..<endOfLine(from: start), to: Self.longestExcerpt)
    }
    let kept = String(decoding: bytes[lineStart..<start], as: UTF8.self)
      .unicodeScalars.suffix(Self.shiftedColumn - 2)
    let rest = cut(
      start..<endOfLine(from: start), to: Self.longestExcerpt - Self.shiftedColumn + 1)
    return "…" + String(kept) + rest
  }

  private func cut(_ range: Range<Int>, to longest: Int) -> String {
    // No scalar takes more than four bytes.
    let near = range.prefix(4 * longest)
    let scalars = String(decoding: bytes[near], as: UTF8.self).unicodeScalars
    return String(String.UnicodeScalarView(scalars.prefix(longest)))
  }

  private func scalarCount(_ range: Range<Int>) -> Int {
    String(decoding: bytes[range], as: UTF8.self).unicodeScalars.count
  }

  static let longestExcerpt = 200
  /// The column of the finding in an excerpt that was shifted, counted from 1.
  static let shiftedColumn = 62
}

import Configuration

/// Columns of text, aligned. A cell is on one line and holds nothing that a terminal would obey.
struct TextTable {
  enum Alignment {
    case left
    case right
  }

  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// Texts are not cut shorter than so.
  private static let shortestText = 12

  init(_ alignments: [Alignment]) { self.alignments = alignments }

  mutating func add(_ cells: String...) { add(cells) }

  mutating func add(_ cells: [String]) { rows.append(cells.map(TerminalText.line)) }

  /// - Parameter width: that lines have to fit, in characters: the widest texts are cut first, and columns for which
  ///   there is no room then stand below the others, behind the first column again. `nil` for lines as long as they are.
  func lines(indentation: Int = 2, width: Int? = nil) -> [String] {
    let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let room = width.map { max(1, $0 - indentation) } ?? .max
    guard Self.length(of: widths) > room else {
      return lines(of: Array(widths.indices), widths, indentation)
    }
    let cut = cut(widths, to: room)
    let blocks = blocks(of: cut, in: room)
    return blocks.enumerated().flatMap { index, columns in
      (index > 0 ? [""] : []) + lines(of: columns, cut, indentation)
    }
  }

  private static func length(of widths: some Collection<Int>) -> Int {
    widths.reduce(0, +) + 2 * max(0, widths.count - 1)
  }

  /// The widths of columns when texts are at most so long that all fit, or as short as they may be.
  private func cut(_ widths: [Int], to room: Int) -> [Int] {
    func limited(_ most: Int) -> [Int] {
      zip(widths, alignments).map { $1 == .left ? min($0, most) : $0 }
    }
    var most = widths.max() ?? 0
    while most > Self.shortestText, Self.length(of: limited(most)) > room { most -= 1 }
    // What is too long for a line of its own beside the first column, which is at most half of one, is cut in any case.
    let first = min(limited(most).first ?? 0, max(1, (room - 2) / 2))
    return limited(most).enumerated().map { index, width in
      index == 0 ? first : min(width, max(1, room - first - 2))
    }
  }

  /// The columns that stand side by side.
  private func blocks(of widths: [Int], in room: Int) -> [[Int]] {
    var blocks: [[Int]] = [[0]]
    for column in widths.indices.dropFirst() {
      let block = blocks[blocks.count - 1]
      if block.count > 1, Self.length(of: (block + [column]).map { widths[$0] }) > room {
        blocks.append([0, column])
      } else {
        blocks[blocks.count - 1].append(column)
      }
    }
    return blocks
  }

  private func lines(of columns: [Int], _ widths: [Int], _ indentation: Int) -> [String] {
    rows.map { row in
      let cells = columns.map { column in
        let cell = Self.shortened(row[column], to: widths[column])
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return alignments[column] == .left ? cell + padding : padding + cell
      }
      var line = String(repeating: " ", count: indentation) + cells.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }

  /// A text without its middle, for names and paths differ at their ends.
  private static func shortened(_ text: String, to width: Int) -> String {
    guard text.count > width else { return text }
    let mark = TerminalCharset.isUTF8 ? "…" : "~"
    let tail = (width - 1) / 2
    return text.prefix(width - 1 - tail) + mark + text.suffix(tail)
  }
}

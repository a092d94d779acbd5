/// Dots in a grid of characters: eight in each in Braille, or one asterisk.
struct DotCanvas {
  let columns: Int
  let rows: Int
  private let isASCII: Bool
  /// For each character, row by row, its dots as the bits of Braille.
  private var cells: [UInt8]

  /// The bits of a character's dots: rows from above, each from the left.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  init(columns: Int, rows: Int, isASCII: Bool) {
    self.columns = columns
    self.rows = rows
    self.isASCII = isASCII
    cells = Array(repeating: 0, count: columns * rows)
  }

  private var dotColumns: Int { isASCII ? 1 : 2 }
  private var dotRows: Int { isASCII ? 1 : 4 }
  var dotWidth: Int { columns * dotColumns }
  var dotHeight: Int { rows * dotRows }

  /// A straight line; both ends are drawn, and nothing outside the grid.
  mutating func draw(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) {
    let steps = max(abs(end.x - start.x), abs(end.y - start.y))
    for step in 0...steps {
      let share = steps == 0 ? 0 : Double(step) / Double(steps)
      let x = Int((Double(start.x) + share * Double(end.x - start.x)).rounded())
      let y = Int((Double(start.y) + share * Double(end.y - start.y)).rounded())
      guard (0..<dotWidth).contains(x), (0..<dotHeight).contains(y) else { continue }
      cells[y / dotRows * columns + x / dotColumns] |= Self.bits[y % dotRows][x % dotColumns]
    }
  }

  /// The dots of a character as the bits of Braille.
  func dots(_ row: Int, _ column: Int) -> UInt8 { cells[row * columns + column] }

  func line(_ row: Int) -> String {
    String((0..<columns).map { Self.character(dots(row, $0), isASCII: isASCII) })
  }

  /// The characters from U+2800 hold eight dots, one a bit: the columns from above, and then the fourth row.
  static func character(_ dots: UInt8, isASCII: Bool) -> Character {
    guard dots != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(dots)) else { return " " }
    return isASCII ? "*" : Character(scalar)
  }
}

import CLanes

/// A factor of products in bfloat16, rounded and in tiles as these read it: panels of sixteen lines, which are rows of
/// a left factor and columns of a right one, each tile by tile along the depth. Shape `lines × depth`; both are filled
/// up with zeros.
///
/// Two numbers take the place of one in single precision, so that memory is counted in those.
package struct BFloat16Panels {
  let words: UnsafePointer<Float>
  /// Tiles along the depth.
  let depthTiles: Int

  /// Lines of a panel.
  package static let lines = 16
  /// Numbers of the depth that a tile has.
  package static let depthOfTile = 32
  static let tileWords = Int(tiles_words)

  /// Elements from a panel to the next.
  var panelStride: Int { depthTiles * Self.tileWords }

  /// The panels from a line on, the first of one.
  func from(line: Int) -> UnsafePointer<Float> { words + line / Self.lines * panelStride }

  package static func depthTiles(_ depth: Int) -> Int { (depth + depthOfTile - 1) / depthOfTile }

  /// Panels of so many lines. Products take the columns of two at a time, so that there are as many.
  static func panels(_ lines: Int) -> Int { (lines + 2 * Self.lines - 1) / (2 * Self.lines) * 2 }

  /// Elements of so many lines.
  package static func elements(lines: Int, depth: Int) -> Int {
    panels(lines) * depthTiles(depth) * tileWords
  }
}

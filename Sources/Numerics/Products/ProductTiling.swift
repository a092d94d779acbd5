/// A block of the result of a product.
package struct ProductTile {
  package let rows: Range<Int>
  package let columns: Range<Int>
}

/// How the result of a product is cut into equal blocks.
struct ProductTiling {
  private let rows: Int
  private let columns: Int
  private let rowTile: Int
  private let columnTile: Int

  /// - Parameters:
  ///   - rowParts, columnParts: how many parts each side has, at most.
  ///   - multiple: what the sides of a block are multiples of, where there are several.
  init(
    rows: Int, columns: Int, rowParts: Int, multiple rowMultiple: Int, columnParts: Int,
    multiple columnMultiple: Int
  ) {
    self.rows = rows
    self.columns = columns
    rowTile = Self.part(rows, rowParts, multiple: rowMultiple)
    columnTile = Self.part(columns, columnParts, multiple: columnMultiple)
  }

  var count: Int { (rows + rowTile - 1) / rowTile * columnTiles }
  private var columnTiles: Int { (columns + columnTile - 1) / columnTile }

  func tile(_ index: Int) -> ProductTile {
    let row = index / columnTiles * rowTile
    let column = index % columnTiles * columnTile
    return ProductTile(
      rows: row..<min(rows, row + rowTile), columns: column..<min(columns, column + columnTile))
  }

  private static func part(_ count: Int, _ parts: Int, multiple: Int) -> Int {
    guard parts > 1 else { return max(1, count) }
    return ((count + parts - 1) / parts + multiple - 1) / multiple * multiple
  }
}

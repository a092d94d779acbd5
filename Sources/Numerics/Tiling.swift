/// How elementwise passes and sums are cut into tiles: by their size alone, never by the number of threads.
package enum Tiling {
  /// Elements of an elementwise pass in one tile: enough to outweigh the handover, few enough to
  /// stay in the second-level cache.
  package static let elements = 16_384

  /// The tiles of an elementwise pass over `count` elements.
  package static func tiles(elements count: Int, of size: Int = elements) -> Int {
    max(1, (count + size - 1) / size)
  }

  /// Rows in one tile of a pass over rows of `width` elements.
  package static func rowsPerTile(width: Int) -> Int {
    max(1, elements / max(1, width))
  }
}

extension Tiling {
  /// The elements of one tile of an elementwise pass.
  package static func range(of tile: Int, count: Int, size: Int = elements) -> Range<Int> {
    let first = min(count, tile * size)
    return first..<min(count, first + size)
  }
}

import Numerics
import Testing

struct TilingTests {
  @Test func tilesCoverAllElements() {
    #expect(Tiling.tiles(elements: 0) == 1)
    #expect(Tiling.tiles(elements: 1) == 1)
    #expect(Tiling.tiles(elements: Tiling.elements) == 1)
    #expect(Tiling.tiles(elements: Tiling.elements + 1) == 2)
    #expect(Tiling.tiles(elements: 10, of: 3) == 4)
  }

  @Test func rowsPerTileAreAtLeastOne() {
    #expect(Tiling.rowsPerTile(width: 0) == Tiling.elements)
    #expect(Tiling.rowsPerTile(width: 1000) == 16)
    #expect(Tiling.rowsPerTile(width: 10_000_000) == 1)
  }
}

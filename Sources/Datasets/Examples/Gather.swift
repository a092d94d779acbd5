import Numerics

/// Copies examples of a matrix, in any order, to a batch.
struct Gather: TileKernel {
  private let reader: ExampleReader
  private let rows: UnsafePointer<Int32>
  private let count: Int
  private let target: UnsafeMutablePointer<Float>

  init(
    _ matrix: ExampleMatrix, rows: UnsafePointer<Int32>, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    self.init(ExampleReader(matrix), rows: rows, count: count, into: target)
  }

  init(
    _ reader: ExampleReader, rows: UnsafePointer<Int32>, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    self.reader = reader
    self.rows = rows
    self.count = count
    self.target = target
  }

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: reader.width) }
  var tileCount: Int { (count + rowsPerTile - 1) / rowsPerTile }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: Gather.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let width = reader.width
    let first = tile * rowsPerTile
    for index in first..<min(count, first + rowsPerTile) {
      reader.copy(Int(rows[index]), 0..<width, to: target + index * width)
    }
  }
}

extension ThreadPool {
  func run(_ gather: Gather) { run(gather, tiles: gather.tileCount) }
}

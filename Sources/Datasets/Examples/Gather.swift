import Numerics

/// Copies rows of a feature matrix, in any order, to a batch.
struct Gather: TileKernel {
  private let floats: UnsafePointer<Float>?
  private let bytes: UnsafePointer<UInt8>?
  private let offset: UnsafePointer<Float>?
  private let factor: UnsafePointer<Float>?
  private let width: Int
  private let rows: UnsafePointer<Int32>
  private let count: Int
  private let target: UnsafeMutablePointer<Float>

  init(
    _ matrix: FeatureMatrix, rows: UnsafePointer<Int32>, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    switch matrix.storage {
    case .floats(let values):
      (floats, bytes, offset, factor) = (UnsafePointer(values), nil, nil, nil)
    case .bytes(let values, _, let offset, let factor):
      floats = nil
      bytes = values.baseAddress?.assumingMemoryBound(to: UInt8.self)
      self.offset = UnsafePointer(offset)
      self.factor = UnsafePointer(factor)
    }
    width = matrix.width
    self.rows = rows
    self.count = count
    self.target = target
  }

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: width) }
  var tileCount: Int { (count + rowsPerTile - 1) / rowsPerTile }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: Gather.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let width = width
    let first = tile * rowsPerTile
    for index in first..<min(count, first + rowsPerTile) {
      let source = Int(rows[index]) * width
      let row = target + index * width
      if let floats {
        row.update(from: floats + source, count: width)
      } else if let bytes, let offset, let factor {
        let values = bytes + source
        for column in 0..<width {
          row[column] = (Float(values[column]) - offset[column]) * factor[column]
        }
      }
    }
  }
}

extension ThreadPool {
  func run(_ gather: Gather) { run(gather, tiles: gather.tileCount) }
}

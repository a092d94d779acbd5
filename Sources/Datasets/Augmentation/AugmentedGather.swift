import Numerics

/// Copies images of a matrix, in any order, to a batch, each changed at random.
struct AugmentedGather: TileKernel {
  private let reader: ExampleReader
  private let augmentation: ImageAugmentation
  private let random: Random
  private let rows: UnsafePointer<Int32>
  private let count: Int
  private let scratch: Scratch
  private let target: UnsafeMutablePointer<Float>

  init(
    _ matrix: ExampleMatrix, _ augmentation: ImageAugmentation, _ random: Random,
    rows: UnsafePointer<Int32>, count: Int, scratch: Scratch,
    into target: UnsafeMutablePointer<Float>
  ) {
    reader = ExampleReader(matrix)
    self.augmentation = augmentation
    self.random = random
    self.rows = rows
    self.count = count
    self.scratch = scratch
    self.target = target
  }

  /// A pixel costs several times what it does to copy it.
  private var rowsPerTile: Int { Tiling.rowsPerTile(width: 8 * reader.width) }
  var tileCount: Int { (count + rowsPerTile - 1) / rowsPerTile }

  static var entry: TileFunction {
    { context, tile, worker in
      context.assumingMemoryBound(to: AugmentedGather.self).pointee.run(tile, worker)
    }
  }

  private func run(_ tile: Int, _ worker: Int) {
    let image = augmentation.framed(in: scratch[worker])
    let lineWidth = image.width * image.channels
    let first = tile * rowsPerTile
    for index in first..<min(count, first + rowsPerTile) {
      let row = Int(rows[index])
      for line in 0..<image.height {
        reader.copy(row, line * lineWidth..<(line + 1) * lineWidth, to: image.row(line))
      }
      image.apply(
        augmentation.transform(row: row, random), into: target + index * reader.width)
    }
  }
}

extension ThreadPool {
  /// - Precondition: the scratch memory has room for one image of the augmentation.
  func run(_ gather: AugmentedGather) { run(gather, tiles: gather.tileCount) }
}

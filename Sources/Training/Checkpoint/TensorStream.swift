import Datasets
import Numerics

/// Arrays seen as one run of bytes.
struct TensorStream {
  fileprivate struct Piece {
    let start: UnsafeRawPointer
    /// Where it begins in the run.
    let offset: Int
    let count: Int
  }

  private let pieces: [Piece]
  let byteCount: Int

  init(_ tensors: [StateArchive.Tensor]) {
    var pieces: [Piece] = []
    var offset = 0
    for tensor in tensors {
      guard let start = tensor.bytes.baseAddress else { continue }
      pieces.append(Piece(start: start, offset: offset, count: tensor.bytes.count))
      offset += tensor.bytes.count
    }
    self.pieces = pieces
    byteCount = offset
  }

  /// Copies a part, a block of the checksum in each tile.
  ///
  /// - Parameters:
  ///   - range: begins at a whole block.
  ///   - sum: given the sum of each block, in order.
  func copy(
    _ range: Range<Int>, to target: UnsafeMutableRawPointer, pool: ThreadPool,
    sum: (UInt64) -> Void
  ) {
    let blocks = (range.count + BlockChecksum.blockBytes - 1) / BlockChecksum.blockBytes
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: blocks) { sums in
      pieces.withUnsafeBufferPointer { pieces in
        guard let sums = sums.baseAddress, let first = pieces.baseAddress else { return }
        pool.run(
          CopyAndSum(
            pieces: first, pieceCount: pieces.count, range: range, target: target, sums: sums),
          tiles: blocks)
      }
      for block in 0..<blocks { sum(sums[block]) }
    }
  }
}

/// Copies a block of a run of pieces and sums it while it is in cache.
private struct CopyAndSum: TileKernel {
  let pieces: UnsafePointer<TensorStream.Piece>
  let pieceCount: Int
  let range: Range<Int>
  let target: UnsafeMutableRawPointer
  /// One a block.
  let sums: UnsafeMutablePointer<UInt64>

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: CopyAndSum.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let first = range.lowerBound + tile * BlockChecksum.blockBytes
    let end = min(range.upperBound, first + BlockChecksum.blockBytes)
    let block = target + (first - range.lowerBound)
    for index in 0..<pieceCount {
      let piece = pieces[index]
      let from = max(first, piece.offset)
      let to = min(end, piece.offset + piece.count)
      guard from < to else { continue }
      // Nearly all blocks lie within one array.
      if from == first, to == end, (to - from) % 64 == 0 {
        sums[tile] = BlockChecksum.copy(
          piece.start + (from - piece.offset), to: block, count: to - from)
        return
      }
      (block + (from - first)).copyMemory(
        from: piece.start + (from - piece.offset), byteCount: to - from)
    }
    sums[tile] = BlockChecksum.sum(UnsafeRawBufferPointer(start: block, count: end - first))
  }
}

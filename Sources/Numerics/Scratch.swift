import Glibc

/// Memory that a tile may use until it ends: a block for each worker of a pool, which stays in the
/// caches of its processor from tile to tile.
///
/// Blocks grow to what was asked for last and keep their size, so that a second pass over the same
/// shapes takes no memory.
package final class Scratch: @unchecked Sendable {
  private var blocks: [UnsafeMutablePointer<Float>]
  private var capacity = 0

  init(workers: Int) {
    blocks = (0..<workers).map { _ in Self.allocate(0) }
  }

  deinit {
    for block in blocks { free(block) }
  }

  /// Makes room for so many elements for each worker; called by the thread that hands out work,
  /// while no tile runs. What the blocks held is lost if they grow.
  package func reserve(elements: Int) {
    guard elements > capacity else { return }
    for index in blocks.indices {
      free(blocks[index])
      blocks[index] = Self.allocate(elements)
    }
    capacity = elements
  }

  /// The block of a worker, on a cache line.
  package subscript(worker: Int) -> UnsafeMutablePointer<Float> { blocks[worker] }

  private static func allocate(_ elements: Int) -> UnsafeMutablePointer<Float> {
    var block: UnsafeMutableRawPointer?
    let bytes = max(64, elements * MemoryLayout<Float>.stride)
    let status = posix_memalign(&block, 64, bytes)
    guard status == 0, let block else {
      preconditionFailure("no memory for \(bytes) bytes of scratch")
    }
    return block.assumingMemoryBound(to: Float.self)
  }
}

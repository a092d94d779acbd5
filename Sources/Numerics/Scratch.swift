import Glibc

/// Memory that a tile may use until it ends: a block for each worker of a pool, which stays in the
/// caches of its processor from tile to tile.
///
/// Blocks grow to what was asked for last and keep their size, so that a second pass over the same
/// shapes takes no memory.
package final class Scratch: @unchecked Sendable {
  private var blocks: [UnsafeMutablePointer<Float>?]
  private var capacity = 0

  init(workers: Int) {
    blocks = Array(repeating: nil, count: workers)
  }

  deinit {
    for block in blocks { free(block) }
  }

  /// Makes room for so many elements for each worker; called by the thread that hands out work,
  /// while no tile runs. What the blocks held is lost if they grow.
  ///
  /// - Throws: `OutOfMemory` if the system does not give it.
  package func reserve(elements: Int) throws(Memory.OutOfMemory) {
    guard elements > capacity else { return }
    for index in blocks.indices {
      guard let block = Self.allocate(elements) else {
        throw Memory.OutOfMemory(byteCount: blocks.count * elements * MemoryLayout<Float>.stride)
      }
      free(blocks[index])
      blocks[index] = block
    }
    capacity = elements
  }

  /// The block of a worker, on a cache line.
  ///
  /// - Precondition: room was reserved.
  package subscript(worker: Int) -> UnsafeMutablePointer<Float> {
    guard let block = blocks[worker] else { preconditionFailure("no scratch memory was reserved") }
    return block
  }

  private static func allocate(_ elements: Int) -> UnsafeMutablePointer<Float>? {
    var block: UnsafeMutableRawPointer?
    let status = posix_memalign(&block, 64, elements * MemoryLayout<Float>.stride)
    return status == 0 ? block?.assumingMemoryBound(to: Float.self) : nil
  }
}

import Configuration
import Datasets
import Dispatch
import Glibc
import Numerics

/// Writes files of many arrays while training goes on.
///
/// The arrays are copied into staging memory by the pool, which sums them for the checksum as they pass, and a
/// thread of its own brings them to the disk. What fits into the staging memory goes in one piece and costs
/// training the copying only; of more, training waits for the disk while both areas are in use. The disk reads the
/// staging memory itself where the file system allows it (`O_DIRECT`), since copying to the page cache would take
/// as long as a short epoch's share.
///
/// `write` is called from one thread.
final class CheckpointWriter: @unchecked Sendable {
  /// Staging memory: two areas of this size, in bytes, as far as they are needed.
  private static let areaBytes = 4 << 20
  private static let pageBytes = 4096
  private static let largePageBytes = 2 << 20

  private let thread = BackgroundThread()
  /// What is on its way.
  private let pending = DispatchGroup()
  private let freeAreas = DispatchSemaphore(value: 2)
  private let areas: UnsafeMutableRawPointer
  private let pool: ThreadPool
  private var nextArea = 0
  private let finished = Locked(Finished())

  private struct Finished {
    var failure: Failure?
    /// Processor time of the thread that writes, in seconds.
    var seconds = 0.0
  }

  /// The most memory that writing so many bytes takes.
  static func stagingBytes(for bytes: Int) -> Int { min(bytes, 2 * areaBytes) }

  init(pool: ThreadPool) {
    self.pool = pool
    // Pages that are never touched cost nothing.
    areas = .allocate(byteCount: 2 * Self.areaBytes, alignment: Self.largePageBytes)
  }

  deinit {
    pending.wait()
    areas.deallocate()
  }

  /// Waits until everything is on the disk.
  ///
  /// - Returns: what went wrong since this was called last, and the processor time that writing took.
  func wait() -> (failure: Failure?, seconds: Double) {
    pending.wait()
    return finished.withLock { finished in
      defer { finished = Finished() }
      return (finished.failure, finished.seconds)
    }
  }

  var isBusy: Bool { pending.wait(timeout: .now()) == .timedOut }

  /// Begins to write a file; what was begun before is finished first. The tensors may change as soon as this
  /// returns.
  ///
  /// - Parameters:
  ///   - temporary: the name of the file until it is whole. One that has this name is written over, in the blocks
  ///     that the disk has given it already.
  ///   - folder: that of both names.
  ///   - before: what has to be on the disk before the file may get its name.
  ///   - after: called on another thread once it has.
  func write(
    to path: String, temporary: String, in folder: OpenFolder, metadata: [JSONMember],
    tensors: [StateArchive.Tensor],
    before: @escaping @Sendable () throws -> Void, after: @escaping @Sendable () -> Void
  ) {
    pending.wait()
    nextArea = 0
    let tensors = tensors + StatePadding.tensors(behind: tensors, page: Self.pageBytes)
    var header = SafetensorsHeader(
      metadata: metadata,
      tensors: tensors.map {
        .init(name: $0.name, type: $0.type, shape: [$0.bytes.count / 4], byteCount: $0.bytes.count)
      }, checksum: .fletcher, alignment: Self.pageBytes
    ).bytes
    let file = CheckpointOutput(path: path, temporary: temporary, folder: folder)
    let stream = TensorStream(tensors)
    let length = header.count + stream.byteCount
    // Large pages make it quick to hand them to the disk, and are a waste for less than one.
    let isLarge = length >= Self.largePageBytes
    madvise(
      areas, 2 * Self.areaBytes, isLarge ? 14 /* MADV_HUGEPAGE */ : 15 /* MADV_NOHUGEPAGE */)
    var checksum = BlockChecksum()
    header.withUnsafeBytes { checksum.add($0) }
    // The header comes last, since the checksum stands in it.
    let headerBytes = header.count
    let isOnePiece = length <= 2 * Self.areaBytes
    if isOnePiece {
      for _ in 0..<2 { freeAreas.wait() }
      stream.copy(0..<stream.byteCount, to: areas + headerBytes, pool: pool) { checksum.add($0) }
    } else {
      inPieces(of: stream.byteCount, at: headerBytes, of: file) { range, area in
        stream.copy(range, to: area, pool: pool) { checksum.add($0) }
      }
    }
    SafetensorsChecksum.fletcher.seal(&header, with: checksum.hexadecimal)
    if isOnePiece {
      UnsafeMutableRawBufferPointer(start: areas, count: headerBytes).copyBytes(from: header)
      let whole = StagedBytes(start: areas, count: length)
      enqueue { [freeAreas] in
        defer { for _ in 0..<2 { freeAreas.signal() } }
        try file.write(whole, at: 0)
      }
    } else {
      inPieces(of: headerBytes, at: 0, of: file) { range, area in
        UnsafeMutableRawBufferPointer(start: area, count: range.count)
          .copyBytes(from: header[range])
      }
    }
    enqueue {
      try before()
      if try file.finish(length: length) { after() }
    }
  }

  /// Stages so many bytes in one area after the other, and has each written.
  private func inPieces(
    of count: Int, at position: Int, of file: CheckpointOutput,
    stage: (Range<Int>, UnsafeMutableRawPointer) -> Void
  ) {
    for offset in stride(from: 0, to: count, by: Self.areaBytes) {
      let range = offset..<min(count, offset + Self.areaBytes)
      let area = takeArea()
      stage(range, area)
      let piece = StagedBytes(start: area, count: range.count)
      enqueue { [freeAreas] in
        defer { freeAreas.signal() }
        try file.write(piece, at: position + offset)
      }
    }
  }

  private func takeArea() -> UnsafeMutableRawPointer {
    freeAreas.wait()
    defer { nextArea = 1 - nextArea }
    return areas + nextArea * Self.areaBytes
  }

  private func enqueue(_ body: @escaping @Sendable () throws -> Void) {
    pending.enter()
    // Whoever trains lets go of the writer, and of the pool with it: the thread would else come to be the last that holds them,
    // and end the threads of the pool while the process ends.
    thread.run { [pending, finished] in
      defer { pending.leave() }
      let start = Self.processorSeconds
      var failure: Failure?
      do {
        try body()
      } catch let found as Failure {
        failure = found
      } catch {
        failure = Failure(Diagnostic(.error, .writeFailed, code: "unexpected", "\(error)"))
      }
      let seconds = Self.processorSeconds - start
      finished.withLock {
        $0.seconds += seconds
        $0.failure = $0.failure ?? failure
      }
    }
  }

  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A part of the staging memory, which belongs to the thread that writes until the area is free again.
struct StagedBytes: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  let count: Int
}

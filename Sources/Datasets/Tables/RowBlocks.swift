import Configuration
import Numerics

/// Encodes the rows of a text that is here as a whole, a block of parts at a time, each part by any thread of a pool.
///
/// A part holds whole rows and is encoded or it is not: what is wrong in it is found by who goes through its rows one by
/// one, so that messages, places and their order are the same as in a text that arrives.
package final class RowBlocks {
  /// Rows that follow each other.
  package struct Part {
    /// Where they stand in the text.
    package let range: Range<Int>
    /// How many of them were encoded.
    package let count: Int
    /// Shape `count × width of the encoding`; valid until the next block.
    package let inputs: UnsafePointer<Float>
    /// Whether all of them were.
    package let isWhole: Bool
  }

  /// Large enough to outweigh the handover, and small enough for the caches.
  private static let partBytes = 128 << 10
  private static let partsPerThread = 4

  private let contents: FileBytes
  private let workers: [RowBlockWorker]
  private let pool: ThreadPool
  private var offset: Int

  /// - Parameters:
  ///   - offset: where the first row starts.
  ///   - encoder: what each thread encodes with.
  /// - Returns: `nil` if the text cannot be cut without reading it: a quote may hold line breaks.
  package init?(
    _ contents: FileBytes, from offset: Int, encoding: TableEncoding, encoder: RowEncoder,
    pool: ThreadPool
  ) {
    let dialect = encoding.dialect(of: contents)
    guard contents.bytes.firstOffset(of: dialect.quote, from: offset) == nil else { return nil }
    self.contents = contents
    self.offset = offset
    self.pool = pool
    workers = (0..<pool.threadCount * Self.partsPerThread).map { _ in
      RowBlockWorker(contents, dialect: dialect, encoder: encoder, width: encoding.width)
    }
  }

  /// Encodes the next block.
  ///
  /// - Returns: its parts in the order of the text; none at the end.
  package func next() -> [Part] {
    var busy = 0
    while busy < workers.count, offset < contents.bytes.count {
      let nominal = min(contents.bytes.count, offset + Self.partBytes)
      let end =
        contents.bytes.firstOffset(of: ASCII.lineFeed, from: nominal).map { $0 + 1 }
        ?? contents.bytes.count
      workers[busy].range = offset..<end
      offset = end
      busy += 1
    }
    workers.withUnsafeBufferPointer { workers in
      if let first = workers.baseAddress, busy > 0 {
        pool.run(RowBlockKernel(workers: first), tiles: busy)
      }
    }
    return workers[..<busy].map(\.part)
  }

  /// How often something took the place of a missing value, by the column, in what was encoded whole.
  package func addFilledIn(to encoder: inout RowEncoder) {
    for worker in workers { encoder.addFilledIn(of: worker.counted) }
  }
}

/// A tile is a part.
private struct RowBlockKernel: TileKernel {
  let workers: UnsafePointer<RowBlockWorker>

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: RowBlockKernel.self).pointee.workers[tile].run()
    }
  }
}

/// What encodes a part, and where its numbers go.
private final class RowBlockWorker {
  var range = 0..<0
  /// With the counts of all parts that were encoded whole.
  private(set) var counted: RowEncoder
  private let contents: FileBytes
  private let dialect: CSVDialect
  private let width: Int
  private var row = CSVRow()
  private var storage: UnsafeMutablePointer<Float>
  private var capacity: Int
  private var count = 0
  private var isWhole = false

  init(_ contents: FileBytes, dialect: CSVDialect, encoder: RowEncoder, width: Int) {
    self.contents = contents
    self.dialect = dialect
    self.width = width
    counted = encoder
    counted.forgetFilledIn()
    capacity = 1024
    storage = .allocate(capacity: capacity * width)
  }

  deinit { storage.deallocate() }

  var part: RowBlocks.Part {
    RowBlocks.Part(range: range, count: count, inputs: storage, isWhole: isWhole)
  }

  func run() {
    let before = counted
    count = 0
    isWhole = (try? encodeRows()) != nil
    if !isWhole { counted = before }
  }

  private func encodeRows() throws {
    let bytes = UnsafeRawBufferPointer(rebasing: contents.bytes[..<range.upperBound])
    guard let base = bytes.baseAddress else { return }
    var scanner = CSVRowScanner(dialect: dialect, file: contents.name, line: 1)
    let plainRows = counted.plainColumns.map {
      PlainRowReader($0, dialect: dialect, missing: counted.missing, end: base + bytes.count)
    }
    var offset = range.lowerBound
    while offset < bytes.count {
      if count == capacity { grow() }
      var position = base + offset
      if let plainRows, plainRows.encode(at: &position, into: storage + count * width) {
        offset = position - base
      } else {
        let outcome = try scanner.nextRow(in: bytes, from: &offset, isFinal: true, into: &row)
        guard outcome == .row else { return }
        try counted.encode(row, into: storage + count * width)
      }
      count += 1
    }
  }

  private func grow() {
    let larger = UnsafeMutablePointer<Float>.allocate(capacity: 2 * capacity * width)
    larger.update(from: storage, count: capacity * width)
    storage.deallocate()
    storage = larger
    capacity *= 2
  }
}

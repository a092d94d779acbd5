/// Windows that follow each other, handed out so that row i of a batch continues row i of the batch
/// before: for networks that carry their state.
///
/// The windows are cut into streams as long as there are batches, and batch k holds window k of every
/// stream. Only the last stream may be shorter, so that those which go on are always the first rows.
package struct ParallelStreams: Sendable {
  /// Windows in a stream: as many as there are batches.
  package let batchCount: Int
  private let streams: Int
  private let lastLength: Int

  /// - Parameters:
  ///   - count: the windows.
  ///   - size: the most streams.
  ///   - dropsLast: whether windows are left out so that all streams are equally long and as many as
  ///     wanted.
  package init(count: Int, size: Int, dropsLast: Bool = false) {
    let length = dropsLast ? count / size : (count + size - 1) / size
    batchCount = length
    streams = length == 0 ? 0 : dropsLast ? size : (count + length - 1) / length
    lastLength = dropsLast ? length : count - max(0, streams - 1) * length
  }

  /// The streams that have a window for a batch.
  package func rowCount(of batch: Int) -> Int {
    batch < lastLength ? streams : streams - 1
  }

  /// The windows of all batches before one.
  package func start(of batch: Int) -> Int {
    batch * streams - max(0, batch - lastLength)
  }

  /// The window of a row of a batch.
  package func window(_ batch: Int, row: Int) -> Int { row * batchCount + batch }
}

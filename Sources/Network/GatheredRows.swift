import Numerics

/// The rows of a batch that several ranks computed, brought together.
///
/// The gradient of a parameter is a sum over rows, and a sum of what each rank added up for itself is rounded otherwise than
/// the sum of one process, which training makes grow. With the rows of all, ranks divide the parameters among them instead,
/// and add up what one process adds up, in its order.
package final class GatheredRows: @unchecked Sendable {
  /// A gradient of which each rank has its share of the rows.
  package struct SharedGradient {
    package let values: UnsafeMutableBufferPointer<Float>
    /// Numbers in a row.
    package let width: Int
  }

  private let ranks: any Communicator
  /// The examples of a batch, the last one of an epoch aside.
  private let batchSize: Int
  private var rooms: [UnsafeMutableBufferPointer<Float>] = []

  /// What may be gathered for parameters whose gradient is smaller, in bytes.
  private static let mostBytes = 4 << 20

  /// What backward left so, by the first value.
  package private(set) var sharedGradients: [UnsafeMutablePointer<Float>: SharedGradient] = [:]

  /// - Parameter batchSize: the examples of a batch, the last one of an epoch aside.
  package init(_ ranks: any Communicator, batchSize: Int) {
    self.ranks = ranks
    self.batchSize = batchSize
  }

  /// Takes notice that each rank has its share of the rows of a gradient.
  ///
  /// - Returns: whether that is new.
  func share(_ gradient: UnsafeMutablePointer<Float>, rows: Int, width: Int) -> Bool {
    guard sharedGradients[gradient] == nil else { return false }
    sharedGradients[gradient] = SharedGradient(
      values: UnsafeMutableBufferPointer(start: gradient, count: rows * width), width: width)
    return true
  }

  deinit { for room in rooms { room.deallocate() } }

  /// Whether to gather so many numbers for the gradient of parameters: where that takes no longer than to add it up, or
  /// not long. It depends on shapes alone, so that all ranks do the same for every batch.
  func isWorthwhile(numbersOfExample: Int, parameters: Int) -> Bool {
    Self.isWorthwhile(numbers: batchSize * numbersOfExample, parameters: parameters)
  }

  static func isWorthwhile(numbers: Int, parameters: Int) -> Bool {
    4 * numbers <= max(mostBytes, 4 * parameters)
  }

  /// The numbers of all ranks, in the order of the ranks, until the room is used again.
  ///
  /// - Parameters:
  ///   - own: those of this rank.
  ///   - counts: how many each rank has.
  ///   - room: where they are to be, counted from 0.
  func gather(
    _ own: UnsafePointer<Float>, counts: [Int], room: Int
  ) -> UnsafeMutablePointer<Float> {
    let all = self.room(room, count: counts.reduce(0, +))
    let size = MemoryLayout<Float>.stride
    ranks.gather(
      UnsafeRawBufferPointer(start: own, count: size * counts[ranks.rank]),
      counts: counts.map { size * $0 }, into: UnsafeMutableRawBufferPointer(all))
    guard let start = all.baseAddress else { preconditionFailure("a batch has rows") }
    return start
  }

  private func room(_ index: Int, count: Int) -> UnsafeMutableBufferPointer<Float> {
    while rooms.count <= index { rooms.append(.init(start: nil, count: 0)) }
    if rooms[index].count < count {
      rooms[index].deallocate()
      rooms[index] = .allocate(capacity: count)
    }
    return .init(rebasing: rooms[index][..<count])
  }
}

extension BatchShare {
  /// The rows of all ranks.
  ///
  /// - Parameters:
  ///   - own: those of this rank.
  ///   - width: of the row of an example.
  ///   - room: see `GatheredRows`.
  func rows(
    _ own: UnsafePointer<Float>, width: Int, room: Int
  ) -> UnsafeMutablePointer<Float> {
    let counts = (0..<ranks.size).map { ranks.share(of: total, rank: $0).count * width }
    return gathered.gather(own, counts: counts, room: room)
  }
}

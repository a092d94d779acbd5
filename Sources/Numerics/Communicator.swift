/// The processes that work on one training together, and what they tell each other.
///
/// Each of them is a rank and computes its rows of every batch. All ranks make the same calls in the same order, each
/// with as many values, from the thread that joined; a call returns when the values of all ranks have come together.
/// Every rank gets the same bytes, and for one number of ranks the same from run to run. Messages from one rank to another
/// are apart from that.
package protocol Communicator: AnyObject, Sendable {
  /// Of this process, counted from 0.
  var rank: Int { get }
  var size: Int { get }

  /// Adds up the values of all ranks, in place.
  func sum(_ values: UnsafeMutableBufferPointer<Double>)

  /// Begins to add up the values of all ranks, in place; what they are is known behind `finishSums`, and until then
  /// nobody touches them.
  func beginSum(_ values: UnsafeMutableBufferPointer<Float>)

  /// Begins to bring the shares of all ranks together, in place, as `beginSum` adds up: of some rows of numbers each rank
  /// has those that `share(of:)` says.
  ///
  /// - Parameter width: numbers in a row.
  func beginExchange(_ values: UnsafeMutableBufferPointer<Float>, width: Int)

  /// Lets sums that were begun go on: they do so while the library is called, and else stand still.
  func progress()

  /// Waits for all that was begun.
  func finishSums()

  /// Gives every rank the bytes of one.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int)

  /// Gives every rank the bytes of all, in the order of the ranks.
  ///
  /// - Parameters:
  ///   - counts: how many bytes each rank has.
  ///   - all: room for those of all.
  func gather(
    _ bytes: UnsafeRawBufferPointer, counts: [Int], into all: UnsafeMutableRawBufferPointer)

  /// Sends a message to another rank, which gets those of this one in the order in which they were sent.
  func send(_ message: [UInt8], to rank: Int)

  /// The next message of any rank; `nil` if none has arrived.
  func receive() -> (rank: Int, message: [UInt8])?
}

extension Communicator {
  package func sum(_ values: inout [Double]) {
    values.withUnsafeMutableBufferPointer { sum($0) }
  }

  /// The values of all ranks, in their order.
  package func gather(_ value: Int) -> [Int] {
    var all = [Int](repeating: 0, count: size)
    withUnsafeBytes(of: value) { value in
      all.withUnsafeMutableBytes {
        gather(value, counts: Array(repeating: value.count, count: size), into: $0)
      }
    }
    return all
  }

  /// The values of rank 0, which are as many on all ranks.
  package func broadcast(_ values: inout [Double]) {
    values.withUnsafeMutableBytes { broadcast($0, from: 0) }
  }

  /// The rows of a batch that a rank computes: neighbours, as many as those of any other, or one more.
  package func share(of rows: Int, rank: Int? = nil) -> Range<Int> {
    let rank = rank ?? self.rank
    return rows * rank / size..<rows * (rank + 1) / size
  }
}

/// A process that trains for itself.
package final class SingleProcess: Communicator {
  package static let shared = SingleProcess()

  private init() {}

  package var rank: Int { 0 }
  package var size: Int { 1 }
  package func sum(_ values: UnsafeMutableBufferPointer<Double>) {}
  package func beginSum(_ values: UnsafeMutableBufferPointer<Float>) {}
  package func beginExchange(_ values: UnsafeMutableBufferPointer<Float>, width: Int) {}
  package func progress() {}
  package func finishSums() {}
  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) {}

  package func gather(
    _ bytes: UnsafeRawBufferPointer, counts: [Int], into all: UnsafeMutableRawBufferPointer
  ) {
    all.copyMemory(from: bytes)
  }

  package func send(_ message: [UInt8], to rank: Int) {
    preconditionFailure("there is no other rank")
  }

  package func receive() -> (rank: Int, message: [UInt8])? { nil }
}

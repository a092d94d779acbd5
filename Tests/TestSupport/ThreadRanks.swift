import Foundation
import Numerics

/// Ranks that are threads of this process: values are added up in the order of the ranks.
package final class ThreadRanks: @unchecked Sendable {
  package let size: Int
  private let condition = NSCondition()
  private var arrived = 0
  private var round = 0
  private var values: [UnsafeMutableRawBufferPointer?]
  private var messages: [[(rank: Int, message: [UInt8])]]

  package init(size: Int) {
    self.size = size
    values = Array(repeating: nil, count: size)
    messages = Array(repeating: [], count: size)
  }

  fileprivate func send(_ message: [UInt8], to rank: Int, from sender: Int) {
    condition.withLock { messages[rank].append((sender, message)) }
  }

  fileprivate func receive(_ rank: Int) -> (rank: Int, message: [UInt8])? {
    condition.withLock { messages[rank].isEmpty ? nil : messages[rank].removeFirst() }
  }

  /// Runs the body on every rank and waits for all.
  ///
  /// - Returns: what each made.
  package func run<Value: Sendable>(
    _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) throws -> [Value] {
    let results = Results<Value>(size)
    let group = DispatchGroup()
    for rank in 0..<size {
      group.enter()
      let thread = Thread {
        results.set(rank, Result { try body(ThreadRank(rank, self)) })
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    return try results.all()
  }

  /// Shows the bytes of a rank to all others while the body runs.
  fileprivate func meet(
    _ rank: Int, _ bytes: UnsafeMutableRawBufferPointer,
    _ body: ([UnsafeMutableRawBufferPointer]) -> Void
  ) {
    condition.withLock { values[rank] = bytes }
    wait()
    body(values.compactMap { $0 })
    wait()
  }

  private func wait() {
    condition.lock()
    defer { condition.unlock() }
    let mine = round
    arrived += 1
    if arrived == size {
      arrived = 0
      round += 1
      return condition.broadcast()
    }
    while round == mine { condition.wait() }
  }
}

private final class Results<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var results: [Result<Value, any Error>?]

  init(_ count: Int) { results = Array(repeating: nil, count: count) }

  func set(_ rank: Int, _ result: Result<Value, any Error>) {
    lock.withLock { results[rank] = result }
  }

  func all() throws -> [Value] { try results.compactMap { try $0?.get() } }
}

private final class ThreadRank: Communicator, @unchecked Sendable {
  let rank: Int
  private let ranks: ThreadRanks
  /// Sums on their way, with the values as they were when they were begun.
  private var begun: [(target: UnsafeMutableBufferPointer<Float>, values: [Float])] = []

  init(_ rank: Int, _ ranks: ThreadRanks) {
    self.rank = rank
    self.ranks = ranks
  }

  var size: Int { ranks.size }

  func sum(_ values: UnsafeMutableBufferPointer<Double>) { add(values) }

  func beginSum(_ values: UnsafeMutableBufferPointer<Float>) {
    begun.append((values, Array(values)))
  }

  func beginExchange(_ values: UnsafeMutableBufferPointer<Float>, width: Int) {
    let own = share(of: values.count / width)
    // A sum with nothing: what others had there is lost.
    for row in 0..<values.count / width where !own.contains(row) {
      for index in row * width..<(row + 1) * width { values[index] = 0 }
    }
    beginSum(values)
  }

  func progress() {}

  /// Adds up what the values were at the beginning: whoever changed them later loses that.
  func finishSums() {
    for (target, values) in begun {
      var sums = values
      sums.withUnsafeMutableBufferPointer { add($0) }
      _ = target.update(fromContentsOf: sums)
    }
    begun = []
  }

  private func add<Number: AdditiveArithmetic>(_ values: UnsafeMutableBufferPointer<Number>) {
    var sums = [Number](repeating: .zero, count: values.count)
    ranks.meet(rank, UnsafeMutableRawBufferPointer(values)) { all in
      for part in all {
        for (index, value) in part.bindMemory(to: Number.self).enumerated() {
          sums[index] += value
        }
      }
    }
    _ = values.update(fromContentsOf: sums)
  }

  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) {
    ranks.meet(self.rank, bytes) { all in
      if self.rank != rank { bytes.copyMemory(from: UnsafeRawBufferPointer(all[rank])) }
    }
  }

  func gather(
    _ bytes: UnsafeRawBufferPointer, counts: [Int], into target: UnsafeMutableRawBufferPointer
  ) {
    ranks.meet(rank, UnsafeMutableRawBufferPointer(mutating: bytes)) { all in
      var offset = 0
      for (part, count) in zip(all, counts) {
        UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + count])
          .copyMemory(from: UnsafeRawBufferPointer(part))
        offset += count
      }
    }
  }

  func send(_ message: [UInt8], to rank: Int) { ranks.send(message, to: rank, from: self.rank) }

  func receive() -> (rank: Int, message: [UInt8])? { ranks.receive(rank) }
}

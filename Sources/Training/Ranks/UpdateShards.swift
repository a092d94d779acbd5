import Network
import Numerics

/// Kernels whose rows the ranks divide for the update of the parameters as well: each rank has the gradients of its rows and
/// updates these, and the new parameters go round instead of the gradients. That is as many bytes, and 1/n of the work.
/// What the optimizer keeps of a row is up to date at its rank alone (Rajbhandari and others, ZeRO: memory optimizations
/// toward training trillion parameter models, SC 2020, whose first stage this is).
final class UpdateShards {
  private struct Shard {
    /// The rows of all ranks, in the flat arrays.
    let all: Range<Int>
    /// The rows of this rank.
    let own: Range<Int>
    /// Numbers in a row.
    let width: Int
  }

  private let ranks: any Communicator
  private let gathered: GatheredRows
  private let memory: Memory
  private let optimizerStates: Int
  private var shards: [Shard] = []
  /// What every rank updates: everything else.
  private var others: [Range<Int>] = []
  /// How many gradients were shared when `shards` was made of them.
  private var known = -1

  /// - Parameters:
  ///   - gathered: knows the kernels, from the first backward pass on.
  ///   - optimizerStates: the arrays that the optimizer keeps.
  init(
    _ ranks: any Communicator, _ gathered: GatheredRows, memory: Memory, optimizerStates: Int
  ) {
    self.ranks = ranks
    self.gathered = gathered
    self.memory = memory
    self.optimizerStates = optimizerStates
  }

  /// Whether the rows of a kernel begin and end with a vector, as those of an update do.
  static func isDivided(_ gradient: GatheredRows.SharedGradient) -> Bool {
    gradient.width % Vector.scalarCount == 0
  }

  /// Updates all parameters.
  ///
  /// - Parameter body: updates those of a range of the flat arrays, which begins and ends with a vector.
  func update(_ body: (Range<Int>) -> Void) {
    findShards()
    for shard in shards {
      if !shard.own.isEmpty { body(shard.own) }
      exchange(memory.parameters, shard)
    }
    for range in others { body(range) }
    ranks.finishSums()
  }

  /// Makes the gradients of all rows known to all ranks, as they are without shards.
  func completeGradients() {
    findShards()
    for shard in shards { exchange(memory.gradients, shard) }
    ranks.finishSums()
  }

  /// Makes what the optimizer keeps of all rows known to all ranks.
  func completeStates() {
    findShards()
    for index in 0..<optimizerStates {
      for shard in shards { exchange(memory.optimizerState(index), shard) }
    }
    ranks.finishSums()
  }

  private func exchange(_ values: UnsafeMutableBufferPointer<Float>, _ shard: Shard) {
    ranks.beginExchange(.init(rebasing: values[shard.all]), width: shard.width)
  }

  private func findShards() {
    guard known != gathered.sharedGradients.count else { return }
    precondition(known < 1, "all kernels are known behind the first backward pass")
    known = gathered.sharedGradients.count
    guard let base = memory.gradients.baseAddress else { return }
    let divided = gathered.sharedGradients.values.filter(Self.isDivided)
    shards = divided.compactMap { gradient in
      gradient.values.baseAddress.map { start in
        let first = start - base
        let rows = ranks.share(of: gradient.values.count / gradient.width)
        return Shard(
          all: first..<first + gradient.values.count,
          own: first + rows.lowerBound * gradient.width..<first + rows.upperBound * gradient.width,
          width: gradient.width)
      }
    }.sorted { $0.all.lowerBound < $1.all.lowerBound }
    others = []
    var start = 0
    for shard in shards {
      if shard.all.lowerBound > start { others.append(start..<shard.all.lowerBound) }
      start = shard.all.upperBound
    }
    if start < memory.parameters.count { others.append(start..<memory.parameters.count) }
  }
}

import Network
import Numerics

/// What the ranks of a training tell each other in each iteration: the loss of the batch with what one of them wishes,
/// and the gradients, which are added up while backward goes on.
///
/// Backward finishes gradients from the end of the flat array on. As soon as a bucket of them is there, its sum begins.
final class IterationExchange {
  /// What is to happen behind an iteration, on all ranks alike.
  struct Wishes {
    /// Whether a rank was told to end.
    var stop = false
    /// Whether a checkpoint is due.
    var checkpoint = false
  }

  /// Smaller sums cost the time of a message, larger ones begin late.
  private static let bucketElements = 1 << 18

  let ranks: any Communicator
  private let gradients: UnsafeMutableBufferPointer<Float>
  private let gathered: GatheredRows
  /// `nil` where each rank updates all parameters.
  private let shards: UpdateShards?
  /// Whether the gradients of the update are brought together also where each rank updates its rows of a kernel.
  private var completesGradients = true
  /// The gradients before this place are not on their way yet.
  private var unsent = 0
  /// Loss, weight, and how many ranks wish to stop and for a checkpoint.
  private let word: UnsafeMutableBufferPointer<Double>
  private(set) var wishes = Wishes()

  /// - Parameters:
  ///   - gathered: knows the gradients that need no sum.
  ///   - plan: says whether something besides the update needs the gradients of all parameters.
  init(_ ranks: any Communicator, memory: Memory, _ gathered: GatheredRows, _ plan: RunPlan) {
    self.ranks = ranks
    gradients = memory.gradients
    self.gathered = gathered
    shards =
      plan.needsAllGradients
      ? nil
      : UpdateShards(ranks, gathered, memory: memory, optimizerStates: plan.memory.optimizerStates)
    word = .allocate(capacity: 4)
    word.initialize(repeating: 0)
  }

  deinit { word.deallocate() }

  /// Adds up the losses of the rows of all ranks, and their wishes.
  ///
  /// - Parameter wishes: those of this rank.
  func sum(_ loss: LossSum, _ wishes: Wishes) -> LossSum {
    word[0] = loss.loss
    word[1] = loss.weight
    word[2] = wishes.stop ? 1 : 0
    word[3] = wishes.checkpoint ? 1 : 0
    ranks.sum(word)
    self.wishes = Wishes(stop: word[2] > 0, checkpoint: word[3] > 0)
    var sum = LossSum()
    sum.loss = word[0]
    sum.weight = word[1]
    return sum
  }

  /// Rank 0 decides for all.
  func agree(_ decision: Bool) -> Bool {
    var word = [decision ? 1.0 : 0]
    ranks.broadcast(&word)
    return word[0] > 0
  }

  /// Begins the sums of an update.
  ///
  /// - Parameter complete: whether all gradients are looked at.
  func beginGradients(complete: Bool) {
    unsent = gradients.count
    completesGradients = complete
  }

  /// Takes notice that the gradients from some place on are those of the update.
  func finished(from first: Int) {
    if unsent - first >= Self.bucketElements { send(from: first) }
    ranks.progress()
  }

  /// Sends what is left, and waits until the gradients are those of all ranks, as far as this one needs them.
  func endGradients() {
    if unsent > 0 { send(from: 0) }
    ranks.finishSums()
  }

  /// Updates all parameters, on each rank or together.
  ///
  /// - Parameter body: updates those of a range of the flat arrays.
  func update(_ body: (Range<Int>) -> Void) {
    guard let shards else { return body(0..<gradients.count) }
    shards.update(body)
  }

  /// Brings the gradients of the last update together, if they are not.
  func completeGradients() { shards?.completeGradients() }

  /// Brings together what the optimizer keeps.
  func completeStates() { shards?.completeStates() }

  private func send(from first: Int) {
    guard let base = gradients.baseAddress else { return }
    let range = first..<unsent
    unsent = first
    var start = first
    let shared = gathered.sharedGradients.values.map {
      (place: ($0.values.baseAddress ?? base) - base, $0)
    }
    for (place, gradient) in shared.filter({ range.contains($0.place) }).sorted(by: {
      $0.place < $1.place
    }) {
      add(start..<place)
      if completesGradients || shards == nil || !UpdateShards.isDivided(gradient) {
        ranks.beginExchange(gradient.values, width: gradient.width)
      }
      start = place + gradient.values.count
    }
    add(start..<range.upperBound)
  }

  private func add(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    ranks.beginSum(UnsafeMutableBufferPointer(rebasing: gradients[range]))
  }
}

extension RunPlan {
  /// Whether each update needs the gradients of all parameters, and not each parameter its own alone.
  fileprivate var needsAllGradients: Bool {
    config.training.gradientClipping != nil || config.training.hypergradient != nil
      || config.output.tensorboard
  }
}

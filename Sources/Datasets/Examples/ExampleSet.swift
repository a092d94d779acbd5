import Configuration
import Numerics

/// Some of the examples of a file: the training, validation or test part.
package struct ExampleSet: Sendable {
  package let features: ExampleMatrix
  /// As many examples as the features have; `nil` where only answers are asked for.
  package let targets: ExampleMatrix?
  /// Which examples of the file belong to the set; none where it is all examples of a file on the disk.
  package let rows: [Int32]
  /// Where the examples are, if they are on the disk.
  let pages: PageFile?
  /// What windows over these may take in training, in bytes.
  package let windowBytes: Int
  /// Whether the last number of a target is the weight of its example.
  package let isWeighted: Bool

  package init(
    features: ExampleMatrix, targets: ExampleMatrix?, rows: [Int32], isWeighted: Bool = false
  ) {
    precondition(targets.map { $0.count == features.count } ?? true)
    self.isWeighted = isWeighted
    self.features = features
    self.targets = targets
    self.rows = rows
    pages = nil
    windowBytes = 0
  }

  /// All examples of a file.
  ///
  /// - Parameter windowBytes: what windows over it may take in training.
  init(_ file: PageFile, windowBytes: Int) {
    let storage = NumberStorage(file)
    features = ExampleMatrix(
      storage, count: file.count, width: file.inputs, first: 0, stride: file.width)
    targets = ExampleMatrix(
      storage, count: file.count, width: file.targets, first: file.inputs, stride: file.width)
    rows = []
    isWeighted = false
    pages = file
    self.windowBytes = windowBytes
  }

  package var count: Int { pages?.count ?? rows.count }

  /// Why examples that were read are not those of the file; `nil` if all are.
  package var failure: Failure? { pages?.failure }
}

/// Hands out a set batch by batch, in an order and with changes that each epoch draws anew.
package final class Batches {
  package let set: ExampleSet
  package let size: Int
  package let dropsLast: Bool
  private let augmentation: ImageAugmentation?
  /// The random numbers that this epoch augments by.
  private var random = Random(seed: 0, .augmentation)
  /// Rows of the file in the order of this epoch.
  private var order: [Int32]
  /// Where row i of a batch continues row i of the batch before.
  private let streams: ParallelStreams?
  /// What is in memory of a set on the disk.
  private let windows: PageWindows?

  /// - Parameters:
  ///   - inStreams: whether row i of a batch is to continue row i of the batch before; such batches are not shuffled.
  ///   - windowBytes: what windows over a set on the disk may take; by default little, for who goes through it in its
  ///     order.
  package init(
    _ set: ExampleSet, size: Int, dropsLast: Bool = false, augmentation: ImageAugmentation? = nil,
    inStreams: Bool = false, windowBytes: Int? = nil
  ) {
    self.set = set
    windows = set.pages.map {
      PageWindows($0, memoryBytes: windowBytes ?? PageWindows.sequentialBytes)
    }
    self.size = size
    self.dropsLast = dropsLast
    self.augmentation = augmentation
    let streams =
      inStreams ? ParallelStreams(count: set.count, size: size, dropsLast: dropsLast) : nil
    self.streams = streams
    order =
      streams.map { streams in
        (0..<streams.batchCount).flatMap { batch in
          (0..<streams.rowCount(of: batch)).map { set.rows[streams.window(batch, row: $0)] }
        }
      } ?? set.rows
  }

  package var count: Int {
    dropsLast ? set.count / size : (set.count + size - 1) / size
  }

  /// Begins an epoch. What is random in it is a function of the seed and the epoch alone.
  ///
  /// - Precondition: streams are not shuffled.
  package func begin(epoch: Int, seed: UInt64, shuffles: Bool) {
    precondition(!shuffles || streams == nil)
    if let windows { return windows.begin(epoch: shuffles ? epoch : nil, seed: seed) }
    random = Random(seed: seed, .augmentation, step: epoch)
    if shuffles { shuffle(seed: seed, epoch: epoch) }
  }

  private func shuffle(seed: UInt64, epoch: Int) {
    set.rows.withUnsafeBufferPointer { rows in
      order.withUnsafeMutableBufferPointer { order in
        for index in order.indices { order[index] = rows[index] }
      }
    }
    Random(seed: seed, .shuffle, step: epoch).shuffle(&order)
  }

  package func rowCount(of batch: Int) -> Int {
    streams?.rowCount(of: batch) ?? min(size, set.count - batch * size)
  }

  /// The examples of a batch, in its order.
  package func examples(of batch: Int) -> ArraySlice<Int32> {
    if let windows { return windows.examples(at: places(of: batch))[...] }
    return order[start(of: batch)..<start(of: batch) + rowCount(of: batch)]
  }

  /// The places of a batch in the order of the epoch.
  private func places(of batch: Int) -> Range<Int> {
    start(of: batch)..<start(of: batch) + rowCount(of: batch)
  }

  /// Where in the order of the epoch a batch begins.
  private func start(of batch: Int) -> Int {
    streams?.start(of: batch) ?? batch * size
  }

  /// Hands out the classes of a batch with the weights of their examples, one example after the other.
  ///
  /// - Precondition: the targets are classes.
  package func forEachClass(of batch: Int, _ body: (_ label: Int, _ weight: Float) -> Void) {
    guard let targets = set.targets else { return }
    if let windows {
      return windows.forEachTarget(at: places(of: batch)) { body(Int($0), 1) }
    }
    let reader = ExampleReader(targets)
    let positions = reader.width - (set.isWeighted ? 1 : 0)
    for index in start(of: batch)..<start(of: batch) + rowCount(of: batch) {
      let example = Int(order[index])
      let weight = set.isWeighted ? reader.value(example, positions) : 1
      for position in 0..<positions { body(Int(reader.value(example, position)), weight) }
    }
  }

  /// What the examples of a batch weigh together: their number where all weigh 1.
  package func weight(of batch: Int) -> Double {
    guard set.isWeighted, let targets = set.targets else { return Double(rowCount(of: batch)) }
    let reader = ExampleReader(targets)
    return examples(of: batch).reduce(0) {
      $0 + Double(reader.value(Int($1), reader.width - 1))
    }
  }

  /// Copies a batch, or a part of it, to where the network reads it.
  ///
  /// - Parameters:
  ///   - part: the rows of the batch that are wanted; `nil` for all.
  ///   - features: room for as many rows of `features.width`.
  ///   - targets: room for as many rows of `targets.width`; nothing is copied where the set has none.
  package func load(
    _ batch: Int, part: Range<Int>? = nil, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>, pool: ThreadPool
  ) {
    let count = part?.count ?? rowCount(of: batch)
    let first = start(of: batch) + (part?.lowerBound ?? 0)
    if let windows {
      return windows.load(
        first..<first + count, features: features, targets: targets, pool: pool)
    }
    order.withUnsafeBufferPointer { order in
      guard let rows = order.baseAddress.map({ $0 + first }) else { return }
      if let augmentation {
        pool.run(
          AugmentedGather(
            set.features, augmentation, random, rows: rows, count: count, scratch: pool.scratch,
            into: features))
      } else {
        pool.run(Gather(set.features, rows: rows, count: count, into: features))
      }
      guard let source = set.targets.map(ExampleReader.init) else { return }
      for index in 0..<count {
        source.copy(
          Int(rows[index]), 0..<source.width, to: targets + index * source.width)
      }
    }
  }
}

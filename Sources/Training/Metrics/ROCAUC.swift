import Configuration
import Datasets
import Network
import Numerics

/// The area under the receiver operating characteristic: the probability that an example with the
/// label has a higher predicted probability than one without, ties counted half (Hanley and McNeil
/// 1982). Of the second class where there are two, else the mean of each label against the rest. It
/// is not a number where a label occurs in no example, or in all.
package struct ROCAUC: Metric {
  package static let type = "roc_auc"
  package static let summary =
    "Area under the ROC curve, exact; of several classes the mean of each against the rest. It keeps 4 bytes for each answer and class."
  package static let guidance = Guidance.choice(
    """
    Ranking: how well yes is told from no whatever the threshold, also with rare \
    classes. It says nothing of the probabilities themselves, and of very rare classes \
    it flatters.
    """,
    typical: "Beside f1 for two classes.",
    example: #""metrics": ["accuracy", "roc_auc"]"#)
  package static let synonyms = ["auc", "auroc", "roc_auc_score", "roc"]
  package static let task = LearningTask.classification
  package static let isHigherBetter = true
  package static let isFraction = true
  package static let requirement: String? = "examples with and without each label"

  package init() {}

  package static let keys: [Key<Self>] = []

  package func accumulatorBytes(_ target: TargetEncoding, examples: Int) -> Int {
    let labels = target.isBinary ? 1 : target.labels.count
    // Weights, and what they are sorted with.
    let weights = MemoryLayout<Float>.stride + 2 * MemoryLayout<UInt64>.stride
    return examples * (labels * MemoryLayout<UInt32>.stride + (target.isWeighted ? weights : 0))
  }

  package func makeAccumulator(
    _ target: TargetEncoding, link: Link, examples: Int
  ) -> any MetricAccumulator {
    RankAccumulator(target, link: link, capacity: examples)
  }
}

/// Keeps the probability of each label for each example, to rank the examples in the end.
private final class RankAccumulator: MetricAccumulator {
  private let labels: Int
  private let classes: Int
  private let isExclusive: Bool
  private let isBinary: Bool
  private let link: Link
  private let capacity: Int
  private var rows = 0
  private var hasNaN = false
  /// Shape `labels × capacity`: the keys of `RankedAnswer`.
  private let keys: UnsafeMutablePointer<UInt32>
  /// As long as one label's keys.
  private let scratch: UnsafeMutablePointer<UInt32>
  /// The weight of each example, and twice as many keys with weights behind them; `nil` where all weigh 1.
  private let weights: UnsafeMutablePointer<Float>?
  private let weighted: UnsafeMutablePointer<UInt64>?
  private let histogram: UnsafeMutablePointer<Int>
  private let probabilities: UnsafeMutablePointer<Float>

  init(_ target: TargetEncoding, link: Link, capacity: Int) {
    isExclusive = target.isExclusive
    isBinary = target.isBinary
    labels = isBinary ? 1 : target.labels.count
    classes = target.classes.count
    self.link = link
    self.capacity = capacity
    keys = .allocate(capacity: labels * capacity)
    scratch = .allocate(capacity: capacity)
    weights = target.isWeighted ? .allocate(capacity: capacity) : nil
    weighted = target.isWeighted ? .allocate(capacity: 2 * capacity) : nil
    histogram = .allocate(capacity: 256)
    probabilities = .allocate(capacity: target.labels.count)
  }

  deinit {
    keys.deallocate()
    scratch.deallocate()
    weights?.deallocate()
    weighted?.deallocate()
    histogram.deallocate()
    probabilities.deallocate()
  }

  func reset() {
    rows = 0
    hasNaN = false
  }

  func add(_ answers: Answers) {
    precondition(rows + answers.count <= capacity, "more examples than were announced")
    let width = answers.width
    for row in 0..<answers.count {
      let target = answers.target(row)
      weights?[rows + row] = Float(answers.weight(row))
      if isExclusive {
        link.classProbabilities(
          answers.output(row), count: width, into: probabilities, classes: classes)
      } else {
        probabilities.update(from: answers.output(row), count: width)
        link.apply(probabilities, count: width)
      }
      // Of two classes the second is ranked.
      let first = isExclusive && isBinary ? 1 : 0
      for label in 0..<labels {
        let probability = probabilities[first + label]
        let isActual =
          isExclusive
          ? Int(target[0]) == (isBinary ? 1 : label) : Decision.isActual(target[label])
        if probability.isNaN { hasNaN = true }
        keys[label * capacity + rows + row] =
          RankedAnswer(probability: probability, isActual: isActual).key
      }
    }
    rows += answers.count
  }

  var value: Double {
    if hasNaN { return .nan }
    var sum = 0.0
    for label in 0..<labels { sum += area(keys + label * capacity) }
    return sum / Double(labels)
  }

  var keptAnswers: Int? { rows }

  /// The answers of all ranks one behind the other.
  func takeTotals(of own: any MetricAccumulator, over ranks: any Communicator) {
    guard let own = own as? RankAccumulator else { return }
    let counts = ranks.gather(own.rows)
    rows = counts.reduce(0, +)
    precondition(rows <= capacity, "more examples than were announced")
    hasNaN = ranks.gather(own.hasNaN ? 1 : 0).contains(1)
    func gather<Element>(
      _ source: UnsafeMutablePointer<Element>, into target: UnsafeMutablePointer<Element>
    ) {
      ranks.gather(
        UnsafeRawBufferPointer(start: source, count: own.rows * MemoryLayout<Element>.stride),
        counts: counts.map { $0 * MemoryLayout<Element>.stride },
        into: UnsafeMutableRawBufferPointer(
          start: target, count: rows * MemoryLayout<Element>.stride))
    }
    if let weights, let source = own.weights { gather(source, into: weights) }
    for label in 0..<labels {
      gather(own.keys + label * own.capacity, into: keys + label * capacity)
    }
  }

  func exchange(_ archive: inout StateArchive) {
    archive.value("rows", &rows)
    archive.value("has_nan", &hasNaN)
    guard (0...capacity).contains(rows) else { return }
    if let weights {
      archive.array("weights", UnsafeMutableBufferPointer(start: weights, count: rows))
    }
    for label in 0..<labels {
      archive.array(
        "keys.\(label)",
        UnsafeMutableBufferPointer(start: keys + label * capacity, count: rows))
    }
  }

  /// Of the pairs of an example with the label and one without, the share that is in order.
  private func area(_ keys: UnsafeMutablePointer<UInt32>) -> Double {
    guard let weights, let weighted else {
      sort(keys, scratch, from: 0)
      return area { (key: keys[$0], weight: 1) }
    }
    for row in 0..<rows {
      weighted[row] = UInt64(keys[row]) << 32 | UInt64(weights[row].bitPattern)
    }
    sort(weighted, weighted + capacity, from: 32)
    return area {
      (
        key: UInt32(weighted[$0] >> 32),
        weight: Double(Float(bitPattern: UInt32(truncatingIfNeeded: weighted[$0])))
      )
    }
  }

  /// - Parameter item: the keys in order, each with the weight of its example.
  private func area(_ item: (Int) -> (key: UInt32, weight: Double)) -> Double {
    // Twice the pairs in order, so that ties count one; each as much as the product of its weights.
    var pairs = 0.0
    var (positives, negatives) = (0.0, 0.0)
    var start = 0
    while start < rows {
      let first = item(start).key >> 1
      var (tiedPositives, tiedNegatives) = (0.0, 0.0)
      var end = start
      while end < rows {
        let (key, weight) = item(end)
        guard key >> 1 == first else { break }
        if key & 1 == 1 { tiedPositives += weight } else { tiedNegatives += weight }
        end += 1
      }
      pairs += tiedPositives * (2 * negatives + tiedNegatives)
      positives += tiedPositives
      negatives += tiedNegatives
      start = end
    }
    guard positives > 0, negatives > 0 else { return .nan }
    return pairs / (2 * positives * negatives)
  }

  /// Sorts by four bytes from the lowest, which needs no memory but the scratch (Knuth, The Art of Computer
  /// Programming, volume 3, 5.2.5).
  ///
  /// - Parameter lowest: the bit that the lowest of these bytes begins with.
  private func sort<Key: FixedWidthInteger>(
    _ keys: UnsafeMutablePointer<Key>, _ scratch: UnsafeMutablePointer<Key>, from lowest: Int
  ) {
    var (source, target) = (keys, scratch)
    // Four bytes, so that the last pass ends where the first began.
    for byte in 0..<4 {
      let shift = Key(lowest + 8 * byte)
      histogram.update(repeating: 0, count: 256)
      for index in 0..<rows { histogram[Int(source[index] >> shift & 255)] += 1 }
      var position = 0
      for value in 0..<256 {
        let count = histogram[value]
        histogram[value] = position
        position += count
      }
      for index in 0..<rows {
        let value = Int(source[index] >> shift & 255)
        target[histogram[value]] = source[index]
        histogram[value] += 1
      }
      (source, target) = (target, source)
    }
  }
}

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

  package init() {}

  package static let keys: [Key<Self>] = []

  package func accumulatorBytes(_ target: TargetEncoding, examples: Int) -> Int {
    (target.isBinary ? 1 : target.labels.count) * examples * MemoryLayout<UInt32>.stride
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
  private let histogram: UnsafeMutablePointer<Int>
  private let probabilities: UnsafeMutablePointer<Float>

  init(_ target: TargetEncoding, link: Link, capacity: Int) {
    isExclusive = target.isExclusive
    isBinary = target.isBinary
    labels = isBinary ? 1 : target.labels.count
    self.link = link
    self.capacity = capacity
    keys = .allocate(capacity: labels * capacity)
    scratch = .allocate(capacity: capacity)
    histogram = .allocate(capacity: 256)
    probabilities = .allocate(capacity: target.labels.count)
  }

  deinit {
    keys.deallocate()
    scratch.deallocate()
    histogram.deallocate()
    probabilities.deallocate()
  }

  func reset() {
    rows = 0
    hasNaN = false
  }

  func add(
    outputs: UnsafePointer<Float>, width: Int, targets: UnsafePointer<Float>, targetWidth: Int,
    rows: Int
  ) {
    precondition(self.rows + rows <= capacity, "more examples than were announced")
    for row in 0..<rows {
      probabilities.update(from: outputs + row * width, count: width)
      link.apply(probabilities, count: width)
      let target = targets + row * targetWidth
      // Of two classes the second is ranked, which is the last output or the only one.
      let first = isBinary ? width - 1 : 0
      for label in 0..<labels {
        let probability = probabilities[first + label]
        let isActual =
          isExclusive
          ? Int(target[0]) == (isBinary ? 1 : label) : Decision.isActual(target[label])
        if probability.isNaN { hasNaN = true }
        keys[label * capacity + self.rows + row] =
          RankedAnswer(probability: probability, isActual: isActual).key
      }
    }
    self.rows += rows
  }

  var value: Double {
    if hasNaN { return .nan }
    var sum = 0.0
    for label in 0..<labels { sum += area(keys + label * capacity) }
    return sum / Double(labels)
  }

  func exchange(_ archive: inout StateArchive) {
    archive.value("rows", &rows)
    archive.value("has_nan", &hasNaN)
    guard (0...capacity).contains(rows) else { return }
    for label in 0..<labels {
      archive.array(
        "keys.\(label)",
        UnsafeMutableBufferPointer(start: keys + label * capacity, count: rows))
    }
  }

  /// Of the pairs of an example with the label and one without, the share that is in order.
  private func area(_ keys: UnsafeMutablePointer<UInt32>) -> Double {
    sort(keys)
    // Twice the pairs in order, so that ties count one.
    var pairs = 0
    var (positives, negatives) = (0, 0)
    var start = 0
    while start < rows {
      var (tiedPositives, tiedNegatives) = (0, 0)
      var end = start
      while end < rows, keys[end] >> 1 == keys[start] >> 1 {
        if keys[end] & 1 == 1 { tiedPositives += 1 } else { tiedNegatives += 1 }
        end += 1
      }
      pairs += tiedPositives * (2 * negatives + tiedNegatives)
      positives += tiedPositives
      negatives += tiedNegatives
      start = end
    }
    guard positives > 0, negatives > 0 else { return .nan }
    return Double(pairs) / (2 * Double(positives) * Double(negatives))
  }

  /// Sorts by bytes from the lowest, which needs no memory but the scratch (Knuth, The Art of Computer
  /// Programming, volume 3, 5.2.5).
  private func sort(_ keys: UnsafeMutablePointer<UInt32>) {
    var (source, target) = (keys, scratch)
    // Four bytes, so that the last pass ends where the first began.
    for byte in 0..<4 {
      let shift = UInt32(8 * byte)
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

import Datasets
import Glibc
import Network

/// How outputs become answers: the largest decides, or a threshold on the probability of yes.
struct Decision {
  private let threshold: Double?
  private let link: Link

  /// - Parameter link: from outputs to probabilities.
  init(_ target: TargetEncoding, link: Link) {
    threshold = target.threshold
    self.link = link
  }

  /// The index of the class that the outputs of one example choose; a single output chooses the second
  /// of two classes, and of classes in an order it is the one in the middle of what is probable.
  func label(_ outputs: UnsafePointer<Float>, count: Int) -> Int {
    guard let threshold else {
      if link == .sequential, count > 1 { return Self.middle(outputs, count: count) }
      return count == 1 ? (outputs[0] > 0 ? 1 : 0) : Self.largest(outputs, count: count)
    }
    return Double(Self.probabilityOfYes(outputs, count: count, link: link)) > threshold ? 1 : 0
  }

  /// Whether the output for a yes/no target says yes.
  func isYes(_ output: Float) -> Bool {
    withUnsafePointer(to: output) { label($0, count: 1) == 1 }
  }

  /// The probability of the second of two classes, or of the only yes/no target: of one output or of two.
  static func probabilityOfYes(
    _ outputs: UnsafePointer<Float>, count: Int, link: Link
  ) -> Float {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2) { probabilities in
      guard let first = probabilities.baseAddress else { return .nan }
      first.initialize(repeating: 0, count: 2)
      link.classProbabilities(outputs, count: count, into: first, classes: 2)
      return first[1]
    }
  }

  /// The last class that is reached with a probability above one half: the median, of all classes the one with
  /// the smallest mean distance.
  private static func middle(_ outputs: UnsafePointer<Float>, count: Int) -> Int {
    var reach = 1.0
    for index in 0..<count {
      reach *= 1 / (1 + exp(-Double(outputs[index])))
      if !(reach > 0.5) { return index }
    }
    return count
  }

  /// The index of the largest output, the first of equals.
  static func largest(_ outputs: UnsafePointer<Float>, count: Int) -> Int {
    var best = 0
    for index in 1..<max(1, count) where outputs[index] > outputs[best] { best = index }
    return best
  }

  /// Whether a target between 0 and 1 is a yes.
  static func isActual(_ target: Float) -> Bool { target > 0.5 }
}

extension TargetEncoding {
  /// What metrics count: the classes, or else the names of the yes/no targets.
  var labels: [String] { classes.isEmpty ? columns.map(\.name) : classes }

  /// Whether an example has exactly one of the labels.
  var isExclusive: Bool { !classes.isEmpty }

  /// Whether the answer is yes or no: two classes, of which the second is the yes, or one such target.
  package var isBinary: Bool {
    isExclusive ? classes.count == 2 : task == .classification && columns.count == 1
  }

  /// What a yes stands for: the second of two classes, or the name of the only yes/no target.
  package var nameOfYes: String { labels.last ?? "" }
}

import Datasets

/// How outputs become answers.
enum Decision {
  /// The index of the largest output, the first of equals.
  static func largest(_ outputs: UnsafePointer<Float>, count: Int) -> Int {
    var best = 0
    for index in 1..<max(1, count) where outputs[index] > outputs[best] { best = index }
    return best
  }

  /// The index of the class that the outputs of one example choose; a single output chooses the
  /// second of two classes where it is positive.
  static func label(_ outputs: UnsafePointer<Float>, count: Int) -> Int {
    count == 1 ? (isYes(outputs[0]) ? 1 : 0) : largest(outputs, count: count)
  }

  /// Whether an output before the sigmoid says yes.
  static func isYes(_ output: Float) -> Bool { output > 0 }

  /// Whether a target between 0 and 1 is a yes.
  static func isActual(_ target: Float) -> Bool { target > 0.5 }
}

extension TargetEncoding {
  /// What metrics count: the classes, or else the names of the yes/no targets.
  var labels: [String] { classes.isEmpty ? columns.map(\.name) : classes }

  /// Whether an example has exactly one of the labels.
  var isExclusive: Bool { !classes.isEmpty }

  /// Whether the answer is yes or no: two classes, of which the second is the yes, or one such target.
  var isBinary: Bool { isExclusive ? classes.count == 2 : columns.count == 1 }
}

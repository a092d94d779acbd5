import Configuration
import Glibc
import Training

/// What `find-lr` says of a range test.
struct LearningRateReport {
  let plan: RunPlan
  let curve: LearningRateCurve

  private static let path = "training.optimizer.learning_rate"

  /// Two digits: the test does not know more.
  private static func rounded(_ rate: Double) -> JSONNumber {
    guard rate > 0 else { return JSONNumber(rate) }
    let exponent = Int(log10(rate).rounded(.down))
    let digits = Int((rate / pow(10, Double(exponent - 1))).rounded())
    return JSONNumber(Double("\(digits)e\(exponent - 1)") ?? rate)
  }

  var suggestion: JSONNumber? { curve.suggestion.map(Self.rounded) }

  func lines(width: Int, isASCII: Bool) -> [String] {
    let first = curve.points.first.map { Self.rounded($0.learningRate).text } ?? "?"
    let last = curve.points.last.map { Self.rounded($0.learningRate).text } ?? "?"
    var lines = [
      "\(plan.name): the loss of \(Spelling.count(curve.points.count, "iteration"))",
      "with learning rates from \(first) to \(last)",
    ]
    switch curve.end {
    case .completed: break
    case .diverged: lines[1] += ", where it exceeds four times its best"
    case .notFinite: lines[1] += ", behind which it is not finite"
    }
    lines += [""]
    lines +=
      CurvePlot(
        points: curve.points.map { ($0.learningRate, $0.smoothedLoss) }, mark: curve.suggestion,
        isASCII: isASCII, width: width, height: 12
      ).lines
    guard let suggestion, let steepest = curve.steepest, let minimum = curve.minimum,
      let tenth = curve.minimumTenth
    else { return lines }
    var table = TextTable([.left, .left, .left])
    table.add("steepest descent", Self.rounded(steepest).text, "")
    table.add(
      "minimum / 10", Self.rounded(tenth).text,
      "the loss is smallest at \(Self.rounded(minimum).text)")
    table.add("suggested", suggestion.text, "the smaller of the two")
    table.add("configured", JSONNumber(plan.config.training.optimizer.learningRate).text, "")
    lines += [""] + table.lines()
    lines += [
      "", "  \"learning_rate\": \(suggestion.text)", "  --set \(Self.path)=\(suggestion.text)",
    ]
    return lines
  }

  var json: JSONValue {
    func number(_ rate: Double?) -> JSONValue { rate.map { .number($0) } ?? .null }
    return .object([
      "event": .string("find-lr"), "name": .string(plan.name),
      "suggestion": suggestion.map { JSONValue(.number($0)) } ?? .null,
      "steepest": number(curve.steepest), "minimum": number(curve.minimum),
      "minimum_tenth": number(curve.minimumTenth),
      "configured": .number(plan.config.training.optimizer.learningRate),
      "end": .string(curve.end.rawValue), "iterations": .integer(curve.points.count),
      "curve": .array(
        curve.points.map {
          .object([
            "learning_rate": .number($0.learningRate), "loss": .number($0.loss),
            "smoothed_loss": .number($0.smoothedLoss),
          ])
        }),
    ])
  }
}

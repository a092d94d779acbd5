import Configuration
import Datasets
import Foundation
import Network
import TestSupport
import Testing
import Training

@Suite struct MetricsTests {
  private func value(
    _ metric: any Metric, outputs: [Float], targets: [Float], width: Int, target: TargetEncoding,
    link: Link = .identity, weights: [Float]? = nil
  ) throws -> Double {
    var target = target
    let rows = targets.count / target.width
    var targets = targets
    if let weights {
      let width = target.width
      target.weight = "w"
      targets = (0..<rows).flatMap { targets[$0 * width..<($0 + 1) * width] + [weights[$0]] }
    }
    let accumulator = metric.makeAccumulator(target, link: link, examples: rows)
    // In batches of three and one reset, which must not matter.
    func add(_ range: Range<Int>) {
      withAnswers(
        outputs: Array(outputs[range.lowerBound * width..<range.upperBound * width]), width: width,
        targets: Array(
          targets[range.lowerBound * target.width..<range.upperBound * target.width]),
        targetWidth: target.width, isWeighted: weights != nil
      ) { accumulator.add($0) }
    }
    add(0..<1)
    accumulator.reset()
    for first in stride(from: 0, to: rows, by: 3) { add(first..<min(first + 3, rows)) }
    // Asking twice must not matter either.
    let value = accumulator.value
    #expect(accumulator.value == value || value.isNaN)
    return value
  }

  private func metric(_ json: JSONValue) throws -> any Metric {
    try #require(
      try Metrics.catalog.item(json.require("type").string ?? "", json.require("parameters")))
  }

  /// What a network puts out to predict probabilities with a link, one or several a row.
  private func outputs(_ probabilities: [Float], _ link: Link) -> [Float] {
    probabilities.map { link == .softmax ? log($0) : log($0 / (1 - $0)) }
  }

  private func classTarget(_ count: Int) -> TargetEncoding {
    var target = TargetEncoding(
      task: .classification, classes: (0..<count).map { "class \($0)" },
      columns: [.init(name: "y", scale: .identity)])
    target.isOrdered = true
    return target
  }

  private func yesNoTarget(_ count: Int) -> TargetEncoding {
    TargetEncoding(
      task: .classification, classes: [],
      columns: (0..<count).map { .init(name: "y\($0)", scale: .identity) })
  }

  /// Compares every metric of a golden sample and returns their names.
  private func check(
    _ sample: JSONValue, probabilities: [Float], width: Int, target: TargetEncoding, link: Link
  ) throws -> [String] {
    let name = try sample.require("name").string ?? ""
    let targets = try sample.require("targets").floats()
    return try (sample.require("metrics").items ?? []).map { json in
      let metric = try metric(json)
      let type = type(of: metric).type
      // Computed from the outputs of the network, which are numbers of single precision.
      let isOfOutputs = [Perplexity.type, BitsPerCharacter.type].contains(type)
      if isOfOutputs, link != .softmax { return type }
      try metric.check(target, link: link)
      // The area hangs on which probabilities are equal, which rounding would decide.
      let isRanked = type == ROCAUC.type
      let found = try value(
        metric, outputs: isRanked ? probabilities : outputs(probabilities, link), targets: targets,
        width: width, target: target, link: isRanked ? .identity : link,
        weights: try sample["weights"]?.floats())
      if let expected = json["value"]?.double {
        #expect(
          abs(found - expected) < (isOfOutputs ? 1e-6 * expected : 1e-12),
          "\(name): \(json.compactText)")
      } else {
        #expect(found.isNaN, "\(name): \(json.compactText)")
      }
      return type
    }
  }

  @Test func figuresAreThoseOfScikitLearn() throws {
    let golden = try Golden.read("metrics")
    var covered: Set<String> = []
    for sample in try golden.require("classification").items ?? [] {
      let probabilities = try sample.require("probabilities")
      let classes = try probabilities.shape()[1]
      covered.formUnion(
        try check(
          sample, probabilities: probabilities.floats(), width: classes,
          target: classTarget(classes), link: .softmax))
    }
    for sample in try golden.require("binary").items ?? [] {
      let yes = try sample.require("probabilities").floats()
      let one = try check(
        sample, probabilities: yes, width: 1, target: classTarget(2), link: .sigmoid)
      let both = try check(
        sample, probabilities: yes.flatMap { [1 - $0, $0] }, width: 2, target: classTarget(2),
        link: .softmax)
      #expect(one == both)
    }
    for sample in try golden.require("multilabel").items ?? [] {
      let probabilities = try sample.require("probabilities")
      let count = try probabilities.shape()[1]
      covered.formUnion(
        try check(
          sample, probabilities: probabilities.floats(), width: count, target: yesNoTarget(count),
          link: .sigmoid))
    }
    let target = TargetEncoding(
      task: .regression, classes: [],
      columns: ["u", "v"].map { .init(name: $0, scale: .identity) })
    for regression in try [golden.require("regression"), golden.require("weighted_regression")] {
      let outputs = try regression.require("predictions").floats()
      let targets = try regression.require("targets").floats()
      for name in ["mse", "rmse", "mae", "r2"] {
        let expected = try #require(try regression.require(name).double)
        let metric = try Metrics.catalog.codec.value(.string(name))
        let found = try value(
          metric, outputs: outputs, targets: targets, width: 2, target: target,
          weights: try regression["weights"]?.floats())
        #expect(abs(found - expected) < 1e-6 * max(1, abs(expected)), "\(name)")
        covered.insert(name)
      }
    }
    #expect(covered == Set(Metrics.catalog.entries.map(\.type)))
  }

  /// One target that does not vary leaves the mean over several defined, by `r2_score` of scikit-learn: the first alone
  /// has 1 − 0.5 / 5.
  @Test(arguments: [(Float(7), 0.95), (Float(6), 0.45)])
  func aConstantTargetOfSeveral(prediction: Float, expected: Double) throws {
    let two = TargetEncoding(
      task: .regression, classes: [],
      columns: ["u", "v"].map { .init(name: $0, scale: .identity) })
    let targets: [Float] = [1, 7, 2, 7, 3, 7, 4, 7]
    let outputs: [Float] = [1.5, 7, 2, 7, 3, 7, 4.5, prediction]
    let found = try value(
      R2Metric(), outputs: outputs, targets: targets, width: 2, target: two)
    #expect(abs(found - expected) < 1e-12)
    let one = TargetEncoding(
      task: .regression, classes: [], columns: [.init(name: "v", scale: .identity)])
    let alone = try value(
      R2Metric(), outputs: [7, 7, 7, 7], targets: [7, 7, 7, 7], width: 1, target: one)
    #expect(alone.isNaN)
  }

  /// The ranks are those of the probabilities, not of the outputs.
  @Test(arguments: [(Link.softmax, 3), (.softmax, 2), (.sigmoid, 1)])
  func areasAreOfProbabilities(link: Link, width: Int) throws {
    var generator = SplitMix64(seed: 4)
    let outputs = generator.floats(300 * width, in: -3..<3)
    let classes = max(2, width)
    let targets = (0..<300).map { Float($0 % classes) }
    var probabilities = outputs
    probabilities.withUnsafeMutableBufferPointer { values in
      for row in 0..<300 { link.apply(values.baseAddress! + row * width, count: width) }
    }
    let target = classTarget(classes)
    let area = try value(
      ROCAUC(), outputs: outputs, targets: targets, width: width, target: target, link: link)
    let direct = try value(
      ROCAUC(), outputs: probabilities, targets: targets, width: width, target: target)
    #expect(area == direct)
    #expect((0.3..<0.7).contains(area))
  }

  /// The area by its definition, over all pairs.
  @Test func areasAreThoseOfAllPairs() throws {
    var generator = SplitMix64(seed: 9)
    let probabilities = generator.floats(2000, in: 0..<1).map { ($0 * 300).rounded() / 300 }
    let targets = generator.floats(2000).map { Float($0 > 0.4 ? 1 : 0) }
    var (ordered, pairs) = (0.0, 0.0)
    for (yes, isYes) in zip(probabilities, targets) where isYes == 1 {
      for (no, isYes) in zip(probabilities, targets) where isYes == 0 {
        ordered += yes > no ? 1 : yes == no ? 0.5 : 0
        pairs += 1
      }
    }
    let area = try value(
      ROCAUC(), outputs: probabilities, targets: targets, width: 1, target: classTarget(2))
    #expect(area == ordered / pairs)
  }

  @Test func notANumberIsNeverRight() throws {
    let outputs: [Float] = [.nan, .nan, .nan, 1, .nan, 0]
    let targets: [Float] = [0, 0]
    var topTwo = TopKAccuracy()
    topTwo.k = 2
    let found = try value(
      topTwo, outputs: outputs, targets: targets, width: 3, target: classTarget(3), link: .softmax)
    #expect(found == 0.5)
    let area = try value(
      ROCAUC(), outputs: outputs, targets: [0, 1], width: 3, target: classTarget(3), link: .softmax)
    #expect(area.isNaN)
  }

  @Test(arguments: [
    ("precision", "binary", 2, true), ("recall", "macro", 3, true), ("f1", "macro", 2, false),
    ("f1", "binary", 1, false),
  ])
  func theAverageDependsOnTheClasses(
    name: String, average: String, labels: Int, isExclusive: Bool
  ) throws {
    let target = isExclusive ? classTarget(labels) : yesNoTarget(labels)
    let metric = try Metrics.catalog.codec.value(.string(name)).resolved(for: target)
    #expect(Metrics.catalog.codec.write(metric)["average"]?.string == average)
  }

  @Test func metricsOfOtherTargetsAreErrors() throws {
    var topThree = TopKAccuracy()
    topThree.k = 3
    #expect(throws: PlanError.self) { try topThree.check(classTarget(3), link: .softmax) }
    #expect(throws: PlanError.self) { try TopKAccuracy().check(yesNoTarget(9), link: .sigmoid) }
    #expect(throws: PlanError.self) { try Perplexity().check(classTarget(2), link: .sigmoid) }
    var f1 = F1()
    f1.average = .binary
    #expect(throws: PlanError.self) { try f1.check(classTarget(3), link: .softmax) }
    #expect(throws: PlanError.self) { try f1.check(yesNoTarget(2), link: .sigmoid) }
  }

  @Test func errorsAreInTheUnitsOfTheTarget() throws {
    let target = TargetEncoding(
      task: .regression, classes: [],
      columns: [.init(name: "y", scale: Scale(offset: 100, divisor: 10))])
    let outputs: [Float] = [0, 1, 2]
    let targets: [Float] = [1, 1, 1]
    #expect(
      try value(MAEMetric(), outputs: outputs, targets: targets, width: 1, target: target) == 20.0
        / 3)
    let mse = try value(
      MSEMetric(), outputs: outputs, targets: targets, width: 1, target: target)
    #expect(abs(mse - 200.0 / 3) < 1e-9)
  }

  /// A Poisson loss learns the logarithm of the rate; figures are of the rate.
  @Test func logarithmsArePutBack() throws {
    let target = TargetEncoding(
      task: .regression, classes: [], columns: [.init(name: "y", scale: .identity)])
    let mae = try value(
      MAEMetric(), outputs: [0, 1], targets: [1, 5], width: 1, target: target, link: .exponential)
    #expect(abs(mae - (5 - 2.718_281_828_459) / 2) < 1e-9)
  }
}

import Configuration
import Datasets
import Network
import TestSupport
import Testing
import Training

@Suite struct MetricsTests {
  private func value(
    _ name: String, outputs: [Float], targets: [Float], width: Int, target: TargetEncoding,
    link: Link = .identity
  ) throws -> Double? {
    guard let metric = try Metrics.catalog.item(name, .object([])) else { return nil }
    let accumulator = metric.makeAccumulator(target, link: link)
    let targetWidth = target.kind.width
    let rows = targets.count / targetWidth
    // In batches of three and one reset, which must not matter.
    accumulator.add(
      outputs: outputs, width: width, targets: targets, targetWidth: targetWidth, rows: 1)
    accumulator.reset()
    for first in stride(from: 0, to: rows, by: 3) {
      let count = min(3, rows - first)
      accumulator.add(
        outputs: Array(outputs[first * width..<(first + count) * width]), width: width,
        targets: Array(targets[first * targetWidth..<(first + count) * targetWidth]),
        targetWidth: targetWidth, rows: count)
    }
    return accumulator.value
  }

  @Test func figuresAreThoseOfScikitLearn() throws {
    let golden = try Golden.read("metrics")
    var covered: Set<String> = []
    for sample in try golden.require("classification").items ?? [] {
      let probabilities = try sample.require("probabilities").floats()
      let targets = try sample.require("targets").floats()
      let target = TargetEncoding(
        task: .classification, classes: ["a", "b", "c"],
        columns: [.init(name: "y", scale: .identity)])
      for (name, key) in [("accuracy", "accuracy")] {
        let expected = try #require(try sample.require(key).double)
        let found = try #require(
          try value(name, outputs: probabilities, targets: targets, width: 3, target: target))
        #expect(abs(found - expected) < 1e-9)
        covered.insert(name)
      }
    }
    let regression = try golden.require("regression")
    let outputs = try regression.require("predictions").floats()
    let targets = try regression.require("targets").floats()
    let target = TargetEncoding(
      task: .regression, classes: [],
      columns: ["u", "v"].map { .init(name: $0, scale: .identity) })
    for name in ["mse", "rmse", "mae", "r2"] {
      let expected = try #require(try regression.require(name).double)
      let found = try #require(
        try value(name, outputs: outputs, targets: targets, width: 2, target: target))
      #expect(abs(found - expected) < 1e-6 * max(1, abs(expected)), "\(name)")
      covered.insert(name)
    }
    #expect(covered == Set(Metrics.catalog.entries.map(\.type)))
  }

  @Test func errorsAreInTheUnitsOfTheTarget() throws {
    let target = TargetEncoding(
      task: .regression, classes: [],
      columns: [.init(name: "y", scale: Scale(offset: 100, divisor: 10))])
    let outputs: [Float] = [0, 1, 2]
    let targets: [Float] = [1, 1, 1]
    #expect(
      try value("mae", outputs: outputs, targets: targets, width: 1, target: target) == 20.0 / 3)
    let mse = try #require(
      try value("mse", outputs: outputs, targets: targets, width: 1, target: target))
    #expect(abs(mse - 200.0 / 3) < 1e-9)
  }

  /// A Poisson loss learns the logarithm of the rate; figures are of the rate.
  @Test func logarithmsArePutBack() throws {
    let target = TargetEncoding(
      task: .regression, classes: [], columns: [.init(name: "y", scale: .identity)])
    let mae = try #require(
      try value(
        "mae", outputs: [0, 1], targets: [1, 5], width: 1, target: target, link: .exponential))
    #expect(abs(mae - (5 - 2.718_281_828_459) / 2) < 1e-9)
  }
}

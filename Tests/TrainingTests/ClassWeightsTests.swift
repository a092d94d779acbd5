import Configuration
import Datasets
import Network
import Numerics
import TestSupport
import Testing
import Training

/// The weights of classes in a run.
@Suite struct ClassWeightsTests {
  private static let layers =
    #"{"type": "dense", "units": 8, "activation": "tanh"}, {"type": "dense"}"#

  private func run(_ weights: String?, loss: String = "cross_entropy", rows: Int = 151) throws
    -> SampleRun
  {
    let weights = weights.map { #", "class_weights": \#($0)"# } ?? ""
    return try SampleRun(
      layers: Self.layers, training: #", "loss": {"type": "\#(loss)"\#(weights)}"#, rows: rows)
  }

  /// The loss before any learning.
  private func loss(_ weights: String?, loss: String) throws -> Double {
    let run = try run(weights, loss: loss)
    let sets = try run.plan.data.makeSets()
    return try run.loop(ThreadPool(threads: 1)).evaluate(try #require(sets[.train])).loss
  }

  @Test func balancedWeightsAreThoseOfTheTrainingPart() throws {
    let run = try run("\"balanced\"", rows: 5)
    // Three x and two y.
    #expect(run.plan.loss.weights == [Float(5.0 / 6), Float(5.0 / 4)])
  }

  /// A class that is a whole number may be called as in the file, with decimals.
  @Test func decimalsOfAClassAreLeftOut() {
    let weights = ClassWeights.byLabel(["1.0": 3, "2": 5, "2.0": 7, "a.0": 2, "3.5": 2])
    let classes = ["0", "1", "2", "a"]
    #expect(weights.resolved(classes: classes, counts: [1, 1, 1, 1]) == [1, 3, 5, 1])
    #expect(weights.unknownLabels(classes: classes) == ["3.5", "a.0"])
  }

  @Test(arguments: ["cross_entropy", "binary_cross_entropy", "hinge"])
  func theLossOfAPartIsTheWeightedMean(name: String) throws {
    let ofX = try loss(#"{"y": 0}"#, loss: name)
    let ofY = try loss(#"{"x": 0}"#, loss: name)
    let (x, y) = (3 * 76.0, 0.5 * 75.0)
    let expected = (x * ofX + y * ofY) / (x + y)
    #expect(abs(try loss(#"{"x": 3, "y": 0.5}"#, loss: name) - expected) < 1e-6)
    let balanced = try loss("\"balanced\"", loss: name)
    #expect(abs(balanced - (ofX + ofY) / 2) < 1e-6)
    #expect(try loss(nil, loss: name) == (try loss(#"{"x": 1}"#, loss: name)))
  }

  @Test func theResolvedConfigurationKeepsWhatWasWritten() throws {
    for weights in ["\"balanced\"", #"{"x":3}"#] {
      let json = try run(weights).plan.config.json["training"]?["loss"]
      #expect(json?["class_weights"]?.compactText == weights)
    }
  }

  @Test func anUnknownLabelIsReportedAtItsPlace() {
    #expect {
      try run(#"{"x": 2, "Y": 3, "z": 1}"#)
    } throws: { error in
      let findings = (error as? Failure)?.diagnostics ?? []
      return findings.map(\.code) == ["unknown-label", "unknown-label"]
        && findings.allSatisfy { $0.help == "classes: x, y" }
        && findings.map { $0.place?.width } == [3, 3]
    }
  }

  @Test(arguments: ["cross_entropy", "binary_cross_entropy"])
  func yesNoTargetsHaveNoClasses(loss: String) {
    #expect {
      try SampleRun(
        layers: Self.layers, target: #"["yes", "odd"]"#,
        training: #", "loss": {"type": "\#(loss)", "class_weights": "balanced"}"#)
    } throws: { error in
      let codes = (error as? Failure)?.diagnostics.map(\.code) ?? []
      return codes.contains("contradiction")
    }
  }
}

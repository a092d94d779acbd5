import Configuration
import Network
import Numerics
import TestSupport
import Testing
import Training

/// The hinge loss for several classes in a run.
@Suite struct HingeTests {
  private static let layers =
    #"{"type": "dense", "units": 12, "activation": "tanh"}, {"type": "dense"}"#

  private func run(_ target: String, _ loss: String) throws -> SampleRun {
    try SampleRun(
      layers: Self.layers, target: target, data: #", "scaling": "standard""#,
      training: #", "loss": \#(loss), "metrics": ["accuracy", "roc_auc", "f1"]"#, epochs: 4)
  }

  @Test(arguments: [
    (#""city""#, #""hinge""#, 3),
    (#""city""#, #"{"type": "hinge", "multi_class": "crammer_singer"}"#, 3),
    (#""city""#, #"{"type": "hinge", "squared": true, "class_weights": "balanced"}"#, 3),
    (#""kind""#, #""hinge""#, 1),
    (#""kind""#, #"{"type": "hinge", "multi_class": "crammer_singer"}"#, 2),
  ])
  func classesHaveTheirOutputs(target: String, loss: String, outputs: Int) throws {
    let run = try run(target, loss)
    #expect(run.plan.network.output.shape == Shape(outputs))
    let loop = try run.loop(ThreadPool(threads: 1))
    let training = try #require(run.plan.data.makeSets()[.train])
    let first = loop.evaluate(training).loss
    let outcome = try loop.run(TrainingLoop.Observer())
    let figures = try #require(outcome.train)
    #expect(figures.loss < first)
    #expect((0...1).contains(figures["roc_auc"] ?? -1))
  }

  /// The probabilities of classes add up to 1, and the largest is that of the answer.
  @Test(arguments: [Link.sigmoid, .softmax]) func probabilitiesAddUp(link: Link) {
    var probabilities = [Float](repeating: 0, count: 3)
    link.classProbabilities([0.3, -2, 1.7], count: 3, into: &probabilities, classes: 3)
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-6)
    #expect(probabilities.firstIndex(of: probabilities.max() ?? 0) == 2)
  }

  @Test func yesNoTargetsHaveNoNearestClass() throws {
    #expect {
      try SampleRun(
        layers: Self.layers, target: #"["yes", "odd"]"#,
        training: #", "loss": {"type": "hinge", "multi_class": "crammer_singer"}"#)
    } throws: { error in
      (error as? Failure)?.diagnostics.contains { $0.message.contains("crammer_singer") } == true
    }
  }
}

import Configuration
import Datasets
import Numerics
import TestSupport
import Testing
import Training

@Suite struct ClassificationReportTests {
  private static let layers =
    #"{"type": "dense", "units": 8, "activation": "tanh"}, {"type": "dense"}"#

  private func tally(
    _ target: TargetEncoding, outputs: [Float], targets: [Float], width: Int, weights: [Float]?
  ) -> ClassificationReport {
    var tally = AnswerTally(target, link: target.classes.count > 2 ? .softmax : .sigmoid)
    let rows = targets.count / target.width
    let targets = (0..<rows).flatMap { row in
      targets[row * target.width..<(row + 1) * target.width] + (weights.map { [$0[row]] } ?? [])
    }
    withAnswers(
      outputs: outputs, width: width, targets: targets, targetWidth: targets.count / rows,
      isWeighted: weights != nil
    ) { tally.add($0) }
    return tally.report(of: .test, figures: Figures(all: []))
  }

  @Test(arguments: ["classification", "binary", "multilabel"])
  func scoresAndMatrixAreThoseOfScikitLearn(kind: String) throws {
    for sample in try Golden.read("metrics").require(kind).items ?? [] {
      let name = try sample.require("name").string ?? ""
      let json = try sample.require("probabilities")
      let width = kind == "binary" ? 1 : try json.shape()[1]
      let labels = kind == "binary" ? 2 : width
      let names = (0..<labels).map { "label \($0)" }
      let columns = (kind == "multilabel" ? names : ["y"]).map {
        TargetEncoding.Column(name: $0, scale: .identity)
      }
      let report = tally(
        TargetEncoding(
          task: .classification, classes: kind == "multilabel" ? [] : names, columns: columns),
        // As outputs before a sigmoid are: above 0 for yes. Of several classes the largest counts.
        outputs: try json.floats().map { $0 - 0.5 },
        targets: try sample.require("targets").floats(),
        width: width, weights: try sample["weights"]?.floats())
      let expected = try sample.require("per_label")
      #expect(report.labels == names)
      for (key, values) in [
        ("precision", report.scores.map(\.precision)), ("recall", report.scores.map(\.recall)),
        ("f1", report.scores.map(\.f1)), ("support", report.scores.map(\.support)),
      ] {
        let numbers = try expected.require(key).numbers()
        #expect(zip(values, numbers).allSatisfy { abs($0 - $1) < 1e-12 }, "\(name), \(key)")
        #expect(values.count == numbers.count)
      }
      let matrix = report.confusionMatrix?.joined().map { Float($0) }
      let expectedMatrix = try sample["confusion_matrix"]?.floats()
      #expect(matrix == expectedMatrix, "\(name)")
    }
  }

  @Test func theReportIsOfTheTestPartOrElseTheValidationPart() throws {
    let parts = [
      (#", "validation": {"fraction": 0.3}, "test": {"fraction": 0.2}"#, Part.test, 30),
      (#", "validation": {"fraction": 0.3}"#, .validation, 45),
    ]
    for (data, part, examples) in parts {
      let run = try SampleRun(
        layers: Self.layers, target: #""city""#, data: data,
        training: #", "metrics": ["accuracy", "f1", "roc_auc"]"#)
      let outcome = try run.loop(ThreadPool(threads: 1)).run(TrainingLoop.Observer())
      let report = try #require(outcome.report)
      #expect(report.part == part)
      #expect(report.labels == ["lima", "oslo", "rome"])
      let figures = part == .test ? outcome.test : outcome.validation
      #expect(report.figures == figures)
      #expect(report.macro.f1 == figures?["f1"])
      #expect(report.macro.support == Double(examples))
      let matrix = try #require(report.confusionMatrix)
      let right = matrix.indices.reduce(0) { $0 + matrix[$1][$1] }
      #expect(figures?["accuracy"] == right / Double(examples))
      #expect(matrix.map { $0.reduce(0, +) } == report.scores.map(\.support))
    }
  }

  @Test func withoutClassesOrHeldOutExamplesThereIsNone() throws {
    let loops = try [
      SampleRun(layers: Self.layers),
      SampleRun(layers: Self.layers, target: #""a""#, data: #", "validation": {"fraction": 0.2}"#),
    ].map { try $0.loop(ThreadPool(threads: 1)) }
    for loop in loops { #expect(try loop.run(TrainingLoop.Observer()).report == nil) }
  }

  @Test func yesNoTargetsHaveScoresAndNoMatrix() throws {
    let run = try SampleRun(
      layers: Self.layers, target: #"["yes", "odd"]"#, data: #", "validation": {"fraction": 0.2}"#,
      training: #", "loss": "binary_cross_entropy", "metrics": ["precision", "roc_auc"]"#)
    let outcome = try run.loop(ThreadPool(threads: 1)).run(TrainingLoop.Observer())
    let report = try #require(outcome.report)
    #expect(report.labels == ["yes", "odd"])
    #expect(report.confusionMatrix == nil)
    #expect(report.json["confusion_matrix"] == nil)
  }
}

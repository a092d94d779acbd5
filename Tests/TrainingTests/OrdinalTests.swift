import Configuration
import Datasets
import Network
import Numerics
import TestSupport
import Testing
import Training

/// Classes that follow each other.
@Suite struct OrdinalTests {
  private static let grades = ["poor", "fair", "good", "great"]

  /// A grade by where x lies, but for some noise.
  private static let csv = TableSample.csv("x,z,y", rows: 200) { row in
    let x = Double(row * 37 % 200) / 50
    return "\(x),\(row % 7),\(grades[min(3, max(0, Int(x + Double(row * 13 % 11 - 5) / 20)))])"
  }

  private static let order = #""columns": {"y": {"order": ["poor", "fair", "good", "great"]}}"#

  private func sample(_ data: String = order, training: String = #""loss": "ordinal""#) throws
    -> TableSample
  {
    try TableSample(
      Self.csv, data: #""scaling": "standard", "validation": {"fraction": 0.3}, "# + data,
      training:
        #""epochs": 60, "batch_size": 20, "optimizer": {"type": "adam", "learning_rate": 0.02}, "#
        + training)
  }

  @Test func gradesAreLearned() throws {
    let plan = try sample().sound
    #expect(plan.data.encoding.target.classes == Self.grades)
    #expect(plan.network.output.shape == Shape(3))
    #expect(
      plan.metrics.map { type(of: $0).type } == ["accuracy", "rank_error", "quadratic_kappa"])
    let loop = immortal(
      try TrainingLoop(plan, sets: plan.data.makeSets(), pool: ThreadPool(threads: 1)))
    let outcome = try loop.run(TrainingLoop.Observer())
    let figures = try #require(outcome.validation)
    #expect(try #require(figures["accuracy"]) > 0.7)
    #expect(try #require(figures["rank_error"]) < 0.3)
    #expect(try #require(figures["quadratic_kappa"]) > 0.85)
    // No answer is further off than a grade.
    let matrix = try #require(outcome.report?.confusionMatrix)
    #expect(matrix.count == 4 && matrix[0][3] == 0 && matrix[3][0] == 0)
  }

  /// What is further on is never more probable to be reached, whatever the outputs are, and the answer is the class
  /// in the middle.
  @Test func probabilitiesAreThoseOfTheClasses() {
    var probabilities = [Float](repeating: 0, count: 4)
    Link.sequential.classProbabilities([0, -1, 3], count: 3, into: &probabilities, classes: 4)
    let (a, b, c) = (0.5, 1 / (1 + 2.718_281_828_459_045), 0.952_574_126_822_433_5)
    let expected = [1 - a, a * (1 - b), a * b * (1 - c), a * b * c]
    for (probability, value) in zip(probabilities, expected) {
      #expect(abs(Double(probability) - value) < 1e-6)
    }
  }

  /// Of two classes it is the logistic loss.
  @Test func twoClassesAreYesAndNo() throws {
    let (ordinal, logistic) = (Ordinal(), BinaryCrossEntropy())
    for (output, target) in [(Float(0.7), Float(0)), (-3, 1), (12, 0), (-40, 0)] {
      var gradients: [Float] = [0, 0]
      let losses = [ordinal as any Loss, logistic].enumerated().map { index, loss in
        var gradient: Float = 0
        let value = loss.evaluate(
          [output], target: [target], count: 1, gradient: &gradient, scale: 1)
        gradients[index] = gradient
        return value
      }
      #expect(losses[0] == losses[1] && gradients[0] == gradients[1])
    }
    #expect(try ordinal.outputs(for: .classIndex(count: 2)) == 1)
  }

  @Test func textsNeedAnOrder() throws {
    let sample = try sample(#""ignore": "z""#)
    #expect(sample.diagnostics.map(\.code) == ["missing-key"])
    #expect(
      sample.diagnostics.first?.help
        == #"write "columns": {"y": {"order": […]}} in data, with these from the first to the last, which their names do not tell: "fair", "good", "great", "poor""#
    )
    // Numbers have theirs.
    let numbers = TableSample.csv("x,y", rows: 30) { "\($0),\($0 % 5 + 8)" }
    let plan = try TableSample(numbers, training: #""epochs": 1, "loss": "ordinal""#).sound
    #expect(plan.data.encoding.target.classes == ["8", "9", "10", "11", "12"])
  }

  @Test func whatIsNotInTheOrderIsSaidAtItsPlace() throws {
    let sample = try TableSample(
      "x,y\n1,low\n2,high\n3,medium\n4,low\n5,high\n",
      data: #""columns": {"y": {"order": ["low", "high"]}}"#,
      training: #""epochs": 1, "loss": "ordinal""#)
    #expect(sample.findings == ["unseen-category data.csv:4:3"])
    // What no row has is left out.
    let more = try TableSample(
      "x,y\n1,low\n2,high\n3,low\n4,high\n",
      data: #""columns": {"y": {"order": ["low", "medium", "high"]}}"#,
      training: #""epochs": 1, "loss": "ordinal""#)
    #expect(try more.sound.data.encoding.target.classes == ["low", "high"])
  }

  @Test(arguments: [
    (#""loss": "ordinal", "metrics": [{"type": "top_k_accuracy", "k": 2}]"#, order),
    (#""loss": "ordinal", "metrics": ["perplexity"]"#, order),
    (#""loss": "cross_entropy", "metrics": ["rank_error"]"#, #""ignore": "z""#),
  ])
  func figuresThatDoNotFitAreRefused(training: String, data: String) throws {
    #expect(try sample(data, training: training).diagnostics.map(\.code) == ["task"])
  }

  /// An order serves other losses and their figures, too.
  @Test func anOrderIsForAnyLossOfClasses() throws {
    let plan = try sample(training: #""loss": "cross_entropy", "metrics": ["quadratic_kappa"]"#)
      .sound
    #expect(plan.data.encoding.target.classes == Self.grades)
    #expect(plan.network.output.shape == Shape(4))
    let number = try TableSample(
      "x,y\n1,2\n2,3\n3,5\n", data: #""columns": {"y": {"order": ["2", "3"]}}"#)
    #expect(number.diagnostics.map(\.code) == ["contradiction"])
  }
}

import Configuration
import Network
import Numerics
import TestSupport
import Testing

struct ClassWeightsTests {
  private static let weighted = Losses.catalog.entries.map(\.type).filter {
    (try? Losses.catalog.codec.value(.string($0))) is any ClassWeightedLoss
  }

  /// Three classes where the loss takes them, else two.
  private static let classes = ["a", "b", "c"]

  private func loss(_ type: String, _ weights: String, _ more: String = "") throws -> any Loss {
    let classes = type == "cross_entropy" ? Self.classes : Array(Self.classes.prefix(2))
    return try Losses.catalog.codec.value(
      "{\"type\": \"\(type)\", \"class_weights\": \(weights)\(more)}"
    ).resolved(classes: classes, counts: classes.indices.map { [6, 3, 1][$0] })
  }

  @Test func balancedWeighsClassesTheSame() {
    // scikit-learn: compute_class_weight("balanced", y) of 6, 3 and 1 examples.
    let weights = ClassWeights.balanced.resolved(classes: Self.classes, counts: [6, 3, 1])
    let expected: [Float] = [10 / 18, 10 / 9, 10 / 3]
    #expect(weights == expected)
  }

  @Test func labelsLeftOutWeighOne() {
    let weights = ClassWeights.byLabel(["b": 2.5, "a": 0])
    #expect(weights.resolved(classes: Self.classes, counts: []) == [0, 2.5, 1])
  }

  @Test(arguments: weighted) func whatWasWrittenIsKept(type: String) throws {
    for text in ["\"balanced\"", "{\"a\":0.5,\"b\":2}"] {
      let json = try loss(type, text).json
      #expect(json["class_weights"]?.compactText == text)
    }
  }

  @Test(arguments: ["{}", "{\"a\": -1}", "\"even\"", "{\"a\": \"1\"}", "[1, 2]"])
  func whatIsNoWeightIsAnError(text: String) {
    #expect(throws: Failure.self) { try loss("cross_entropy", text) }
  }

  /// Central differences of the loss, in single precision.
  @Test(arguments: weighted) func gradientsAreThoseOfTheLoss(type: String) throws {
    let smoothing = type == "cross_entropy" ? ", \"label_smoothing\": 0.3" : ""
    let squared = type == "hinge" ? ", \"squared\": true" : ""
    let loss = try loss(type, "{\"a\": 0.25, \"b\": 3}", smoothing + squared)
    let outputs: [Float] = type == "cross_entropy" ? [0.3, -0.8, 0.5] : [0.4]
    for label in 0..<loss.weights.count {
      let target = [Float(label)]
      var gradient = outputs.map { _ in Float(0) }
      let scale: Float = 0.5
      _ = loss.evaluate(
        outputs, target: target, count: outputs.count, gradient: &gradient, scale: scale)
      for index in outputs.indices {
        let values = [1, -1].map { sign in
          var moved = outputs
          moved[index] += Float(sign) / 256
          return loss.evaluate(
            moved, target: target, count: moved.count, gradient: nil, scale: scale)
        }
        let difference = (values[0] - values[1]) * 128 * scale
        #expect(abs(difference - gradient[index]) < 1e-3, "class \(label), output \(index)")
      }
    }
  }

  /// Examples that all weigh nothing neither teach nor divide by zero.
  @Test(arguments: weighted) func noWeightIsNoLoss(type: String) throws {
    let loss = try loss(type, "{\"a\": 0}")
    let count = type == "cross_entropy" ? 3 : 1
    var plan = MemoryPlan(purpose: .training, batchRows: 4, rows: 4)
    let outputs = plan.slot(Shape(count), gradient: true)
    let targets = plan.slot(Shape(1), gradient: false)
    let losses = plan.slot(Shape(1), gradient: false)
    let memory = immortal(try Memory(plan))
    for index in 0..<4 * count { memory.value(outputs)[index] = Float(index % 5) - 2 }
    func evaluate() -> LossSum {
      LossKernel.evaluate(
        loss, outputs: outputs, targets: targets, losses: losses, memory: memory, rows: 4,
        needsGradient: true, pool: ThreadPool(threads: 1))
    }
    let sum = evaluate()
    #expect(sum.weight == 0 && sum.loss == 0 && sum.mean == 0)
    for index in 0..<4 * count { #expect(memory.gradient(outputs)[index] == 0) }
    memory.value(outputs)[0] = .nan
    #expect(evaluate().mean.isNaN)
  }
}

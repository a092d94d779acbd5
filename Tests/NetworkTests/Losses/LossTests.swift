import Configuration
import Network
import Numerics
import TestSupport
import Testing

struct LossTests {
  /// What a loss makes of a batch.
  private struct Evaluation {
    let sum: LossSum
    let losses: [Float]
    let gradients: [Float]
  }

  private func evaluate(
    _ loss: any Loss, outputs: [Float], targets: [Float], rows: Int, threads: Int = 1,
    needsGradient: Bool = true, weightOfUpdate: Double? = nil, isWeighted: Bool = false
  ) throws -> Evaluation {
    var plan = MemoryPlan(purpose: .training, batchRows: rows, rows: rows)
    let outputSlot = plan.slot(Shape(outputs.count / rows), gradient: true)
    let targetSlot = plan.slot(Shape(targets.count / rows), gradient: false)
    let lossSlot = plan.slot(Shape(1), gradient: false)
    let memory = immortal(try Memory(plan))
    memory.value(outputSlot).update(from: outputs, count: outputs.count)
    memory.value(targetSlot).update(from: targets, count: targets.count)
    let sum = LossKernel.evaluate(
      loss, outputs: outputSlot, targets: targetSlot, losses: lossSlot, memory: memory, rows: rows,
      needsGradient: needsGradient, weightOfUpdate: weightOfUpdate,
      isWeighted: isWeighted, pool: ThreadPool(threads: threads))
    return Evaluation(
      sum: sum,
      losses: Array(UnsafeBufferPointer(start: memory.value(lossSlot), count: rows)),
      gradients: Array(
        UnsafeBufferPointer(start: memory.gradient(outputSlot), count: outputs.count)))
  }

  @Test(arguments: Losses.catalog.entries.map(\.type))
  func equalsPyTorch(type: String) throws {
    var count = 0
    for json in try Golden.read("losses").require("cases").items ?? []
    where json["name"]?.string == type || json["name"]?.string == "squared_\(type)" {
      guard let loss = try loss(type, json) else { continue }
      count += 1
      let outputs = try json.require("outputs")
      let rows = try outputs.shape()[0]
      // The golden values know the classes of a hinge as −1 and 1, a network as 0 and 1.
      let isOfSigns = type == "hinge" && json["parameters"]?["multi_class"] == nil
      var targets = try json.require("targets").floats().map { isOfSigns ? ($0 + 1) / 2 : $0 }
      let weights = try json["parameters"]?["sample_weight"]?.floats()
      if let weights {
        let width = targets.count / rows
        targets = (0..<rows).flatMap { targets[$0 * width..<($0 + 1) * width] + [weights[$0]] }
      }
      let evaluation = try evaluate(
        loss, outputs: outputs.floats(), targets: targets, rows: rows, isWeighted: weights != nil)
      let expected = try json.require("loss").double ?? .nan
      #expect(abs(evaluation.sum.mean - expected) < 1e-6 * max(1, abs(expected)))
      #expect(
        largestError(of: evaluation.gradients, against: try json.require("gradients").numbers())
          < 1e-6)
    }
    #expect(count > 0, "no golden case for \(type)")
    let weighted = try Golden.read("losses").require("cases").items?.contains {
      $0["name"]?.string == type && $0["parameters"]?["weight"] != nil
    }
    let loss = try Losses.catalog.codec.value(.string(type))
    #expect(weighted == (loss is any ClassWeightedLoss), "no golden case for weights of \(type)")
  }

  /// The loss of a golden case; `nil` if it cannot be said in a configuration.
  private func loss(_ type: String, _ json: JSONValue) throws -> (any Loss)? {
    var members = try json.require("parameters").members ?? []
    if json["name"]?.string != type { members.append(JSONMember("squared", .boolean(true))) }
    let weights = json["parameters"]?["weight"]?.items ?? []
    members.removeAll { ["weight", "sample_weight"].contains($0.key) }
    let isOfClasses = json["parameters"]?["multi_class"] != nil
    let count = isOfClasses ? try json.require("outputs").shape()[1] : weights.count
    let classes = (0..<count).map { "class \($0)" }
    if !weights.isEmpty {
      members.append(
        JSONMember(
          "class_weights", .object(zip(classes, weights).map { JSONMember($0, $1) })))
    }
    return try Losses.catalog.item(type, .object(members))?
      .resolved(classes: classes, counts: classes.map { _ in 1 })
  }

  @Test(arguments: Losses.catalog.entries.map(\.type))
  func isTheSameWithoutGradientAndForAnyThreads(type: String) throws {
    let loss = try Losses.catalog.codec.value(.string(type))
    var generator = SplitMix64(seed: 1)
    let rows = 700
    let outputs = generator.floats(rows * 50, in: -5..<5)
    let isIndex = type == "cross_entropy"
    let targets = (0..<(isIndex ? rows : rows * 50)).map { Float($0 % 2) }
    let expected = try evaluate(loss, outputs: outputs, targets: targets, rows: rows)
    for threads in [2, 4] {
      let evaluation = try evaluate(
        loss, outputs: outputs, targets: targets, rows: rows, threads: threads)
      #expect(evaluation.sum.loss == expected.sum.loss)
      #expect(bits(evaluation.gradients) == bits(expected.gradients))
    }
    let evaluation = try evaluate(
      loss, outputs: outputs, targets: targets, rows: rows, needsGradient: false)
    #expect(evaluation.sum.loss == expected.sum.loss)
    #expect(evaluation.gradients.allSatisfy { $0 == 0 })
    #expect(expected.losses.reduce(0) { $0 + Double($1) } == expected.sum.loss)
    #expect(expected.sum.weight == Double(rows))
  }

  @Test(arguments: Losses.catalog.entries.map(\.type))
  func keepsNaN(type: String) throws {
    let loss = try Losses.catalog.codec.value(.string(type))
    let evaluation = try evaluate(loss, outputs: [.nan, 1], targets: [0, 1], rows: 1)
    #expect(evaluation.sum.mean.isNaN)
  }
}

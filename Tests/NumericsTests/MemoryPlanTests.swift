import Numerics
import Testing

struct MemoryPlanTests {
  /// A kernel of 3×5 and a bias of 5, values of 5 with and of 20 without gradient.
  private func plan(purpose: MemoryPlan.Purpose, states: Int = 0) -> MemoryPlan {
    var plan = MemoryPlan(purpose: purpose, batchRows: 4, rows: 10)
    _ = plan.parameter("kernel", Shape(3, 5))
    _ = plan.parameter("bias", Shape(5))
    _ = plan.slot(Shape(5), gradient: true)
    _ = plan.slot(Shape(20), gradient: false)
    plan.optimizerStates = states
    return plan
  }

  @Test func bytesAreCountedInWholeCacheLines() {
    #expect(plan(purpose: .inference).byteCount == 4 * (32 + 48 * 10))
    #expect(plan(purpose: .training).byteCount == 4 * (32 * 2 + 48 * 10 + 16 * 4))
    #expect(plan(purpose: .training, states: 2).byteCount == 4 * (32 * 4 + 48 * 10 + 16 * 4))
  }

  @Test func gapsAreNoParameters() {
    let plan = plan(purpose: .training)
    #expect(plan.parameterCount == 20)
    #expect(plan.parameterElements == 32)
    #expect(plan.parameters.map(\.name) == ["kernel", "bias"])
    #expect(plan.parameters.map(\.range) == [0..<15, 16..<21])
  }

  @Test func inferenceHasNoGradients() {
    var plan = plan(purpose: .inference)
    #expect(!plan.slot(Shape(3), gradient: true).hasGradient)
  }

  @Test func thereIsRoomForTheTrainingBatch() {
    #expect(MemoryPlan(purpose: .training, batchRows: 8, rows: 2).rows == 8)
    #expect(MemoryPlan(purpose: .training, batchRows: 2, rows: 8).rows == 8)
  }

  @Test func sumsOfAnySizeDoNotOverflow() {
    var plan = MemoryPlan(purpose: .training, batchRows: .max, rows: .max)
    for _ in 0..<100 {
      _ = plan.parameter("huge", Shape(1 << 57))
      _ = plan.slot(Shape(1 << 57), gradient: true)
    }
    plan.optimizerStates = 8
    #expect(plan.byteCount >= 1 << 60)
    #expect(plan.parameterCount >= 1 << 58)
  }
}

import Network
import Numerics
import Testing

struct TargetKindTests {
  @Test func outputsFitTheTarget() throws {
    #expect(try CrossEntropy().outputs(for: .classIndex(count: 7)) == 7)
    #expect(try BinaryCrossEntropy().outputs(for: .classIndex(count: 2)) == 1)
    #expect(try BinaryCrossEntropy().outputs(for: .values(count: 3)) == 3)
    #expect(try MeanSquaredError().outputs(for: .values(count: 3)) == 3)
  }

  /// Saying that the task is classification makes no class of several numbers.
  @Test func oneHotColumnsAreNoClass() {
    let error = #expect(throws: PlanError.self) {
      try CrossEntropy().outputs(for: .values(count: 3))
    }
    #expect(error?.message.contains("3 numbers") == true)
    #expect(error?.help?.contains("one-hot") == true)
    #expect(error?.help?.contains("binary_cross_entropy") == true)
    #expect(error?.help?.contains("task") == false)
  }

  @Test func unfitTargetsAreErrors() {
    #expect(throws: PlanError.self) { try CrossEntropy().outputs(for: .values(count: 1)) }
    #expect(throws: PlanError.self) { try BinaryCrossEntropy().outputs(for: .classIndex(count: 3)) }
    #expect(throws: PlanError.self) { try MeanSquaredError().outputs(for: .classIndex(count: 2)) }
  }
}

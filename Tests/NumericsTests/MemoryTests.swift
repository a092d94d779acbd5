import Numerics
import TestSupport
import Testing

struct MemoryTests {
  /// A plan with slots and parameters of many sizes, asked for in mixed order.
  private struct Example {
    var plan: MemoryPlan
    var slots: [Slot] = []
    var parameters: [Parameter] = []
    var statistics: [Statistic] = []
    var intermediates: [Intermediate] = []

    init(purpose: MemoryPlan.Purpose, batchRows: Int, rows: Int) {
      plan = MemoryPlan(purpose: purpose, batchRows: batchRows, rows: rows)
      var generator = SplitMix64(seed: 2)
      for index in 0..<40 {
        let size = Int.random(in: 1...200, using: &generator)
        if index % 3 == 0 {
          parameters.append(plan.parameter("p\(index)", Shape(size, 1 + index % 4)))
          statistics.append(plan.statistic("s\(index)", Shape(size)))
          intermediates.append(plan.intermediate(size))
          plan.share(size)
        } else {
          slots.append(plan.slot(Shape(size), gradient: index % 2 == 0))
        }
      }
      plan.optimizerStates = purpose == .training ? 2 : 0
    }

    /// Every array of the memory, as its start and its count.
    func arrays(_ memory: Memory) -> [(UnsafeMutablePointer<Float>, Int)] {
      var arrays: [(UnsafeMutablePointer<Float>, Int)] = []
      for slot in slots {
        arrays.append((memory.value(slot), plan.rows * slot.shape.count))
        if slot.hasGradient {
          arrays.append((memory.gradient(slot), plan.batchRows * slot.shape.count))
        }
      }
      arrays += statistics.map { (memory.value($0), $0.shape.count) }
      arrays += intermediates.map { (memory.value($0), $0.count) }
      // As much as the largest that any layer asked for.
      arrays.append((memory.shared, intermediates.map(\.count).max() ?? 0))
      for parameter in parameters {
        arrays.append((memory.value(parameter), parameter.shape.count))
        guard plan.purpose == .training else { continue }
        arrays.append((memory.gradient(parameter), parameter.shape.count))
        for state in 0..<plan.optimizerStates {
          let array = memory.optimizerState(state)[parameter.range]
          if let start = UnsafeMutableBufferPointer(rebasing: array).baseAddress {
            arrays.append((start, array.count))
          }
        }
      }
      return arrays
    }
  }

  @Test(arguments: [(1, 1), (3, 8), (17, 5)])
  func arraysAreAlignedDisjointAndZero(batchRows: Int, rows: Int) throws {
    for purpose in [MemoryPlan.Purpose.training, .inference] {
      let example = Example(purpose: purpose, batchRows: batchRows, rows: rows)
      let memory = immortal(try Memory(example.plan))
      let arrays = example.arrays(memory)
      // Each array gets a number of its own; one that overlaps another would not keep it.
      for (number, (start, count)) in arrays.enumerated() {
        #expect(UInt(bitPattern: start) % 64 == 0)
        #expect(UnsafeBufferPointer(start: start, count: count).allSatisfy { $0 == 0 })
        start.update(repeating: Float(number + 1), count: count)
      }
      for (number, (start, count)) in arrays.enumerated() {
        let values = UnsafeBufferPointer(start: start, count: count)
        #expect(values.allSatisfy { $0 == Float(number + 1) })
      }
    }
  }

  @Test func allArraysLieInTheOneAllocation() throws {
    let example = Example(purpose: .training, batchRows: 4, rows: 6)
    let memory = immortal(try Memory(example.plan))
    let first = try #require(memory.parameters.baseAddress)
    for (start, count) in example.arrays(memory) {
      #expect(start >= first)
      #expect(start + count <= first + example.plan.byteCount / 4)
    }
  }

  @Test func flatArraysHoldTheParameters() throws {
    let example = Example(purpose: .training, batchRows: 1, rows: 1)
    let memory = immortal(try Memory(example.plan))
    for parameter in example.parameters {
      memory.value(parameter)[0] = 3
      #expect(memory.parameters[parameter.offset] == 3)
      memory.gradient(parameter)[0] = 4
      #expect(memory.gradients[parameter.offset] == 4)
    }
    #expect(memory.parameters.count == example.plan.parameterElements)
    #expect(memory.optimizerState(1).count == example.plan.parameterElements)
  }

  @Test func reshapedSlotsAreTheSameMemory() throws {
    var plan = MemoryPlan(purpose: .training, batchRows: 2, rows: 2)
    let slot = plan.slot(Shape(4, 6), gradient: true)
    let flat = slot.reshaped(Shape(24))
    let memory = immortal(try Memory(plan))
    #expect(flat.shape == Shape(24))
    #expect(memory.value(flat) == memory.value(slot))
    #expect(memory.gradient(flat) == memory.gradient(slot))
  }

  @Test func forksShareValuesButNotGradients() throws {
    var plan = MemoryPlan(purpose: .training, batchRows: 2, rows: 2)
    let slot = plan.slot(Shape(20), gradient: true)
    let fork = plan.fork(slot)
    let next = plan.slot(Shape(20), gradient: true)
    let memory = immortal(try Memory(plan))
    #expect(memory.value(fork) == memory.value(slot))
    let gradients = [slot, fork, next].map { memory.gradient($0) }
    #expect(Set(gradients).count == 3)
    #expect(zip(gradients, gradients.dropFirst()).allSatisfy { $1 - $0 >= 2 * 20 })
    let input = plan.slot(Shape(3), gradient: false)
    #expect(!plan.fork(input).hasGradient)
  }

  @Test func aModelIsItsParametersAndStatistics() throws {
    var plan = MemoryPlan(purpose: .inference, batchRows: 1, rows: 1)
    _ = plan.statistic("mean", Shape(3))
    _ = plan.parameter("kernel", Shape(2, 5))
    let memory = immortal(try Memory(plan))
    for array in memory.modelArrays { array.values.update(repeating: 1, count: array.shape.count) }
    #expect(memory.modelArrays.map(\.name) == ["kernel", "mean"])
    #expect(memory.model.reduce(0, +) == 13)
    #expect(memory.parameters.reduce(0, +) == 10)
  }

  @Test func evaluationTakesFewerRowsOfWideExamples() {
    var plan = MemoryPlan(purpose: .training, batchRows: 4, rows: 4)
    _ = plan.slot(Shape(1024), gradient: true)
    plan.limitRows(to: 256, bytes: 1 << 20)
    #expect(plan.rows == 256)
    plan.limitRows(to: 256, bytes: 1 << 16)
    #expect(plan.rows == 16)
    plan.limitRows(to: 256, bytes: 1)
    #expect(plan.rows == 4)
  }

  @Test func tooMuchIsAnError() {
    var plan = MemoryPlan(purpose: .training, batchRows: 1, rows: 1)
    _ = plan.parameter("huge", Shape(1 << 50))
    let huge = plan
    #expect(throws: Memory.OutOfMemory.self) { try Memory(huge) }
  }
}

import Numerics
import TestSupport
import Testing

/// Where gradients lie that follow each other in backward.
struct GradientPlacesTests {
  private static let rows = 3

  private func plan() -> MemoryPlan {
    MemoryPlan(purpose: .training, batchRows: Self.rows, rows: Self.rows)
  }

  private func range(_ slot: Slot, _ memory: Memory) -> Range<Int> {
    let first = Int(bitPattern: memory.gradient(slot)) / 4
    return first..<first + Self.rows * slot.shape.count
  }

  @Test func aReleasedPlaceIsUsedAgain() throws {
    var plan = plan()
    let first = plan.slot(Shape(40), gradient: true)
    let second = plan.slot(Shape(20), gradient: true)
    plan.releaseGradient(of: first)
    let third = plan.slot(Shape(16), gradient: true)
    let fourth = plan.slot(Shape(24), gradient: true)
    let memory = try Memory(plan)
    #expect(memory.gradient(third) == memory.gradient(first))
    #expect(memory.gradient(fourth) == memory.gradient(first) + 16 * Self.rows)
    #expect(!range(fourth, memory).overlaps(range(second, memory)))
    #expect(third.sharesGradient(with: first) && !third.sharesGradient(with: second))
    #expect(memory.value(third) != memory.value(first))
  }

  /// What forward leaves for backward keeps its place, whatever was released before.
  @Test func whatForwardKeepsHasAPlaceOfItsOwn() throws {
    var plan = plan()
    let first = plan.slot(Shape(64), gradient: true)
    plan.releaseGradient(of: first)
    let planned = plan.trainingSlot(Shape(32))
    let kept = try #require(planned)
    let next = plan.slot(Shape(64), gradient: true)
    let memory = try Memory(plan)
    let start = Int(bitPattern: memory.value(kept)) / 4
    #expect(!range(next, memory).overlaps(start..<start + 32 * Self.rows))
    #expect(next.sharesGradient(with: first))
  }

  @Test func theOutputAroundLayersIsApartFromThem() throws {
    var plan = plan()
    let early = plan.slot(Shape(160), gradient: true)
    let input = plan.slot(Shape(16), gradient: true)
    plan.releaseGradient(of: early)
    plan.beginInside()
    let inner = plan.slot(Shape(96), gradient: true)
    plan.releaseGradient(of: inner)
    let small = plan.endInside(Shape(48), gradient: true)
    plan.beginInside()
    let other = plan.slot(Shape(16), gradient: true)
    plan.releaseGradient(of: other)
    let large = plan.endInside(Shape(500), gradient: true)
    let memory = try Memory(plan)
    // In what was free before and nobody took, and else behind everything.
    #expect(range(early, memory).contains(range(small, memory).lowerBound))
    for (output, inside) in [(small, inner), (large, other), (large, small), (large, input)] {
      #expect(!range(output, memory).overlaps(range(inside, memory)))
    }
  }

  @Test func livingGradientsNeverMeet() throws {
    var generator = SplitMix64(seed: 12)
    for _ in 0..<100 {
      var plan = plan()
      var living: [Slot] = []
      /// For each layer of layers around, what was planned since it began.
      var inside: [[Slot]] = []
      /// Pairs that must not overlap.
      var apart: [(Slot, Slot)] = []
      for _ in 0..<60 {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0 where inside.count < 3:
          plan.beginInside()
          inside.append([])
        case 1 where !inside.isEmpty:
          let output = plan.endInside(
            Shape(Int.random(in: 1...90, using: &generator)), gradient: true)
          let inner = inside.removeLast()
          apart += (inner + living).map { (output, $0) }
          living.append(output)
          for index in inside.indices { inside[index] += inner + [output] }
        case 2...4:
          guard let index = living.indices.randomElement(using: &generator) else { continue }
          plan.releaseGradient(of: living.remove(at: index))
        default:
          let slot = plan.slot(
            Shape(Int.random(in: 1...90, using: &generator)), gradient: true)
          apart += living.map { (slot, $0) }
          living.append(slot)
          for index in inside.indices { inside[index].append(slot) }
        }
      }
      let memory = try Memory(plan)
      for (first, second) in apart {
        #expect(!range(first, memory).overlaps(range(second, memory)))
      }
    }
  }
}

import Glibc

/// The one allocation of a model: parameters, statistics, the gradients of the parameters, optimizer
/// states, the room of layers, values and gradients of a batch, in this order, all zero at first.
///
/// It hands out pointers by slot. Whoever writes concurrently keeps to disjoint ranges; the thread
/// pool's tiles do.
package final class Memory: @unchecked Sendable {
  /// The machine has no room for the plan.
  package struct OutOfMemory: Error {
    package let byteCount: Int
  }

  package let plan: MemoryPlan
  private let base: UnsafeMutableRawPointer
  private let gradientBase: UnsafeMutablePointer<Float>
  private let stateBase: UnsafeMutablePointer<Float>
  private let statisticBase: UnsafeMutablePointer<Float>
  private let intermediateBase: UnsafeMutablePointer<Float>
  /// Room that all layers use in turn, each within one of its passes; see `MemoryPlan.share`.
  package let shared: UnsafeMutablePointer<Float>
  private let slotValueBase: UnsafeMutablePointer<Float>
  private let slotGradientBase: UnsafeMutablePointer<Float>
  private let parameterBase: UnsafeMutablePointer<Float>
  private let byteCount: Int

  package init(_ plan: MemoryPlan) throws(OutOfMemory) {
    self.plan = plan
    byteCount = max(plan.byteCount, 4096)
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    guard let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0),
      base != MAP_FAILED
    else { throw OutOfMemory(byteCount: byteCount) }
    // Fewer, larger pages spare the address translation of long passes; a refusal costs nothing.
    madvise(base, byteCount, 14 /* MADV_HUGEPAGE */)
    self.base = base
    let length = plan.parameterElements
    parameterBase = base.assumingMemoryBound(to: Float.self)
    statisticBase = parameterBase + length
    gradientBase = statisticBase + plan.statisticElements
    stateBase = gradientBase + (plan.purpose == .training ? length : 0)
    intermediateBase = stateBase + (plan.purpose == .training ? length * plan.optimizerStates : 0)
    shared = intermediateBase + plan.intermediateElements
    slotValueBase = shared + plan.sharedElements
    slotGradientBase = slotValueBase + plan.valueElementsPerRow * plan.rows
  }

  deinit {
    munmap(base, byteCount)
  }

  /// Shape `rows × slot.shape`.
  package func value(_ slot: Slot) -> UnsafeMutablePointer<Float> {
    slotValueBase + slot.valueOffset * plan.rows
  }

  /// Shape `batchRows × slot.shape`; only for slots that have a gradient.
  package func gradient(_ slot: Slot) -> UnsafeMutablePointer<Float> {
    precondition(slot.hasGradient)
    return slotGradientBase + slot.gradientOffset * plan.batchRows
  }

  /// Shape `batchRows × slot.shape`.
  package func value(_ slot: TrainingSlot) -> UnsafeMutablePointer<Float> {
    slotGradientBase + slot.offset * plan.batchRows
  }

  package func value(_ parameter: Parameter) -> UnsafeMutablePointer<Float> {
    (parameter.isTrainable ? parameterBase : statisticBase) + parameter.offset
  }

  package func value(_ statistic: Statistic) -> UnsafeMutablePointer<Float> {
    statisticBase + statistic.offset
  }

  package func value(_ intermediate: Intermediate) -> UnsafeMutablePointer<Float> {
    intermediateBase + intermediate.offset
  }

  package func gradient(_ parameter: Parameter) -> UnsafeMutablePointer<Float> {
    precondition(plan.purpose == .training && parameter.isTrainable)
    return gradientBase + parameter.offset
  }

  /// All parameters that training moves as one array, gaps included.
  package var parameters: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: parameterBase, count: plan.parameterElements)
  }

  /// All that makes a model what it is: parameters and statistics as one array, gaps included.
  package var model: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(
      start: parameterBase, count: plan.parameterElements + plan.statisticElements)
  }

  /// The arrays of `model`, as a model file holds them.
  package var modelArrays: [(name: String, shape: Shape, values: UnsafeMutablePointer<Float>)] {
    plan.parameters.map { ($0.name, $0.shape, value($0)) }
      + plan.statistics.map { ($0.name, $0.shape, value($0)) }
  }

  /// What one batch of training hands to the next, apart from the model: shape `batchRows × shape` of each.
  package var carried: [UnsafeMutableBufferPointer<Float>] {
    plan.carried.map {
      UnsafeMutableBufferPointer(start: value($0), count: plan.batchRows * $0.shape.count)
    }
  }

  /// Their gradients, in the layout of `parameters`.
  package var gradients: UnsafeMutableBufferPointer<Float> {
    precondition(plan.purpose == .training)
    return UnsafeMutableBufferPointer(start: gradientBase, count: plan.parameterElements)
  }

  /// One of the optimizer's arrays, in the layout of `parameters`.
  package func optimizerState(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    precondition(plan.purpose == .training && index < plan.optimizerStates)
    return UnsafeMutableBufferPointer(
      start: stateBase + index * plan.parameterElements, count: plan.parameterElements)
  }
}

/// A value for each example of a batch, planned but not yet in memory: shape `rows × shape`, and a
/// gradient of the same shape if it has one.
package struct Slot: Sendable {
  package let shape: Shape
  package let hasGradient: Bool
  /// Elements per row before this slot's values, in units that keep every slot aligned.
  let valueOffset: Int
  let gradientOffset: Int
  /// Whether a layer that reads the slot adds to its gradient, in which something stands already, instead
  /// of assigning it.
  package private(set) var addsGradient = false

  /// The same elements seen in another shape of the same count.
  package func reshaped(_ shape: Shape) -> Slot {
    precondition(shape.count == self.shape.count)
    return Slot(
      shape: shape, hasGradient: hasGradient, valueOffset: valueOffset,
      gradientOffset: gradientOffset, addsGradient: addsGradient)
  }

  /// Whether both have their gradient in the same place.
  package func sharesGradient(with other: Slot) -> Bool {
    hasGradient && other.hasGradient && gradientOffset == other.gradientOffset
  }

  /// The same slot for a layer that adds to its gradient.
  package var addingGradient: Slot {
    var slot = self
    slot.addsGradient = true
    return slot
  }
}

/// What forward keeps of each row of a training batch for backward, planned but not yet in memory: shape
/// `batchRows × shape`, beside the gradients.
package struct TrainingSlot: Sendable {
  package let shape: Shape
  let offset: Int
}

/// A learned array, planned but not yet in memory.
package struct Parameter: Sendable {
  /// Unique in the model: `layers.0.kernel`.
  package let name: String
  package let shape: Shape
  /// Elements before it in the flat arrays of parameters, gradients and optimizer states; of one that stays
  /// as it is, before it among the statistics.
  package let offset: Int
  /// Whether training moves it. One that stays as it is has neither gradient nor optimizer state.
  package let isTrainable: Bool

  package var range: Range<Int> { offset..<offset + shape.count }
}

/// An array that a layer tracks while it trains and needs to predict, but that no gradient moves,
/// such as a running mean; planned but not yet in memory.
package struct Statistic: Sendable {
  /// Unique in the model: `layers.1.running_mean`.
  package let name: String
  package let shape: Shape
  let offset: Int
}

/// Room that a layer keeps from its forward to its backward pass, whatever the rows of the batch.
package struct Intermediate: Sendable {
  let offset: Int
  package let count: Int
}

/// Adds up what a model needs before any of it is allocated.
///
/// Offsets are rounded up to `alignment` elements, so that each array starts on a cache line. Sums
/// that no machine could hold stop at a bound instead of overflowing, so that a plan can always be
/// made; the allocation then fails.
package struct MemoryPlan: Sendable {
  /// What a plan is for: without training there are no gradients and no optimizer states.
  package enum Purpose: Sendable {
    case training
    case inference
  }

  /// Elements of 4 bytes in a cache line of 64.
  package static let alignment = 16

  package let purpose: Purpose
  /// The most rows of one training batch.
  package let batchRows: Int
  /// The most rows of one forward pass, in training or evaluation.
  package private(set) var rows: Int
  package private(set) var parameters: [Parameter] = []
  package private(set) var statistics: [Statistic] = []
  /// Elements of the flat parameter array, with the gaps that alignment leaves (they stay zero).
  package private(set) var parameterElements = 0
  /// Flat arrays as long as the parameters that the optimizer keeps.
  package var optimizerStates = 0
  /// Elements of all statistics, and of the parameters that stay as they are, which follow the others in memory.
  private(set) var statisticElements = 0
  private(set) var intermediateElements = 0
  private(set) var sharedElements = 0
  /// Elements of scratch memory that each worker of a pool needs.
  package private(set) var scratchElements = 0
  private(set) var valueElementsPerRow = 0
  private(set) var carried: [Slot] = []
  private var gradientRoom = GradientRoom(bound: mostElements)
  var gradientElementsPerRow: Int { gradientRoom.end }

  package init(purpose: Purpose, batchRows: Int, rows: Int) {
    self.purpose = purpose
    self.batchRows = batchRows
    self.rows = max(rows, purpose == .training ? batchRows : 1)
  }

  /// Plans a value for each row, with a gradient if asked for and the plan is for training.
  package mutating func slot(_ shape: Shape, gradient: Bool) -> Slot {
    let hasGradient = gradient && purpose == .training
    return slot(
      shape, gradientOffset: hasGradient ? gradientRoom.take(aligned(shape.count)) : nil)
  }

  private mutating func slot(_ shape: Shape, gradientOffset: Int?) -> Slot {
    defer { valueElementsPerRow = bounded(valueElementsPerRow + aligned(shape.count)) }
    return Slot(
      shape: shape, hasGradient: gradientOffset != nil, valueOffset: valueElementsPerRow,
      gradientOffset: gradientOffset ?? 0)
  }

  /// Plans a value for each row that the next batch of training begins with: a part of where a run stands.
  package mutating func carriedSlot(_ shape: Shape) -> Slot {
    let slot = slot(shape, gradient: false)
    carried.append(slot)
    return slot
  }

  /// The values of a slot with a gradient of their own, for one of several that read them.
  package mutating func fork(_ slot: Slot) -> Slot {
    guard slot.hasGradient else { return slot }
    return Slot(
      shape: slot.shape, hasGradient: true, valueOffset: slot.valueOffset,
      gradientOffset: gradientRoom.take(aligned(slot.shape.count)))
  }

  /// Plans a value for each row whose gradient is that of another slot, of which it is a sum; if that has
  /// none, one of its own where it is asked for.
  package mutating func slot(
    _ shape: Shape, withGradientOf other: Slot, gradient: Bool = true
  ) -> Slot {
    precondition(shape.count == other.shape.count)
    guard other.hasGradient else { return slot(shape, gradient: gradient) }
    return slot(shape, gradientOffset: other.gradientOffset)
  }

  /// Lets what is planned from now on use the place of a gradient: that of a slot all of whose readers are
  /// planned. They run earlier in backward, so that they are done when this one begins.
  package mutating func releaseGradient(of slot: Slot) {
    guard slot.hasGradient else { return }
    gradientRoom.release(slot.gradientOffset..<slot.gradientOffset + aligned(slot.shape.count))
  }

  /// Begins the inside of a layer of layers, whose output's gradient is still read when they are done.
  package mutating func beginInside() {
    gradientRoom.mark()
  }

  /// Plans the output of a layer of layers, with a gradient that none of them touches if it is to have one.
  package mutating func endInside(_ shape: Shape, gradient: Bool) -> Slot {
    let hasGradient = gradient && purpose == .training
    let offset = gradientRoom.takeUntouched(hasGradient ? aligned(shape.count) : 0)
    return slot(shape, gradientOffset: hasGradient ? offset : nil)
  }

  /// Plans room for each row of a training batch that is not needed for evaluation; `nil` if the plan is
  /// not for training.
  package mutating func trainingSlot(_ shape: Shape) -> TrainingSlot? {
    guard purpose == .training else { return nil }
    return TrainingSlot(shape: shape, offset: gradientRoom.extend(aligned(shape.count)))
  }

  /// - Parameter isTrainable: whether training is to move it.
  package mutating func parameter(
    _ name: String, _ shape: Shape, isTrainable: Bool = true
  ) -> Parameter {
    let offset = isTrainable ? parameterElements : statisticElements
    let parameter = Parameter(name: name, shape: shape, offset: offset, isTrainable: isTrainable)
    parameters.append(parameter)
    parameterCount = bounded(parameterCount + shape.count)
    if isTrainable {
      parameterElements = bounded(parameterElements + aligned(shape.count))
    } else {
      frozenCount = bounded(frozenCount + shape.count)
      statisticElements = bounded(statisticElements + aligned(shape.count))
    }
    return parameter
  }

  /// The arrays that a model file holds.
  package var modelArrays: [(name: String, shape: Shape)] {
    parameters.map { ($0.name, $0.shape) } + statistics.map { ($0.name, $0.shape) }
  }

  package mutating func statistic(_ name: String, _ shape: Shape) -> Statistic {
    let statistic = Statistic(name: name, shape: shape, offset: statisticElements)
    statistics.append(statistic)
    statisticElements = bounded(statisticElements + aligned(shape.count))
    return statistic
  }

  /// Plans room that no other layer uses.
  package mutating func intermediate(_ count: Int) -> Intermediate {
    let intermediate = Intermediate(offset: intermediateElements, count: count)
    intermediateElements = bounded(intermediateElements + aligned(count))
    return intermediate
  }

  /// Sees to it that the room which all layers use in turn holds so many elements.
  package mutating func share(_ count: Int) {
    sharedElements = max(sharedElements, bounded(aligned(count)))
  }

  /// Sees to it that the scratch memory of each worker holds so many elements.
  package mutating func scratch(_ count: Int) {
    scratchElements = max(scratchElements, bounded(count))
  }

  /// The size of the one allocation and of the scratch memory of so many workers, in bytes.
  package func byteCount(workers: Int) -> Int {
    byteCount + workers * scratchElements * MemoryLayout<Float>.stride
  }

  /// Takes as many rows for evaluation as `wanted`, or fewer if their values alone would need more
  /// than `bytes`; at least those of a training batch, and one.
  package mutating func limitRows(to wanted: Int, bytes: Int) {
    let perRow = max(1, valueElementsPerRow) * MemoryLayout<Float>.stride
    rows = max(purpose == .training ? batchRows : 1, min(wanted, bytes / perRow))
  }

  /// The rows of a batch seen as a matrix with so many rows for each example; bounded like all sums.
  package func batchRows(times count: Int) -> Int {
    let (product, overflows) = batchRows.multipliedReportingOverflow(by: count)
    return overflows ? Self.mostElements : bounded(product)
  }

  /// The number of learned values, and how many of them training leaves as they are.
  package private(set) var parameterCount = 0
  package private(set) var frozenCount = 0

  /// The size of the one allocation, in bytes.
  package var byteCount: Int {
    let copies = purpose == .training ? 2 + optimizerStates : 1
    let parts = [
      (parameterElements, copies), (statisticElements, 1), (intermediateElements, 1),
      (sharedElements, 1), (valueElementsPerRow, rows), (gradientElementsPerRow, batchRows),
    ]
    let elements = parts.reduce(0) { sum, part in
      let (product, overflows) = part.0.multipliedReportingOverflow(by: part.1)
      return bounded(sum + (overflows ? Self.mostElements : bounded(product)))
    }
    return elements * MemoryLayout<Float>.stride
  }

  /// Two models, parameters and statistics, and the states of the optimizer, in bytes.
  package var stateBytes: Int {
    let elements = bounded(2 * bounded(parameterElements + statisticElements))
    let (states, overflows) = parameterElements.multipliedReportingOverflow(by: optimizerStates)
    return bounded(elements + (overflows ? Self.mostElements : bounded(states)))
      * MemoryLayout<Float>.stride
  }

  /// 2⁵⁸ elements are an exabyte.
  private static let mostElements = 1 << 58

  private func bounded(_ count: Int) -> Int { min(count, Self.mostElements) }

  private func aligned(_ count: Int) -> Int {
    (count + Self.alignment - 1) / Self.alignment * Self.alignment
  }
}

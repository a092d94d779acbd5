import Configuration
import Datasets
import Network
import Numerics

/// Looks for what was not finite first, in the memory that an iteration left.
struct DivergenceFinder {
  private let plan: RunPlan
  private let memory: Memory
  private let features: ExampleMatrix
  private let targets: ExampleMatrix?
  /// The examples of the training part.
  private let rows: [Int32]

  init(_ plan: RunPlan, memory: Memory, training: ExampleSet) {
    self.plan = plan
    self.memory = memory
    features = training.features
    targets = training.targets
    rows = training.rows
  }

  private static let largeInput = Float(PlanChecker.largeNumber)

  /// Explains an iteration whose forward pass went through parameters that are finite.
  ///
  /// - Parameters:
  ///   - iteration: from 1.
  ///   - examples: those of the batch, in the order of its rows.
  func forward(_ iteration: Int, examples: ArraySlice<Int32>) -> Divergence {
    // Before the layers may stand what makes their inputs.
    let layers = plan.network.layers
    let names = Array(plan.network.summaries.filter { $0.depth == 0 }.suffix(layers.count))
    let layer = layers.firstIndex { !isFinite($0.output, rows: examples.count) }
    let finding =
      layer.map { Divergence.Finding.output(layer: names[$0].name) } ?? .loss
    return divergence(iteration, finding, examples, isFirstAffected: true)
  }

  /// Explains an iteration after whose update parameters are not finite.
  ///
  /// - Parameters:
  ///   - examples: those of its batch, the inputs of which are gone from memory.
  func update(_ iteration: Int, examples: ArraySlice<Int32>) -> Divergence {
    let parameters = plan.memory.parameters.filter(\.isTrainable)
    let gradient = parameters.last { parameter in
      !Self.isFinite(memory.gradient(parameter), parameter.shape.count)
    }
    let moved = parameters.first { !Self.isFinite(memory.value($0), $0.shape.count) }
    let finding: Divergence.Finding =
      gradient.map { .gradient($0.name) } ?? .parameter(moved?.name ?? "a parameter")
    return divergence(iteration, finding, examples, isFirstAffected: false)
  }

  private func divergence(
    _ iteration: Int, _ finding: Divergence.Finding, _ examples: ArraySlice<Int32>,
    isFirstAffected: Bool
  ) -> Divergence {
    let input = largestInput(of: examples)
    // The losses of the batch are those of an iteration that was not finite in its forward pass.
    let affected = isFirstAffected ? affectedRows(examples) : []
    let shown = affected.isEmpty ? Array(examples) : affected
    return Divergence(
      iteration: iteration, finding: finding, largestInput: input,
      examples: shown.map {
        plan.data.describe?(.train, $0).place ?? "example \($0 + 1)"
      },
      advice: advice(finding, input))
  }

  /// The examples whose loss is not finite.
  private func affectedRows(_ examples: ArraySlice<Int32>) -> [Int32] {
    let losses = memory.value(plan.losses)
    let positions = plan.positions
    return examples.enumerated().filter { row, _ in
      !Self.isFinite(losses + row * positions, positions)
    }.map(\.element)
  }

  private func largestInput(of examples: ArraySlice<Int32>) -> Divergence.LargestInput {
    var largest = (value: Float(0), index: 0)
    let table = plan.data.encoding as? TableEncoding
    for index in 0..<features.width {
      // The index of a category says nothing of its size.
      if let table, feature(of: index, in: table)?.holdsIndex == true { continue }
      guard let range = features.range(of: index, examples: Array(examples)) else { continue }
      let value = range.upperBound > -range.lowerBound ? range.upperBound : range.lowerBound
      if abs(value) > abs(largest.value) { largest = (value, index) }
    }
    let column = column(of: largest.index)
    return Divergence.LargestInput(
      value: largest.value, column: column,
      range: column.flatMap { _ in features.range(of: largest.index, examples: rows) })
  }

  /// The column that an input is the number of; the index of a category is none.
  private func column(of input: Int) -> String? {
    guard let table = plan.data.encoding as? TableEncoding,
      let encoding = feature(of: input, in: table), !encoding.holdsIndex
    else { return nil }
    return encoding.name
  }

  private func feature(of input: Int, in table: TableEncoding) -> (any FeatureEncoding)? {
    guard table.width > 0 else { return nil }
    var index = input % table.width
    for encoding in table.features {
      if index < encoding.width { return encoding }
      index -= encoding.width
    }
    return nil
  }

  // MARK: - Advice

  /// What to do about losses that stayed finite, and rose far beyond those of a constant answer.
  ///
  /// - Parameter examples: some of the training part.
  func advice(of examples: [Int32]) -> String {
    let input = largestInput(of: examples[...])
    if abs(input.value) <= Self.largeInput, let advice = adviceOnTarget(examples) { return advice }
    return advice(.loss, input)
  }

  private func adviceOnTarget(_ examples: [Int32]) -> String? {
    guard plan.data.encoding is TableEncoding, type(of: plan.loss).allowsScaledTargets, let targets
    else { return nil }
    for (index, column) in plan.data.encoding.target.columns.enumerated()
    where column.scale == .identity {
      guard index < targets.width, let range = targets.range(of: index, examples: examples),
        max(-range.lowerBound, range.upperBound) > Self.largeInput
      else { continue }
      let name = JSONValue.string(column.name).compactText
      return
        "the target \(name) reaches from \(range.lowerBound.text) to \(range.upperBound.text) and is not scaled: \"columns\": {\(name): {\"scaling\": \"standard\"}} in data"
    }
    return nil
  }

  private func advice(_ finding: Divergence.Finding, _ input: Divergence.LargestInput) -> String {
    if abs(input.value) > Self.largeInput || !input.value.isFinite {
      let place = input.column.map { "column '\($0)'" } ?? "the inputs"
      let range =
        input.range.map {
          " from \($0.lowerBound.text) to \($0.upperBound.text)"
        } ?? ""
      return "\(place) reaches\(range) and is not scaled: \"scaling\": \"standard\" in data"
    }
    let link = type(of: plan.loss).link
    if finding == .loss, link == .exponential {
      return
        "\(type(of: plan.loss).type) takes the exponential of the outputs, which are too large for it: scale the inputs, or make training.optimizer.learning_rate smaller (it is \(rate))"
    }
    if isRecurrent(finding), plan.config.training.gradientClipping == nil {
      return
        "gradients grow from step to step: \"gradient_clipping\": {\"type\": \"norm\", \"threshold\": 1} in training"
    }
    // A tenth in double precision may have digits that nobody wrote.
    let smaller = Float(plan.config.training.optimizer.learningRate / 10).text
    return
      "the steps are too large: --set training.optimizer.learning_rate=\(smaller) instead of \(rate)"
  }

  private var rate: String {
    JSONNumber(plan.config.training.optimizer.learningRate).text
  }

  /// Whether what was found lies in a layer that goes through steps, or behind one.
  private func isRecurrent(_ finding: Divergence.Finding) -> Bool {
    let types = [RNNConfig.type, LSTMConfig.type, GRUConfig.type]
    let recurrent = plan.network.summaries.filter { types.contains($0.type) }.map(\.name)
    switch finding {
    case .gradient(let name), .parameter(let name):
      return recurrent.contains { name.hasPrefix($0 + ".") }
    case .output(let layer): return recurrent.contains(layer)
    case .loss: return false
    }
  }

  // MARK: - Numbers

  private func isFinite(_ slot: Slot, rows: Int) -> Bool {
    Self.isFinite(memory.value(slot), rows * slot.shape.count)
  }

  private static func isFinite(_ values: UnsafePointer<Float>, _ count: Int) -> Bool {
    UnsafeBufferPointer(start: values, count: count).allSatisfy(\.isFinite)
  }
}

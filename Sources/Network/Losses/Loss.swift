import Configuration
import Glibc
import Numerics

/// What training makes small; the configured object is the loss.
///
/// A loss sees one answer at a time, the only one of an example or that of one of its positions; the
/// loss of a batch is the mean over all answers of its examples, weighted where classes or the examples
/// themselves have weights.
package protocol Loss: GuidedVariant {
  static var task: LearningTask { get }
  /// What the loss applies to the outputs itself, so that the network need not: predictions do the
  /// same.
  static var link: Link { get }
  /// Whether moving and scaling the targets leaves the problem the same but for a factor.
  static var allowsScaledTargets: Bool { get }
  /// Whether numbers below 0 can be targets.
  static var allowsNegativeTargets: Bool { get }

  /// The outputs that fit a kind of target.
  ///
  /// - Throws: `PlanError` if the loss cannot learn such targets.
  func outputs(for target: TargetKind) throws(PlanError) -> Int

  /// The weight of each class in the order of the outputs; empty where all examples weigh 1.
  var weights: [Float] { get }

  /// The loss for the classes of the data, with the weights that the configuration gives them.
  ///
  /// - Parameters:
  ///   - classes: the labels in the order of the outputs.
  ///   - counts: the training examples of each, or what they weigh.
  func resolved(classes: [String], counts: [Double]) -> any Loss

  /// The loss of one answer, times its weight, and, if asked for, its gradient with respect to
  /// the outputs.
  ///
  /// - Parameters:
  ///   - outputs: `count` numbers.
  ///   - target: as wide as the kind of target.
  ///   - gradient: `count` numbers to fill, multiplied by `scale`; not the outputs themselves.
  func evaluate(
    _ outputs: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>?, scale: Float
  ) -> Float
}

extension Loss {
  package static var allowsNegativeTargets: Bool { true }

  package var weights: [Float] { [] }

  package func resolved(classes: [String], counts: [Double]) -> any Loss { self }

  /// The weight of a class.
  @inline(__always)
  package func weight(of label: Int) -> Float { weights.isEmpty ? 1 : weights[label] }

  /// The weight of an example.
  @inline(__always)
  package func weight(of target: UnsafePointer<Float>) -> Float {
    weights.isEmpty ? 1 : weights[Int(target[0])]
  }

  /// The weight of some examples together: their number where all weigh 1.
  ///
  /// - Parameter isWeighted: whether the last number of a target is the weight of its example.
  package func weight(
    ofTargets targets: UnsafePointer<Float>, width: Int, rows: Int, isWeighted: Bool = false
  ) -> Double {
    let weights = self.weights
    guard isWeighted || !weights.isEmpty else { return Double(rows) }
    var sum = 0.0
    for row in 0..<rows {
      let target = targets + row * width
      let ofClass = weights.isEmpty ? 1 : Double(weights[Int(target[0])])
      sum += ofClass * (isWeighted ? Double(target[width - 1]) : 1)
    }
    return sum
  }

  /// As many outputs as the target has numbers; classes are no numbers.
  func numbers(_ target: TargetKind) throws(PlanError) -> Int {
    guard case .values(let count) = target else {
      throw PlanError(
        code: "task", "\(Self.type) needs numbers, but the target is a class",
        help: "use \"cross_entropy\", or say \"task\": \"regression\" in data")
    }
    return count
  }

  /// One output for two classes, or one for each of several yes/no targets.
  func yesNoOutputs(_ target: TargetKind) throws(PlanError) -> Int {
    switch target {
    case .classIndex(count: 2): return 1
    case .classIndex(let count):
      throw PlanError(
        code: "task", "\(Self.type) needs two classes, but the target has \(count)",
        help: "use \"cross_entropy\"")
    case .values(let count): return count
    }
  }
}

/// The function from a network's outputs to predictions.
package enum Link: String, Sendable {
  case identity
  case sigmoid
  case softmax
  case exponential
  /// Of classes in an order, each output but for the sigmoid the probability of going on beyond one.
  case sequential

  /// Turns the outputs of one example into predictions.
  package func apply(_ outputs: UnsafeMutablePointer<Float>, count: Int) {
    switch self {
    case .identity: break
    case .sigmoid, .sequential: Sigmoid().forward(outputs, count: count)
    case .softmax: Softmax().forward(outputs, count: count)
    case .exponential: for index in 0..<count { outputs[index] = expf(outputs[index]) }
    }
  }

  /// The probabilities of the classes of an example that has exactly one of them, which add up to 1.
  ///
  /// - Parameters:
  ///   - outputs: `count` numbers, one for each class, or fewer where the others follow from them.
  ///   - probabilities: room for one of each class.
  package func classProbabilities(
    _ outputs: UnsafePointer<Float>, count: Int,
    into probabilities: UnsafeMutablePointer<Float>, classes: Int
  ) {
    probabilities.update(from: outputs, count: count)
    apply(probabilities, count: count)
    if self == .sequential {
      var reach: Float = 1
      for index in 0..<count {
        let next = reach * probabilities[index]
        probabilities[index] = reach * (1 - probabilities[index])
        reach = next
      }
      probabilities[count] = reach
    } else if count == 1, classes == 2 {
      probabilities[1] = probabilities[0]
      probabilities[0] = 1 - probabilities[1]
    } else if self == .sigmoid {
      var sum: Float = 0
      for index in 0..<count { sum += probabilities[index] }
      guard sum > 0 else { return }
      for index in 0..<count { probabilities[index] /= sum }
    }
  }
}

/// Everything that `training.loss` can name.
package enum Losses {
  package static let catalog = Catalog<any Loss>(
    kind: "loss",
    [
      entry(CrossEntropy.self),
      entry(BinaryCrossEntropy.self),
      entry(Hinge.self),
      entry(Ordinal.self),
      entry(MeanSquaredError.self),
      entry(MeanAbsoluteError.self),
      entry(Huber.self),
      entry(Poisson.self),
    ],
    describe: { $0 })

  private static func entry<Config: Loss>(_ config: Config.Type) -> Catalog<any Loss>.Entry {
    .init(config) { $0 }
  }
}

/// The weighted losses of some examples, added up.
package struct LossSum: Sendable {
  package var loss = 0.0
  package var weight = 0.0

  package init() {}

  /// The weighted mean; 0 for examples that all weigh 0, unless a loss is not finite.
  package var mean: Double { weight > 0 ? loss / weight : loss * 0 }

  package static func += (sum: inout LossSum, other: LossSum) {
    sum.loss += other.loss
    sum.weight += other.weight
  }
}

/// The loss of each answer of a batch, and the gradient of their mean.
package struct LossKernel: TileKernel {
  let loss: any Loss
  let outputs: UnsafePointer<Float>
  let outputCount: Int
  let targets: UnsafePointer<Float>
  let targetWidth: Int
  /// Whether the last number of a target is the weight of its example.
  let isWeighted: Bool
  /// Answers to each target, one behind the other; more than one of the members of an ensemble.
  let members: Int
  /// One loss a target, the mean over its answers.
  let losses: UnsafeMutablePointer<Float>
  /// Shape `rows × members · outputCount`; `nil` where no gradient is needed.
  let gradient: UnsafeMutablePointer<Float>?
  let answers: Int
  /// The share of an answer of weight 1 in the loss: one over the weight of an update.
  let scale: Float

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: 8 * members * outputCount) }

  package static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: LossKernel.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let loss = self.loss
    let first = tile * rowsPerTile
    for row in first..<min(answers, first + rowsPerTile) {
      let target = targets + row * targetWidth
      let weight = isWeighted ? target[targetWidth - 1] : 1
      let share = scale * weight / Float(members)
      var sum: Float = 0
      for answer in row * members..<(row + 1) * members {
        sum += loss.evaluate(
          outputs + answer * outputCount, target: target, count: outputCount,
          gradient: gradient.map { $0 + answer * outputCount }, scale: share)
      }
      losses[row] = weight * (sum / Float(members))
    }
  }

  /// - Parameters:
  ///   - outputs: shape `rows × answers · outputs of one`; the targets and losses in like manner, so that
  ///     the shape of the losses says how many answers an example has.
  ///   - members: how many outputs there are to each target; each has its share of the gradient.
  ///   - weightOfUpdate: the weight of the answers of all batches that make one update, where those are
  ///     more than the rows; the gradient is that of their mean. Answers that all weigh 0 have no
  ///     gradient.
  ///   - isWeighted: whether the last number of a target is the weight of its example.
  /// - Returns: the sums over the rows, added in their order.
  package static func evaluate(
    _ loss: any Loss, outputs: Slot, members: Int = 1, targets: Slot, losses: Slot, memory: Memory,
    rows: Int, needsGradient: Bool, weightOfUpdate: Double? = nil, isWeighted: Bool = false,
    pool: ThreadPool
  ) -> LossSum {
    let values = memory.value(losses)
    let positions = losses.shape.count
    let answers = rows * positions
    let targetWidth = targets.shape.count / positions
    let weight = loss.weight(
      ofTargets: memory.value(targets), width: targetWidth, rows: answers, isWeighted: isWeighted)
    let divisor = Float(weightOfUpdate ?? weight)
    let kernel = LossKernel(
      loss: loss, outputs: memory.value(outputs),
      outputCount: outputs.shape.count / (positions * members),
      targets: memory.value(targets), targetWidth: targetWidth, isWeighted: isWeighted,
      members: members, losses: values,
      gradient: needsGradient ? memory.gradient(outputs) : nil, answers: answers,
      scale: divisor.isNormal ? 1 / divisor : 0)
    pool.run(kernel, tiles: Tiling.tiles(elements: answers, of: kernel.rowsPerTile))
    var sum = LossSum()
    sum.weight = weight
    for answer in 0..<answers { sum.loss += Double(values[answer]) }
    return sum
  }
}

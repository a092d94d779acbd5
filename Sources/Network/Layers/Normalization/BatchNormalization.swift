import Configuration
import Glibc
import Numerics

/// Normalizes each channel over the batch and all positions while training, and by running statistics
/// otherwise (Ioffe and Szegedy, Batch normalization, ICML 2015).
package struct BatchNormalizationConfig: NormalizationConfig {
  package static let type = "batch_normalization"
  package static let keepsShape = true
  package static let summary = "Normalizes each channel over the batch."
  package static let guidance = Guidance.choice(
    """
    Convolutional networks of more than a few layers: higher rates, faster and steadier \
    learning. Not with batches below about 8, and not in recurrent layers and \
    transformers: layer_normalization.
    """,
    typical: "Between each convolution without bias and its activation.",
    example: #"{"type": "batch_normalization"}"#)
  package static let synonyms = [
    "batch_norm", "batchnorm", "batchnorm1d", "batchnorm2d", "bn", "batchnormalization",
  ]

  package var momentum = 0.1
  package var epsilon = 1e-5
  package var affine = true
  package var gammaInitializer: any Initializer = Ones()
  package var betaInitializer: any Initializer = Zeros()
  package var trainable = true
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = [
    .number(
      "momentum", \.momentum, in: .between(0, 1),
      help:
        "Weight of a new batch in the running statistics, as in PyTorch; a decay of 0.99 elsewhere is 0.01 here.",
      guidance: .amount(
        tooLow: """
          The running statistics lag: for the first epochs the validation loss is far above \
          the training loss, and leaps.
          """,
        tooHigh: "The statistics are those of the last batches only: the validation loss is noisy.",
        typical:
          "0.1 in PyTorch, 0.01 in Keras; higher for runs of less than a hundred iterations.",
        example: #""momentum": 0.1"#)),
    .epsilon,
    .affine,
    .gammaInitializer,
    .betaInitializer,
    .trainable(\.trainable),
    .name,
  ]

  package var keepsOutputGradient: Bool { true }

  package var treatsStepsAlike: Bool { true }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    let channels = input.shape.dimensions.last ?? 1
    if plan.memory.purpose == .training, plan.memory.batchRows == 1, input.shape.count == channels {
      throw PlanError(
        code: "batch-of-one",
        "a batch of one example has one number for each channel here, and no variance",
        help: "make training.batch_size larger, or use layer_normalization")
    }
    if input.shape.count == channels, !plan.isFrozen { plan.needsSeveralExamples() }
    warnOfMomentum(&plan)
    let shape = Shape(channels)
    let statistics = BatchNormalization.Statistics(
      mean: plan.statistic("running_mean", shape, initialValue: 0),
      variance: plan.statistic("running_variance", shape, initialValue: 1))
    return BatchNormalization(
      momentum: momentum, epsilon: epsilon, isTrainable: !plan.isFrozen,
      affine: planAffine(channels, &plan),
      statistics: statistics, input: input, output: plan.outputSlot(input.shape), &plan)
  }
}

extension BatchNormalizationConfig {
  fileprivate func warnOfMomentum(_ plan: inout NetworkPlan) {
    if plan.isFrozen {
      guard momentum != Self().momentum else { return }
      plan.warn(
        key: "momentum", code: "inert",
        "the running statistics of a layer that is not trainable stay as they are, whatever the momentum",
        help: "leave it out")
    } else if momentum == 0 {
      plan.warn(
        key: "momentum", code: "inert",
        "with a momentum of 0 the running statistics stay those of no data: mean 0, variance 1")
    } else if momentum > 0.5 {
      plan.warn(
        key: "momentum", code: "momentum",
        "with a momentum of \(JSONNumber(momentum).text) the running statistics are mostly those of the last batch",
        help: "it is the weight of the new batch; a decay of 0.99 in other tools is 0.01 here")
    }
  }
}

/// `y = gamma · (x − μ) / √(σ² + ε) + beta` for each channel, with the mean and the variance of the batch, or
/// the running ones. A batch with one number for each channel has no variance: it is normalized by
/// the running statistics and does not change them.
///
/// Shapes: input and output `rows × … × channels`, all else `channels`. The running variance is that of
/// the population (divided by n − 1), the one in the formula that of the batch (by n), as in PyTorch.
struct BatchNormalization: Layer {
  struct Statistics {
    let mean: Statistic
    let variance: Statistic
  }

  let momentum: Double
  let epsilon: Double
  let isTrainable: Bool
  let gamma: Parameter?
  let beta: Parameter?
  let statistics: Statistics
  let input: Slot
  let output: Slot
  /// μ and behind it 1 / √(σ² + ε).
  private let moments: Intermediate
  /// The factor and the shift that both together make of x.
  private let coefficients: Intermediate

  init(
    momentum: Double, epsilon: Double, isTrainable: Bool,
    affine: (gamma: Parameter, beta: Parameter)?,
    statistics: Statistics, input: Slot, output: Slot, _ plan: inout NetworkPlan
  ) {
    self.momentum = momentum
    self.epsilon = epsilon
    self.isTrainable = isTrainable
    gamma = affine?.gamma
    beta = affine?.beta
    self.statistics = statistics
    self.input = input
    self.output = output
    let channels = statistics.mean.shape.count
    moments = plan.memory.intermediate(2 * channels)
    coefficients = plan.memory.intermediate(2 * channels)
    let rows = plan.memory.batchRows(times: input.shape.count / channels)
    plan.memory.share(2 * channels * ColumnReduction.tileCount(rows: rows, columns: channels))
  }

  var operation: Operation {
    .batchNormalization(
      mean: statistics.mean, variance: statistics.variance, gamma: gamma, beta: beta,
      epsilon: epsilon)
  }

  private var channels: Int { statistics.mean.shape.count }
  private func rows(_ pass: Pass) -> Int { pass.rows * input.shape.count / channels }

  /// Whether the statistics of the batch are used. A layer that is not trainable keeps to the running ones.
  private func usesBatch(_ pass: Pass) -> Bool {
    pass.mode == .training && isTrainable && numbersOfBatch(pass) > 1
  }

  /// The numbers of each channel in the batch, those of other ranks too.
  private func numbersOfBatch(_ pass: Pass) -> Int {
    pass.batchRows * input.shape.count / channels
  }

  func forward(_ memory: Memory, _ pass: Pass) {
    let rows = rows(pass)
    if usesBatch(pass) {
      let kernel = ColumnMoments(
        of: memory.value(input), rows: rows, columns: channels, parts: memory.shared)
      pass.pool.run(kernel, tiles: kernel.tileCount)
      takeMoments(kernel, memory, pass)
    } else {
      takeRunningMoments(memory)
    }
    setCoefficients(memory)
    let factors = memory.value(coefficients)
    let kernel = ColumnAffine(
      factors: factors, shifts: factors + channels, first: memory.value(input), second: nil,
      secondFactors: nil, target: memory.value(output), rows: rows, columns: channels)
    pass.pool.run(kernel, tiles: kernel.tileCount)
  }

  /// The moments of the batch, and with them the running statistics.
  private func takeMoments(_ kernel: ColumnMoments, _ memory: Memory, _ pass: Pass) {
    let all = numbersOfBatch(pass)
    guard let share = pass.share else {
      return takeMoments(of: all, memory) { kernel.moments(of: $0) }
    }
    let (own, channels) = (Double(rows(pass)), channels)
    // Sums of squares in double precision lose less than the single precision of the inputs has lost already.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * channels) { sums in
      for channel in 0..<channels {
        let (mean, variance) = kernel.moments(of: channel)
        sums[channel] = own * mean
        sums[channels + channel] = own * (variance + mean * mean)
      }
      share.ranks.sum(sums)
      takeMoments(of: all, memory) { channel in
        let mean = sums[channel] / Double(all)
        return (mean, max(0, sums[channels + channel] / Double(all) - mean * mean))
      }
    }
  }

  /// - Parameter momentsOf: the mean and the mean squared deviation of a channel over so many numbers.
  @inline(__always)
  private func takeMoments(
    of rows: Int, _ memory: Memory,
    _ momentsOf: (_ channel: Int) -> (mean: Double, variance: Double)
  ) {
    let moments = memory.value(moments)
    let (mean, variance) = (memory.value(statistics.mean), memory.value(statistics.variance))
    let unbiased = Double(rows) / Double(rows - 1)
    for channel in 0..<channels {
      let batch = momentsOf(channel)
      moments[channel] = Float(batch.mean)
      moments[channels + channel] = Float(1 / (batch.variance + epsilon).squareRoot())
      mean[channel] = Float((1 - momentum) * Double(mean[channel]) + momentum * batch.mean)
      variance[channel] = Float(
        (1 - momentum) * Double(variance[channel]) + momentum * batch.variance * unbiased)
    }
  }

  private func takeRunningMoments(_ memory: Memory) {
    let moments = memory.value(moments)
    let (mean, variance) = (memory.value(statistics.mean), memory.value(statistics.variance))
    for channel in 0..<channels {
      moments[channel] = mean[channel]
      moments[channels + channel] = Float(1 / (Double(variance[channel]) + epsilon).squareRoot())
    }
  }

  /// factor = gamma / √(σ² + ε), shift = beta − μ · factor
  private func setCoefficients(_ memory: Memory) {
    let (moments, coefficients) = (memory.value(moments), memory.value(coefficients))
    let gamma = gamma.map { UnsafePointer(memory.value($0)) }
    let beta = beta.map { UnsafePointer(memory.value($0)) }
    for channel in 0..<channels {
      let factor = moments[channels + channel] * (gamma?[channel] ?? 1)
      coefficients[channel] = factor
      coefficients[channels + channel] = (beta?[channel] ?? 0) - moments[channel] * factor
    }
  }

  /// With g = ∂L/∂y, x̂ the normalized input and n numbers for each channel:
  /// ∂L/∂gamma = Σ g·x̂, ∂L/∂beta = Σ g,
  /// ∂L/∂x = gamma / √(σ² + ε) · (g − (∂L/∂beta + x̂ · ∂L/∂gamma) / n).
  func backward(_ memory: Memory, _ pass: Pass) {
    let rows = rows(pass)
    let (input, gradient) = (memory.value(self.input), memory.gradient(output))
    let sums = NormalizedGradientSums(
      input: input, gradient: gradient, means: memory.value(moments),
      inverseDeviations: memory.value(moments) + channels, rows: rows, columns: channels,
      parts: memory.shared)
    // Running statistics that stay ask for no sums.
    if isTrainable { pass.pool.run(sums, tiles: sums.tileCount) }
    withSumsOfBatch(sums, pass) { setSlopes(sums, ofBatch: $0, memory, pass) }
    guard self.input.hasGradient else { return }
    let (coefficients, moments) = (memory.value(coefficients), memory.value(moments))
    let kernel = ColumnAffine(
      factors: coefficients, shifts: coefficients + channels, first: gradient, second: input,
      secondFactors: moments + channels, target: memory.gradient(self.input), rows: rows,
      columns: channels)
    pass.pool.run(kernel, tiles: kernel.tileCount)
  }

  /// Hands on the sums of the whole batch, the plain ones and behind them the weighted ones; none where those of the
  /// rows are all.
  private func withSumsOfBatch(
    _ sums: NormalizedGradientSums, _ pass: Pass,
    _ body: (UnsafeMutableBufferPointer<Double>?) -> Void
  ) {
    guard let share = pass.share, usesBatch(pass) else { return body(nil) }
    let channels = channels
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * channels) { all in
      for channel in 0..<channels {
        (all[channel], all[channels + channel]) = sums.sums(of: channel)
      }
      share.ranks.sum(all)
      body(all)
    }
  }

  /// The gradients of gamma and beta, which are those of the rows, and what the gradient of the input is made with.
  private func setSlopes(
    _ sums: NormalizedGradientSums, ofBatch all: UnsafeMutableBufferPointer<Double>?,
    _ memory: Memory, _ pass: Pass
  ) {
    let rows = numbersOfBatch(pass)
    let coefficients = memory.value(coefficients)
    let moments = memory.value(moments)
    let gammaGradient = isTrainable ? gamma.map { memory.gradient($0) } : nil
    let betaGradient = isTrainable ? beta.map { memory.gradient($0) } : nil
    let beforeFactor = pass.gradientBeta
    for channel in 0..<channels {
      var (plain, weighted) = isTrainable ? sums.sums(of: channel) : (0, 0)
      if let betaGradient {
        betaGradient[channel] =
          Float(plain) + (beforeFactor == 0 ? 0 : beforeFactor * betaGradient[channel])
      }
      if let gammaGradient {
        gammaGradient[channel] =
          Float(weighted) + (beforeFactor == 0 ? 0 : beforeFactor * gammaGradient[channel])
      }
      if let all { (plain, weighted) = (all[channel], all[channels + channel]) }
      // ∂L/∂x = factor · g + slope · x + shift; running statistics do not depend on x.
      let factor = Double(coefficients[channel])
      let slope =
        usesBatch(pass)
        ? -factor * weighted * Double(moments[channels + channel]) / Double(rows) : 0
      let shift = usesBatch(pass) ? -factor * plain / Double(rows) : 0
      coefficients[channels + channel] = Float(shift - slope * Double(moments[channel]))
      // The inverse deviation has served; its place takes the factor of x.
      moments[channels + channel] = Float(slope)
    }
  }
}

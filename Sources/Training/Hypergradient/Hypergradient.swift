import Glibc

/// Learning rate and weight decay on their way, each moved along its hypergradient: the derivative of the loss
/// at the present parameters by the hyperparameter of the steps that led there (Baydin et al., ICLR 2018).
///
/// The steps of all optimizers are linear in the rate `α`, so that `∂θ/∂α` has the direction of the step itself,
/// and the derivative is the product of the next gradient with it. Taken for itself it settles where a gradient is
/// orthogonal to the step before, at rates far below the best (the short-horizon bias of Wu, Ren, Liao, Grosse,
/// Understanding Short-Horizon Bias in Stochastic Meta-Optimization, ICLR 2018), the more so the less momentum
/// an optimizer has. So the product is that with the way of the last steps, as a cosine `c`, and what would
/// lessen the rate counts a twentieth:
///
///     m ← 0.9·m + 0.1·c,  m̂ = m / (1 − 0.9ᵗ)
///     log α ← log α + β·s / (1 + t/50) · (m̂ if m̂ > 0, else m̂/20)
///
/// with `s` the share of the rate that the schedule leaves, and `c > 0` where the loss still falls along the way.
///
/// The derivative by the weight decay `λ` is that of the validation loss, since no decay lessens the loss that
/// is trained (Luketina, Berglund, Greff, Raiko, Scalable Gradient-Based Tuning of Continuous Regularization
/// Hyperparameters, ICML 2016): `∂θ/∂λ = −α·θ`, and `log λ` moves by the sign of the mean cosine of the
/// gradient of held-out examples to `θ`, by at most a fifth of β:
///
///     m ← 0.9·m + 0.1·c,  v ← 0.99·v + 0.01·c²,  log λ ← log λ + β/5 · m̂ / √v̂
struct Hypergradient: RunState {
  private(set) var learningRate: Double
  private(set) var weightDecay: Double
  private let config: HypergradientConfig
  private var rateMean = Mean(decay: 0.9)
  private var decayMean = Mean(decay: 0.9)
  private var decaySquares = Mean(decay: 0.99)

  /// How much of the past the way counts of which the cosine is taken.
  static let pathDecay: Float = 0.95
  /// Updates from one look at held-out examples to the next.
  static let heldOutInterval = 8
  private static let shareOfFall = 0.05
  private static let annealing = 50.0

  /// An exponential mean that begins with zero and is freed of it.
  private struct Mean {
    let decay: Double
    private var mean = 0.0
    private(set) var count = 0

    init(decay: Double) { self.decay = decay }

    mutating func add(_ value: Double) {
      mean = decay * mean + (1 - decay) * value
      count += 1
    }

    /// - Precondition: something was added.
    var value: Double { mean / (1 - pow(decay, Double(count))) }

    mutating func exchange(_ archive: inout StateArchive, _ name: String) {
      archive.value(name, &mean)
      archive.value(name + "_count", &count)
    }
  }

  init(_ config: HypergradientConfig, optimizer: any Optimizer) {
    self.config = config
    learningRate = optimizer.learningRate
    weightDecay = optimizer.weightDecay
  }

  var adaptsRate: Bool { config.learningRate != nil }
  var adaptsDecay: Bool { config.weightDecay != nil }

  /// Moves the learning rate.
  ///
  /// - Parameters:
  ///   - gradient: how the gradient of a loss lies to the way that the parameters have gone.
  ///   - share: of the learning rate that the schedule leaves.
  mutating func adaptRate(_ gradient: Alignment, share: Double) {
    guard let range = config.learningRate, gradient.directionSquares > 0 else { return }
    let steps = Double(rateMean.count)
    // Along the way the loss falls where the gradient points back.
    rateMean.add(-gradient.cosine)
    let mean = rateMean.value
    let step = config.stepSize * share / (1 + steps / Self.annealing)
    learningRate = range.moved(
      learningRate, by: exp(step * (mean > 0 ? mean : Self.shareOfFall * mean)))
  }

  /// Moves the weight decay.
  ///
  /// - Parameter gradient: how the gradient of held-out examples lies to the parameters.
  mutating func adaptDecay(_ gradient: Alignment) {
    guard let range = config.weightDecay else { return }
    decayMean.add(gradient.cosine)
    decaySquares.add(gradient.cosine * gradient.cosine)
    let step = decayMean.value / decaySquares.value.squareRoot()
    guard step.isFinite else { return }
    weightDecay = range.moved(weightDecay, by: exp(config.stepSize / 5 * step))
  }

  package mutating func exchange(_ archive: inout StateArchive) {
    archive.value("learning_rate", &learningRate)
    archive.value("weight_decay", &weightDecay)
    rateMean.exchange(&archive, "rate_mean")
    decayMean.exchange(&archive, "decay_mean")
    decaySquares.exchange(&archive, "decay_squares")
  }
}

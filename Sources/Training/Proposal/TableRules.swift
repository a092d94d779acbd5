import Configuration
import Datasets
import Glibc
import Network

/// Sizes of networks and lengths of runs for tables, by the number of rows.
///
/// An ensemble of networks that share their kernels (TabM, Gorishniy et al. 2025) behind waves of the numbers (RealMLP,
/// Holzmüller et al. 2024): what is known to learn tables as well as boosted trees. The sizes are rules of thumb, chosen
/// on tables of 140 to 43,000 rows with `Benchmarks/tables.py`. Many rows show fine structure, so that frequencies grow
/// with them; few rows would learn it by heart, and those of classes with many numbers do better without.
struct TableRules {
  /// Training rows.
  let rows: Int
  let isClassification: Bool

  private var isSmall: Bool { rows < 3_000 }

  var members: Int { rows < 10_000 ? 16 : 8 }

  var hiddenUnits: [Int] { rows < 100_000 ? [128, 128] : [256, 256] }

  /// Of few rows small batches make the more iterations, which classes need and numbers learn by heart.
  var batchSize: Int {
    switch rows {
    case ..<300 where isClassification: min(16, max(1, rows / 2))
    case ..<128: max(1, rows / 2)
    case ..<3_000: 64
    case ..<100_000: 256
    default: 512
    }
  }

  /// The fewest rows have few iterations an epoch, and many rows many in all.
  var learningRate: Double {
    switch rows {
    case ..<300: 0.01
    case ..<3_000: 0.003
    case ..<10_000: 0.01
    default: 0.005
    }
  }

  /// Few rows need more to hold the members back.
  var weightDecay: Double { isSmall ? 0.1 : 0.01 }

  /// Iterations grow with the root of the rows: 1,900 for 5,000 rows, 5,600 for 43,000. Small tables can afford to go
  /// through their rows a hundred times, until the rate has fallen.
  var epochs: Int {
    guard !isSmall else { return 100 }
    let iterations = 27 * Double(rows).squareRoot()
    let perEpoch = Double((rows + batchSize - 1) / batchSize)
    return RoundNumber.near(iterations / perEpoch, in: 10...100)
  }

  /// More numbers than this, each in waves, tell few examples apart by themselves.
  private static let mostWavesOfClasses = 8

  /// - Parameter quantities: the inputs that are not categories.
  func layers(quantities: Int) -> [any LayerConfig] {
    var layers: [any LayerConfig] = []
    let isTelling = isSmall && isClassification && quantities > Self.mostWavesOfClasses
    if quantities > 0, !isTelling { layers.append(waves) }
    layers.append(EnsembleConfig(members: members))
    for units in hiddenUnits {
      layers.append(DenseConfig.rectified(units: units))
      layers.append(DropoutConfig(rate: isSmall ? 0.2 : 0.1))
    }
    return layers + [DenseConfig()]
  }

  private var waves: PeriodicEmbeddingConfig {
    PeriodicEmbeddingConfig(
      scale: isSmall ? 0.1 : rows < 10_000 ? 0.5 : 1, dimensions: isSmall ? 3 : 8)
  }
}

/// Numbers that are easily read and changed.
enum RoundNumber {
  /// A number of one or two digits and zeros near `value`.
  static func near(_ value: Double, in range: ClosedRange<Int>) -> Int {
    let clamped = min(max(value, Double(range.lowerBound)), Double(range.upperBound))
    let step = clamped < 20 ? 1 : clamped < 200 ? 10 : pow(10, floor(log10(clamped)) - 1)
    return Int((clamped / step).rounded() * step)
  }
}

extension TrainingConfig {
  /// Stops after a quarter of the run without a better epoch.
  mutating func stopEarly() {
    let patience = max(10, epochs / 4)
    // What cannot end the run is left out.
    guard patience < epochs - 1 else { return }
    var stopping = EarlyStoppingConfig()
    stopping.patience = patience
    earlyStopping = stopping
  }
}

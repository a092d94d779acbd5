import Configuration
import Datasets
import Glibc
import Network

/// Sizes of networks and lengths of runs for tables, by the number of rows.
///
/// They are rules of thumb, chosen so that iris (150 rows) to housing (20,640 rows) train about as well
/// as with settings made by hand: parameters grow more slowly than rows, and dropout, decoupled weight decay
/// (Loshchilov and Hutter 2019) and the choice of the best epoch keep small data from being learned by
/// heart.
struct TableRules {
  /// Training rows.
  let rows: Int

  var hiddenUnits: [Int] {
    switch rows {
    case ..<300: [16]
    case ..<2_000: [32]
    case ..<10_000: [64, 32]
    case ..<100_000: [128, 64]
    default: [256, 128]
    }
  }

  var dropout: Double { rows < 300 ? 0.1 : rows < 2_000 ? 0.2 : 0.1 }

  var batchSize: Int {
    switch rows {
    case ..<32: max(1, rows / 2)
    case ..<600: 16
    case ..<3_000: 32
    case ..<10_000: 64
    case ..<100_000: 128
    default: 256
    }
  }

  var learningRate: Double { rows < 300 ? 0.01 : rows < 2_000 ? 0.005 : 0.003 }

  /// Whether the rate falls to 0: what many rows say is learned to its end. A small network on few rows is as
  /// good at a constant rate, where the choice of the best epoch does the same.
  var fallingRate: Bool { rows >= 2_000 }

  /// Iterations grow with the root of the rows: 600 for iris, 7,000 for housing.
  var epochs: Int {
    let iterations = 55 * Double(rows).squareRoot()
    let perEpoch = Double((rows + batchSize - 1) / batchSize)
    return RoundNumber.near(iterations / perEpoch, in: 10...300)
  }

  var layers: [any LayerConfig] {
    var layers: [any LayerConfig] = []
    for units in hiddenUnits {
      layers.append(DenseConfig.rectified(units: units))
      layers.append(DropoutConfig(rate: dropout))
    }
    return layers + [DenseConfig()]
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

/// Which shares of the examples are held out.
enum HeldOutRule {
  /// Below this, a held-out part would be a handful.
  static let fewestRows = 20

  /// A fifth chooses the best epoch of small data; from some hundred rows on there is enough to test on what
  /// chose nothing, and shares become smaller as rows become many.
  static func fractions(of rows: Int) -> (validation: Double, test: Double?)? {
    switch rows {
    case ..<fewestRows: nil
    case ..<400: (0.2, nil)
    case ..<5_000: (0.15, 0.15)
    case ..<1_000_000: (0.1, 0.1)
    default: (0.02, 0.02)
    }
  }

  static func text(_ fractions: (validation: Double, test: Double?)?, _ manner: String) -> String {
    guard let fractions else { return "nothing: there are too few examples" }
    func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
    return "\(percent(fractions.validation)) for validation"
      + (fractions.test.map { ", \(percent($0)) for the test" } ?? "") + ", \(manner)"
  }

  static func trainingRows(of rows: Int) -> Int {
    guard let fractions = fractions(of: rows) else { return rows }
    return rows - Int(Double(rows) * (fractions.validation + (fractions.test ?? 0)))
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

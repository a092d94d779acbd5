import Configuration
import Datasets

/// Which shares of the examples are held out.
enum HeldOutRule {
  /// Below this, a held-out part would be a handful.
  static let fewestRows = 20

  /// Of images and rows of arrays: a fifth chooses the best epoch of small data; from some hundred on there is enough to
  /// test on what chose nothing, and shares become smaller as examples become many.
  static func fractions(of rows: Int) -> (validation: Double, test: Double?)? {
    switch rows {
    case ..<fewestRows: nil
    case ..<400: (0.2, nil)
    case ..<5_000: (0.15, 0.15)
    case ..<1_000_000: (0.1, 0.1)
    default: (0.02, 0.02)
    }
  }

  /// Of tables: few rows are worth more for learning than for a test, which another file or folds can be. A part that
  /// chooses the best epoch is needed in any case.
  static func fractionsOfTables(of rows: Int) -> (validation: Double, test: Double?)? {
    switch rows {
    case ..<fewestRows: nil
    case ..<1_000: (0.15, nil)
    case ..<100_000: (0.1, nil)
    case ..<1_000_000: (0.05, 0.05)
    default: (0.02, 0.02)
    }
  }

  static func text(_ fractions: (validation: Double, test: Double?)?, _ manner: String) -> String {
    guard let fractions else { return "nothing: there are too few examples" }
    return "\(percent(fractions.validation)) for validation"
      + (fractions.test.map { ", \(percent($0)) for the test" } ?? "") + ", \(manner)"
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  /// What is left to train on.
  static func trainingRows(
    of rows: Int, _ fractions: (validation: Double, test: Double?)?
  ) -> Int {
    rows - Int(Double(rows) * ((fractions?.validation ?? 0) + (fractions?.test ?? 0)))
  }
}

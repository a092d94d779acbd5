import Glibc

/// By how much the best trials lie elsewhere than all of them (Watanabe, Bansal, Hutter: PED-ANOVA: Efficiently
/// Quantifying Hyperparameter Importance in Arbitrary Subspaces, IJCAI 2023).
///
/// For each dimension, the Pearson divergence between the density of the best tenth and that of all trials:
///
///     ∫ (p(x) / q(x) − 1)² q(x) dx
enum PEDANOVA {
  /// The best share of the trials.
  private static let quantile = 0.1
  /// Cells at which the densities of a number are compared.
  private static let cells = 50

  static func divergences(
    _ rows: [[Double]], _ targets: [Double], categories: [Int?]
  ) -> [Double] {
    guard rows.count > 1 else { return categories.map { _ in 0 } }
    let order = targets.indices.sorted {
      targets[$0] != targets[$1] ? targets[$0] < targets[$1] : $0 < $1
    }
    // Two at least: one point has no spread.
    let best = order.prefix(max(2, Int((quantile * Double(rows.count)).rounded(.up))))
    return categories.indices.map { dimension in
      let top = density(best.map { rows[$0][dimension] }, categories[dimension])
      let all = density(rows.map { $0[dimension] }, categories[dimension])
      return zip(top, all).reduce(0) { sum, pair in
        let ratio = pair.0 / pair.1 - 1
        return sum + ratio * ratio * pair.1
      }
    }
  }

  /// The probability of each cell or category, with an even prior that counts as one trial.
  private static func density(_ values: [Double], _ categories: Int?) -> [Double] {
    var cells = [Double](repeating: 0, count: categories ?? Self.cells)
    let prior = 1 / Double(cells.count)
    if categories != nil {
      for value in values { cells[min(max(0, Int(value)), cells.count - 1)] += 1 }
    } else {
      let width = bandwidth(values)
      for value in values {
        var kernel = [Double](repeating: 0, count: cells.count)
        for cell in cells.indices {
          let distance = ((Double(cell) + 0.5) / Double(cells.count) - value) / width
          kernel[cell] = exp(-distance * distance / 2)
        }
        let sum = kernel.reduce(0, +)
        // Cut off at the borders, a kernel counts as one all the same.
        if sum > 0 { for cell in cells.indices { cells[cell] += kernel[cell] / sum } }
      }
    }
    return cells.map { ($0 + prior) / Double(values.count + 1) }
  }

  /// Scott's rule (Multivariate Density Estimation, 1992), and no less than a cell.
  private static func bandwidth(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance =
      values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count - 1))
    return max(
      1 / Double(cells),
      1.059 * variance.squareRoot() * pow(Double(values.count), -0.2))
  }
}

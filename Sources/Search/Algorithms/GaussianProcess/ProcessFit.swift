/// Finds the most probable hyperparameters of a Gaussian process, given targets and what is plausible beforehand.
struct ProcessFit {
  static func scales(_ table: CoordinateTable, _ targets: [Double]) -> ProcessScales {
    let dimensions = table.cube.axes.count
    let likelihood = MarginalLikelihood(table, targets: targets)
    let prior = ScalePrior(dimensions: dimensions)
    let objective: ([Double], inout [Double]) -> Double = { logarithms, gradient in
      let value = likelihood.value(logarithms: logarithms, gradient: &gradient)
      let density = prior.add(logarithms, to: &gradient)
      for index in gradient.indices { gradient[index] = -gradient[index] }
      return -(value + density)
    }
    var optimizer = LimitedMemoryBFGS(lower: prior.lower, upper: prior.upper)
    optimizer.gradientTolerance = 1e-2
    optimizer.valueTolerance = 1e-5
    optimizer.iterations = 8
    var best: (point: [Double], value: Double)?
    for start in prior.starts {
      let end = optimizer.minimize(from: start, objective)
      if end.value < best?.value ?? .infinity { best = end }
    }
    guard let best else { return ProcessScales(logarithms: prior.starts[0]) }
    optimizer.iterations = 40
    return ProcessScales(logarithms: optimizer.minimize(from: best.point, objective).point)
  }
}

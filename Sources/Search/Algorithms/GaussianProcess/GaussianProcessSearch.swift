import Configuration
import Numerics

/// Bayesian optimization.
package struct GaussianProcessSearch: SearchAlgorithm {
  package static let type = "gaussian_process"
  package static let summary = "x"
  package static let guidance = Guidance.choice("x", typical: "x", example: #""a": 1"#)
  package static let isAdaptive = true
  package var startupTrials = 10
  package init() {}
  package static let keys: [Key<Self>] = []

  package func propose(_ query: Query) -> Point {
    let cube = KernelCube(query.space)
    let observations = query.observations
    if observations.count < startupTrials || cube.axes.isEmpty {
      return cube.point(
        StartupDesign(cube, seed: query.seed, size: startupTrials).units(query.number))
    }
    let targets = TargetScale.standardized(observations.map { $0.values.first ?? .infinity })
    let units = observations.map { cube.units(of: $0.point) }
    let table = CoordinateTable(cube, units)
    let scales = ProcessFit.scales(table, targets)
    guard let process = GaussianProcess(cube, units, targets, scales) else {
      return cube.point(units[0])
    }
    let order = targets.indices.sorted { (targets[$0], $0) < (targets[$1], $1) }
    let best =
      ScalePrior.knob(9, 0) == 0
      ? targets[order[0]] : units.map { process.predict(units: $0).mean }.min()!
    let search = AcquisitionSearch(
      process: process, best: best, known: Set(observations.map(\.point)),
      random: Random(seed: query.seed, .search(part: 1), step: query.number),
      leaders: order.prefix(5).map { units[$0] })
    if getenv("DBG") != nil {
      print("   ", query.number, "l", scales.lengths, "s", scales.signal, "n", scales.noise)
    }
    return cube.point(search.units() ?? units[0])
  }
}
import Glibc

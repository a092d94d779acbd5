import Glibc

/// What is plausible for the logarithms of the hyperparameters of a Gaussian process.
struct ScalePrior {
  let dimensions: Int

  nonisolated(unsafe) static var knobs = (0..<12).map { i in
    getenv("K\(i)").flatMap { Double(String(cString: $0)) }
  }
  static func knob(_ i: Int, _ d: Double) -> Double { knobs[i] ?? d }

  var lower: [Double] {
    [Double](repeating: log(0.005), count: dimensions) + [log(1e-2), log(Self.knob(3, 1e-6))]
  }
  var upper: [Double] {
    [Double](repeating: log(1e3), count: dimensions) + [log(100), log(1)]
  }
  var starts: [[Double]] {
    let d = dimensions
    return [(0.5, 1e-3), (0.2, 1e-2), (2.0, 1e-4)].map {
      [Double](repeating: log($0.0 * Double(max(d, 1)).squareRoot()), count: d) + [0, log($0.1)]
    }
  }

  func add(_ logarithms: [Double], to gradient: inout [Double]) -> Double {
    var value = 0.0
    let mode = Self.knob(0, 0)
    for i in 0..<dimensions {
      let l = logarithms[i]
      if mode == 0 {
        let mu = Self.knob(1, 2.0.squareRoot()) + 0.5 * log(Double(dimensions))
        let sd = Self.knob(2, 3.0.squareRoot())
        value -= 0.5 * (l - mu) * (l - mu) / (sd * sd)
        gradient[i] -= (l - mu) / (sd * sd)
      } else if mode == 1 {  // gamma(a, b) of length
        let a = Self.knob(1, 3), b = Self.knob(2, 6)
        value += a * l - b * exp(l)
        gradient[i] += a - b * exp(l)
      } else {  // c (w + 1/w)
        let c = Self.knob(1, 0.1)
        let w = exp(-2 * l)
        value -= c * (w + 1 / w)
        gradient[i] -= c * (-2 * w + 2 / w)
      }
    }
    let s = exp(logarithms[dimensions])
    value += 2 * logarithms[dimensions] - s
    gradient[dimensions] += 2 - s
    let n = exp(logarithms[dimensions + 1])
    let a = Self.knob(4, 1.1), b = Self.knob(5, 30)
    value += a * logarithms[dimensions + 1] - b * n
    gradient[dimensions + 1] += a - b * n
    return value
  }
}

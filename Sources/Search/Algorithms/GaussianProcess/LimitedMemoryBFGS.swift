/// Finds a minimum of a smooth function within a box: the quasi-Newton method with limited memory (Liu and Nocedal 1989)
/// in the variables that do not press against their bounds, with a search along the projected line (Bertsekas 1982).
package struct LimitedMemoryBFGS {
  package var lower: [Double]
  package var upper: [Double]
  package var iterations = 50
  /// It ends when no component of the projected gradient is greater.
  package var gradientTolerance = 1e-6
  /// It ends when an iteration improves the value by less, relative to 1 + |value|.
  package var valueTolerance = 1e-9

  private static let memory = 8

  package init(lower: [Double], upper: [Double]) {
    self.lower = lower
    self.upper = upper
  }

  /// `function` returns the value, and writes the gradient.
  package func minimize(
    from start: [Double], _ function: ([Double], inout [Double]) -> Double
  ) -> (point: [Double], value: Double) {
    let count = start.count
    var point = start
    clamp(&point)
    var gradient = [Double](repeating: 0, count: count)
    var value = function(point, &gradient)
    guard value.isFinite else { return (point, value) }
    var history: [Curvature] = []
    var candidate = point
    var candidateGradient = gradient
    for _ in 0..<iterations {
      let isFree = (0..<count).map { index in
        !(point[index] <= lower[index] && gradient[index] > 0)
          && !(point[index] >= upper[index] && gradient[index] < 0)
      }
      var steepest = 0.0
      for index in 0..<count where isFree[index] { steepest = max(steepest, abs(gradient[index])) }
      guard steepest > gradientTolerance else { break }
      var direction = descent(gradient, isFree, history)
      if !(dot(direction, gradient) < 0) {
        history.removeAll()
        direction = descent(gradient, isFree, history)
      }
      // Without curvature the size of a step is unknown: a tenth of the box is a careful one.
      var step = history.isEmpty ? min(1, 0.1 / steepest) : 1
      var isAccepted = false
      var candidateValue = value
      for _ in 0..<20 {
        for index in 0..<count { candidate[index] = point[index] + step * direction[index] }
        clamp(&candidate)
        var slope = 0.0
        for index in 0..<count { slope += gradient[index] * (candidate[index] - point[index]) }
        guard slope < 0 else { break }
        candidateValue = function(candidate, &candidateGradient)
        if candidateValue <= value + 1e-4 * slope {
          isAccepted = true
          break
        }
        // The minimum of the parabola through both values and the slope.
        let bend = 2 * (candidateValue - value - slope)
        let factor = bend.isFinite && bend > 0 ? -slope / bend : 0.1
        step *= min(max(factor, 0.1), 0.5)
      }
      guard isAccepted else {
        if history.isEmpty { break }
        history.removeAll()
        continue
      }
      let curvature = Curvature(
        step: zip(candidate, point).map { $0 - $1 },
        change: zip(candidateGradient, gradient).map { $0 - $1 })
      if curvature.isUseful {
        if history.count == Self.memory { history.removeFirst() }
        history.append(curvature)
      }
      let improvement = value - candidateValue
      point = candidate
      gradient = candidateGradient
      value = candidateValue
      if improvement <= valueTolerance * (1 + abs(value)) { break }
    }
    return (point, value)
  }

  private func clamp(_ point: inout [Double]) {
    for index in point.indices { point[index] = min(max(point[index], lower[index]), upper[index]) }
  }

  /// The recursion of two loops (Nocedal 1980) over what is free.
  private func descent(_ gradient: [Double], _ isFree: [Bool], _ history: [Curvature]) -> [Double] {
    var direction = gradient.indices.map { isFree[$0] ? -gradient[$0] : 0 }
    var weights = [Double](repeating: 0, count: history.count)
    for index in history.indices.reversed() {
      let weight = dot(history[index].step, direction) / history[index].product
      weights[index] = weight
      for component in direction.indices {
        direction[component] -= weight * history[index].change[component]
      }
    }
    if let last = history.last {
      let scale = last.product / dot(last.change, last.change)
      for component in direction.indices { direction[component] *= scale }
    }
    for (index, curvature) in history.enumerated() {
      let weight = weights[index] - dot(curvature.change, direction) / curvature.product
      for component in direction.indices {
        direction[component] += weight * curvature.step[component]
      }
    }
    for component in direction.indices where !isFree[component] { direction[component] = 0 }
    return direction
  }

  private struct Curvature {
    let step: [Double]
    let change: [Double]
    let product: Double

    init(step: [Double], change: [Double]) {
      self.step = step
      self.change = change
      product = dot(step, change)
    }

    var isUseful: Bool {
      product > 1e-10 * (dot(step, step) * dot(change, change)).squareRoot() && product.isFinite
    }
  }
}

private func dot(_ left: [Double], _ right: [Double]) -> Double {
  var sum = 0.0
  for index in left.indices { sum += left[index] * right[index] }
  return sum
}

import Datasets

/// Writes the normal score of a number's rank among the quantiles of training: `NumberCurve` by nodes.
enum QuantileNodes {
  static func write(
    _ values: Graph.Value, _ curve: NumberCurve, to graph: inout Graph
  ) -> Graph.Value {
    let share = rank(of: values, curve.quantiles, &graph)
    let least = graph.number(NumberCurve.smallestShare, named: "least")
    let most = graph.number(1 - NumberCurve.smallestShare, named: "most")
    let raised = graph.node(Node(.max), share, least)
    let inner = graph.node(Node(.min), raised, most)
    let score = score(of: inner, &graph)
    // A comparison with NaN is false, so that it has a rank.
    let isNaN = graph.node(Node(.isNaN), values)
    return graph.choose(isNaN, values, score)
  }

  /// The place among the quantiles, between two of them in proportion; of numbers that are quantiles that of the
  /// middle one. From 0 to 1.
  private static func rank(
    of values: Graph.Value, _ quantiles: [Double], _ graph: inout Graph
  ) -> Graph.Value {
    let count = quantiles.count
    let table = graph.array(quantiles, [count], named: "quantiles")
    let one = graph.number(1.0, named: "one")
    // One column, so that the comparison has a column for each quantile.
    let isBelow = graph.node(Node(.less), table, values)
    let below = graph.sum(graph.cast(isBelow, to: .double), axis: -1, keepsAxis: true)
    let isWithin = graph.node(Node(.lessOrEqual), table, values)
    let within = graph.sum(graph.cast(isWithin, to: .double), axis: -1, keepsAxis: true)
    let zero = graph.number(0.0, named: "zero")
    let last = graph.number(Double(count - 1), named: "last")
    let before = graph.node(Node(.sub), below, one)
    let low = graph.node(Node(.max), before, zero)
    let high = graph.node(Node(.min), below, last)
    let lower = neighbor(low, table, &graph)
    let upper = neighbor(high, table, &graph)
    let distance = graph.node(Node(.sub), values, lower)
    let gap = graph.node(Node(.sub), upper, lower)
    // Nothing is divided by a gap of 0: there the number is a quantile, or outside of them.
    let hasGap = graph.node(Node(.greater), gap, zero)
    let divisor = graph.choose(hasGap, gap, one)
    let part = graph.node(Node(.div), distance, divisor)
    let between = graph.node(Node(.add), low, part)
    let sum = graph.node(Node(.add), below, within)
    let both = graph.node(Node(.sub), sum, one)
    let half = graph.number(0.5, named: "half")
    let middle = graph.node(Node(.mul), both, half)
    let isQuantile = graph.node(Node(.greater), within, below)
    let place = graph.choose(isQuantile, middle, between)
    let divisorOfPlace = graph.number(Double(max(1, count - 1)), named: "gaps")
    let share = graph.node(Node(.div), place, divisorOfPlace)
    // At both ends the rank is 0 and 1, however many quantiles are equal to them.
    let first = graph.number(quantiles.first ?? 0, named: "smallest")
    let end = graph.number(quantiles.last ?? 0, named: "largest")
    let isInside = graph.node(Node(.less), values, end)
    let cut = graph.choose(isInside, share, one)
    let isAbove = graph.node(Node(.greater), values, first)
    return graph.choose(isAbove, cut, zero)
  }

  private static func neighbor(
    _ place: Graph.Value, _ table: Graph.Value, _ graph: inout Graph
  ) -> Graph.Value {
    let index = graph.cast(place, to: .int64)
    return graph.gather(table, index)
  }

  /// Two of the three parts of `NormalDistribution.quantile`, of which one is chosen: no share comes so near to 0 that
  /// it were in the third.
  private static func score(of share: Graph.Value, _ graph: inout Graph) -> Graph.Value {
    let half = graph.number(0.5, named: "half")
    let center = graph.node(Node(.sub), share, half)
    let square = graph.node(Node(.mul), center, center)
    let edge = graph.number(NormalDistribution.centralSquare, named: "edge")
    let r = graph.node(Node(.sub), edge, square)
    let inner = ratio(NormalDistribution.centralRatio, of: r, &graph)
    let central = graph.node(Node(.mul), center, inner)
    let zero = graph.number(0.0, named: "zero")
    let one = graph.number(1.0, named: "one")
    let isLow = graph.node(Node(.less), center, zero)
    let other = graph.node(Node(.sub), one, share)
    let tail = graph.choose(isLow, share, other)
    let logarithm = graph.node(Node(.neg), graph.node(Node(.log), tail))
    let distance = graph.node(Node(.sqrt), logarithm)
    let nearStart = graph.number(NormalDistribution.middleOffset, named: "near")
    let near = ratio(
      NormalDistribution.middleRatio, of: graph.node(Node(.sub), distance, nearStart), &graph)
    let signed = graph.choose(isLow, graph.node(Node(.neg), near), near)
    let reach = graph.number(NormalDistribution.central, named: "reach")
    let isCentral = graph.node(Node(.lessOrEqual), graph.node(Node(.abs), center), reach)
    return graph.choose(isCentral, central, signed)
  }

  /// Two polynomials as one product: powers times the coefficients of both.
  private static func ratio(
    _ ratio: NormalDistribution.Ratio, of value: Graph.Value, _ graph: inout Graph
  ) -> Graph.Value {
    let count = ratio.numerator.count
    let exponents = graph.array((0..<count).map { Double($0) }, [count], named: "exponents")
    let powers = graph.node(Node(.pow), value, exponents)
    let coefficients = graph.array(
      (0..<count).flatMap { [ratio.numerator[$0], ratio.denominator[$0]] }, [count, 2],
      named: "coefficients")
    let both = graph.node(Node(.matMul), powers, coefficients)
    let parts = graph.node(Node(.split).with("axis", -1), [both], wanting: [true, true])
    return graph.node(Node(.div), parts[0], parts[1])
  }
}

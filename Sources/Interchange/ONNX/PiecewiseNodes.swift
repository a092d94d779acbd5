import Datasets

extension TableGraph {
  /// The inputs of a column in bins: how far the number is through each, held between 0 and 1 but for the first bin
  /// below and the last bin above, which have no end.
  mutating func piecewise(_ feature: PiecewiseLinearFeature) -> Graph.Value {
    graph.scope = feature.name
    let bins = feature.bins
    let number = column(feature.name, .double)
    let isMissing = isMissing(number)
    let standIn = graph.number(feature.missingValue ?? .nan, named: "missing_value")
    let filled = graph.choose(isMissing, standIn, number)
    let edges = graph.array(Array(feature.edges.dropLast()), [bins], named: "edges")
    let widths = graph.array(
      zip(feature.edges, feature.edges.dropFirst()).map { $1 - $0 }, [bins], named: "widths")
    let distances = graph.node(Node(.sub), filled, edges)
    let shares = graph.node(Node(.div), distances, widths)
    let limit = feature.clip ?? .infinity
    let least = graph.array(
      (0..<bins).map { $0 == 0 ? -limit : 0 }, [bins], named: "least")
    let most = graph.array(
      (0..<bins).map { $0 == bins - 1 ? limit : min(1, limit) }, [bins], named: "most")
    let raised = graph.node(Node(.max), shares, least)
    let held = graph.node(Node(.min), raised, most)
    // What is missing without a stand-in stays so, whatever the largest of it and a number is.
    let isNaN = graph.node(Node(.isNaN), filled)
    let inputs = graph.choose(isNaN, filled, held)
    let indicator = feature.hasIndicator ? [graph.cast(isMissing, to: .float)] : []
    return graph.concatenate([graph.cast(inputs, to: .float)] + indicator)
  }
}

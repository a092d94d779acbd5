import Glibc
import Network

/// Writes the answer of an ensemble, which is what `EnsembleMean` computes.
enum EnsembleNodes {
  /// - Parameter answers: shape `batch × members × outputs`, before the link.
  /// - Returns: shape `batch × outputs`, before the link.
  static func write(
    _ answers: Graph.Value, members: Int, outputs: Int, link: Link, to graph: inout Graph
  ) -> Graph.Value {
    graph.scope = "ensemble"
    let count = graph.number(logf(Float(members)), named: "members")
    func logarithmOfSum(_ terms: Graph.Value) -> Graph.Value {
      graph.node(Node(.reduceLogSumExp).with("axes", [1]).with("keepdims", 0), terms)
    }
    /// ln σ(x)
    func logistic(_ value: Graph.Value) -> Graph.Value {
      graph.node(Node(.neg), graph.node(Node(.softplus), graph.node(Node(.neg), value)))
    }
    switch link {
    case .identity:
      return graph.node(Node(.reduceMean).with("axes", [1]).with("keepdims", 0), answers)
    case .exponential: return graph.node(Node(.sub), logarithmOfSum(answers), count)
    case .softmax:
      let shares = graph.node(Node(.logSoftmax).with("axis", -1), answers)
      return graph.node(Node(.sub), logarithmOfSum(shares), count)
    case .sigmoid:
      let yes = logarithmOfSum(logistic(answers))
      let no = logarithmOfSum(logistic(graph.node(Node(.neg), answers)))
      return graph.node(Node(.sub), yes, no)
    case .sequential:
      // ln of the probability of coming as far as each output: sums of those before it.
      let sums = graph.array(
        (0..<outputs * outputs).map { $0 / outputs < $0 % outputs ? Float(1) : 0 },
        [outputs, outputs], named: "sums")
      let beyond = logistic(answers)
      let reach = graph.node(Node(.matMul), beyond, sums)
      let stop = logistic(graph.node(Node(.neg), answers))
      let yes = logarithmOfSum(graph.node(Node(.add), reach, beyond))
      let no = logarithmOfSum(graph.node(Node(.add), reach, stop))
      return graph.node(Node(.sub), yes, no)
    }
  }
}

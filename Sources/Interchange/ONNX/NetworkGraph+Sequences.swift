import Network
import Numerics

/// Recurrent layers and attention.
extension NetworkGraph {
  /// Operators take steps before examples, and kernels transposed, with a dimension for the directions.
  mutating func recurrent(_ operation: RecurrentOperation, _ input: Signal) -> Graph.Value {
    let (units, directions) = (operation.units, operation.directions.count)
    let width = operation.cell.gates * units
    let features = input.shape.dimensions[1]
    let steps = graph.transpose(input.value, [1, 0, 2])
    let kernel = array(
      operation.directions.flatMap { gates($0.kernel, operation.cell, units: units) },
      [directions, width, features], operation.directions[0].kernel.name)
    let recurrentKernel = array(
      operation.directions.flatMap { gates($0.recurrentKernel, operation.cell, units: units) },
      [directions, width, units], operation.directions[0].recurrentKernel.name)
    var inputs = [steps, kernel, recurrentKernel]
    if let first = operation.directions[0].bias {
      let values = operation.directions.flatMap { biases($0, operation.cell, units: units) }
      inputs.append(array(values, [directions, 2 * width], first.name))
    } else {
      inputs.append("")
    }
    let isCarried = operation.isStateful && carriesState
    // Without lengths, which all are the same.
    if isCarried { inputs += [""] + stateInputs(operation) }
    let results = graph.node(
      node(operation), inputs,
      wanting: [operation.returnsSequences, isCarried || !operation.returnsSequences]
        + (operation.cell == .lstm && isCarried ? [true] : []))
    if isCarried { writeStateOutputs(Array(results.dropFirst()), units: units) }
    if operation.returnsSequences {
      // steps × directions × examples × units
      let examples = graph.transpose(results[0], [2, 0, 1, 3])
      return graph.reshape(examples, to: [0, 0, directions * units])
    }
    let examples = graph.transpose(results[1], [1, 0, 2])
    return graph.reshape(examples, to: [0, directions * units])
  }

  private func node(_ operation: RecurrentOperation) -> Node {
    let directions = operation.directions.count
    let node: Node
    switch operation.cell {
    case .lstm: node = Node(.lstm)
    // The reset gate works on what the recurrent kernel made, not on its input.
    case .gru: node = Node(.gru).with("linear_before_reset", 1)
    case .tanh: node = Node(.rnn).with("activations", Array(repeating: "Tanh", count: directions))
    case .relu: node = Node(.rnn).with("activations", Array(repeating: "Relu", count: directions))
    }
    return node.with("hidden_size", operation.units)
      .with("direction", directions == 2 ? "bidirectional" : "forward")
  }

  /// A kernel with a row for each output, the gates in the order of ONNX: i, o, f, c and z, r, h.
  private func gates(_ kernel: Parameter, _ cell: RecurrentCell, units: Int) -> [Float] {
    let transposed = Permutation.apply([1, 0], to: memory.array(kernel), kernel.shape)
    let size = units * kernel.shape.dimensions[0]
    return cell.onnxOrder.flatMap { transposed[$0 * size..<($0 + 1) * size] }
  }

  /// Those of the inputs and then those of the recurrent products, which only the candidate of a gru has.
  private func biases(
    _ direction: RecurrentOperation.Direction, _ cell: RecurrentCell, units: Int
  ) -> [Float] {
    let width = cell.gates * units
    let bias = direction.bias.map { memory.array($0) } ?? Array(repeating: 0, count: width)
    let ordered = cell.onnxOrder.flatMap { bias[$0 * units..<($0 + 1) * units] }
    var recurrent = [Float](repeating: 0, count: width)
    if let own = direction.recurrentBias {
      recurrent.replaceSubrange((width - units)..<width, with: memory.array(own))
    }
    return ordered + recurrent
  }

  /// What the layer begins with, an input of the model: outputs and, of an lstm, cells; shape `batch × units`.
  private mutating func stateInputs(_ operation: RecurrentOperation) -> [Graph.Value] {
    let names = operation.cell == .lstm ? ["state", "cell"] : ["state"]
    return names.map { name in
      let state = graph.input(
        "\(graph.scope).\(name)", .float, [.named("batch"), .fixed(operation.units)])
      return graph.unsqueeze(state, axis: 0)
    }
  }

  private mutating func writeStateOutputs(_ states: [Graph.Value], units: Int) {
    for (name, state) in zip(["next_state", "next_cell"], states) {
      let flat = graph.squeeze(state, axis: 0)
      graph.output(
        "\(graph.scope).\(name)", of: flat, .float, [.named("batch"), .fixed(units)])
    }
  }

  /// `softmax(Q·Kᵀ / √width) · V` of each head, between two products.
  mutating func attention(_ operation: AttentionOperation, _ input: Signal) -> Graph.Value {
    let (steps, dimensions) = (input.shape.dimensions[0], input.shape.dimensions[1])
    let width = dimensions / operation.heads
    let projected = product(input.value, operation.input, rank: input.rank)
    let parts = graph.node(
      Node(.split).with("axis", -1), [projected], wanting: [true, true, true])
    func heads(_ part: Graph.Value, _ order: [Int], _ graph: inout Graph) -> Graph.Value {
      graph.transpose(graph.reshape(part, to: [0, steps, operation.heads, width]), order)
    }
    let queries = heads(parts[0], [0, 2, 1, 3], &graph)
    let keys = heads(parts[1], [0, 2, 3, 1], &graph)
    let values = heads(parts[2], [0, 2, 1, 3], &graph)
    let products = graph.node(Node(.matMul), queries, keys)
    let scale = graph.number(1 / Float(width).squareRoot(), named: "scale")
    var scores = graph.node(Node(.mul), products, scale)
    if operation.isCausal {
      // −∞ above the diagonal.
      let shape = graph.list([steps, steps], named: "shape")
      let zero = graph.number(-Float.infinity, named: "infinity")
      let full = graph.node(Node(.expand), zero, shape)
      let one = graph.array([1] as [Int], [], named: "above")
      let mask = graph.node(Node(.trilu).with("upper", 1), full, one)
      scores = graph.node(Node(.add), scores, mask)
    }
    let weights = graph.node(Node(.softmax).with("axis", -1), scores)
    let taken = graph.node(Node(.matMul), weights, values)
    let sides = graph.transpose(taken, [0, 2, 1, 3])
    let context = graph.reshape(sides, to: [0, steps, dimensions])
    return product(context, operation.output, rank: input.rank)
  }
}

extension RecurrentCell {
  /// For each gate of ONNX which one it is here.
  fileprivate var onnxOrder: [Int] {
    switch self {
    case .tanh, .relu: [0]
    case .lstm: [0, 3, 1, 2]
    case .gru: [1, 0, 2]
    }
  }
}

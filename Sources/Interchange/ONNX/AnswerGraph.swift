import Datasets
import Network
import Training

/// Writes how the outputs of a network become answers: those of `predict`.
struct AnswerGraph {
  var graph: Graph
  let target: TargetEncoding
  let link: Link

  /// - Parameters:
  ///   - outputs: shape `batch × outputs`, before the link.
  ///   - isAnswered: shape `batch × 1`, whether an example has an answer; `nil` where all do. One without has an empty
  ///     label and NaN for numbers.
  ///   - horizon: rows that are predicted, of a series.
  mutating func write(
    _ outputs: Graph.Value, count: Int, isAnswered: Graph.Value?, horizon: Int?
  ) {
    graph.scope = "answers"
    if !target.classes.isEmpty {
      let probabilities = classProbabilities(outputs, count: count)
      let index = label(outputs, count: count, probabilities)
      let names = graph.array(target.classes, [target.classes.count], named: "classes")
      let labels = graph.gather(names, index)
      writeLabels(labels, isAnswered)
      writeNumbers(
        probabilities, isAnswered, named: "probabilities", count: target.classes.count)
    } else if target.task == .regression {
      writeNumbers(
        values(outputs), isAnswered, named: "prediction", count: count, horizon: horizon)
    } else {
      let probabilities = linked(outputs)
      writeNumbers(probabilities, isAnswered, named: "probabilities", count: count)
    }
  }

  private mutating func writeLabels(_ labels: Graph.Value, _ isAnswered: Graph.Value?) {
    var labels = labels
    if let isAnswered {
      let none = graph.array([""], [1], named: "no_label")
      let isRow = graph.squeeze(isAnswered, axis: 1)
      labels = graph.choose(isRow, labels, none)
    }
    graph.scope = ""
    graph.output("label", of: labels, .text, [.named("batch")])
    graph.scope = "answers"
  }

  private mutating func writeNumbers(
    _ values: Graph.Value, _ isAnswered: Graph.Value?, named name: String, count: Int,
    horizon: Int? = nil
  ) {
    var values = values
    if let isAnswered {
      let none = graph.number(Float.nan, named: "no_answer")
      values = graph.choose(isAnswered, values, none)
    }
    var shape: [Graph.Extent] = [.named("batch"), .fixed(count)]
    if let horizon {
      values = graph.reshape(values, to: [0, horizon, count / horizon])
      shape = [.named("batch"), .fixed(horizon), .fixed(count / horizon)]
    }
    graph.scope = ""
    graph.output(name, of: values, .float, shape)
    graph.scope = "answers"
  }

  // MARK: - Links

  private mutating func linked(_ outputs: Graph.Value) -> Graph.Value {
    switch link {
    case .identity: outputs
    case .sigmoid, .sequential: graph.logistic(outputs)
    case .softmax: graph.node(Node(.softmax).with("axis", -1), outputs)
    case .exponential: graph.node(Node(.exp), outputs)
    }
  }

  /// In the units of the target columns.
  private mutating func values(_ outputs: Graph.Value) -> Graph.Value {
    let numbers = linked(outputs)
    guard target.columns.contains(where: { $0.scale != .identity }) else { return numbers }
    let exact = graph.cast(numbers, to: .double)
    let divisor = graph.array(
      target.columns.map(\.scale.divisor), [target.columns.count], named: "divisor")
    let scaled = graph.node(Node(.mul), exact, divisor)
    let offset = graph.array(
      target.columns.map(\.scale.offset), [target.columns.count], named: "offset")
    return graph.cast(graph.node(Node(.add), scaled, offset), to: .float)
  }

  /// One of each class, as `Link.classProbabilities`.
  private mutating func classProbabilities(_ outputs: Graph.Value, count: Int) -> Graph.Value {
    if link == .sequential {
      let reach = graph.node(Node(.exp), reach(outputs, count: count))
      // The share of those who come so far that stop there; at the last class all do.
      let stops = graph.logistic(graph.node(Node(.neg), outputs))
      let padding = graph.node(Node(.sub), ofFirst(reach), ofFirst(reach))
      let one = graph.number(Float(1), named: "one")
      let ones = graph.node(Node(.add), padding, one)
      let arrives = graph.concatenate([ones, reach])
      let ends = graph.concatenate([stops, ones])
      return graph.node(Node(.mul), arrives, ends)
    }
    let probabilities = linked(outputs)
    if count == 1, target.classes.count == 2 {
      let one = graph.number(Float(1), named: "one")
      let other = graph.node(Node(.sub), one, probabilities)
      return graph.concatenate([other, probabilities])
    }
    guard link == .sigmoid else { return probabilities }
    let sum = graph.sum(probabilities, axis: -1, keepsAxis: true)
    // Where all are 0 there is nothing to share.
    let zero = graph.number(Float(0), named: "zero")
    let one = graph.number(Float(1), named: "one")
    let divisor = graph.choose(graph.node(Node(.greater), sum, zero), sum, one)
    return graph.node(Node(.div), probabilities, divisor)
  }

  private mutating func ofFirst(_ values: Graph.Value) -> Graph.Value {
    let first = graph.list([0], named: "first")
    return graph.node(Node(.gather).with("axis", -1), values, first)
  }

  /// ln of the probability of going on beyond each class of an order: sums of ln σ(o).
  private mutating func reach(_ outputs: Graph.Value, count: Int) -> Graph.Value {
    let softplus = graph.node(Node(.softplus), graph.node(Node(.neg), outputs))
    let sums = graph.array(
      (0..<count * count).map { $0 / count <= $0 % count ? Float(-1) : 0 }, [count, count],
      named: "sums")
    return graph.node(Node(.matMul), softplus, sums)
  }

  // MARK: - Decisions

  /// The index of the class, as `Decision` has it; shape `batch`.
  private mutating func label(
    _ outputs: Graph.Value, count: Int, _ probabilities: Graph.Value
  ) -> Graph.Value {
    if let threshold = target.threshold {
      let last = graph.list([1], named: "second")
      let yes = graph.node(Node(.gather).with("axis", -1), probabilities, last)
      let exact = graph.cast(yes, to: .double)
      let limit = graph.number(threshold, named: "threshold")
      return index(graph.node(Node(.greater), exact, limit))
    }
    if link == .sequential, count > 1 {
      let reach = graph.node(Node(.exp), reach(outputs, count: count))
      let half = graph.number(Float(0.5), named: "half")
      let isBeyond = graph.cast(graph.node(Node(.greater), reach, half), to: .int64)
      return graph.sum(isBeyond, axis: -1, keepsAxis: false)
    }
    if count == 1 {
      let zero = graph.number(Float(0), named: "zero")
      return index(graph.node(Node(.greater), outputs, zero))
    }
    return graph.node(Node(.argMax).with("axis", -1).with("keepdims", 0), outputs)
  }

  private mutating func index(_ isSecond: Graph.Value) -> Graph.Value {
    graph.squeeze(graph.cast(isSecond, to: .int64), axis: -1)
  }
}

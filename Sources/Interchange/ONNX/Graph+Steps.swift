/// Nodes that are written at many places.
extension Graph {
  mutating func cast(_ value: Value, to type: ElementType) -> Value {
    node(Node(.cast).with("to", Int(type.rawValue)), value)
  }

  mutating func concatenate(_ values: [Value], axis: Int = -1) -> Value {
    values.count == 1 ? values[0] : node(Node(.concat).with("axis", axis), values)
  }

  mutating func reshape(_ value: Value, to shape: [Int]) -> Value {
    let shape = list(shape, named: "shape")
    return node(Node(.reshape), value, shape)
  }

  mutating func transpose(_ value: Value, _ permutation: [Int]) -> Value {
    node(Node(.transpose).with("perm", permutation), value)
  }

  mutating func unsqueeze(_ value: Value, axis: Int) -> Value {
    let axes = list([axis], named: "axes")
    return node(Node(.unsqueeze), value, axes)
  }

  mutating func squeeze(_ value: Value, axis: Int) -> Value {
    let axes = list([axis], named: "axes")
    return node(Node(.squeeze), value, axes)
  }

  mutating func sum(_ value: Value, axis: Int, keepsAxis: Bool) -> Value {
    let axes = list([axis], named: "axes")
    return node(Node(.reduceSum).with("keepdims", keepsAxis ? 1 : 0), value, axes)
  }

  /// Rows of a table by their indices.
  mutating func gather(_ table: Value, _ indices: Value) -> Value {
    node(Node(.gather).with("axis", 0), table, indices)
  }

  /// `where isTrue, one, else the other`
  mutating func choose(_ condition: Value, _ one: Value, _ other: Value) -> Value {
    node(Node(.where), condition, one, other)
  }
}

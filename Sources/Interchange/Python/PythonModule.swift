import Configuration
import Network
import Numerics

/// A network as a module of Python that is being written, with the tensors that it loads.
///
/// Layers have names by their types, numbered through the network: `conv2d_1`.
struct PythonModule {
  struct Tensor {
    let name: String
    let shape: [Int]
    let values: [Float]
  }

  /// Lines that make the layers, in their order.
  private(set) var layers: [String] = []
  /// Lines that compute the outputs from `x`.
  private(set) var steps: [String] = []
  private(set) var tensors: [Tensor] = []
  private var counts: [String: Int] = [:]

  /// The name of another layer of a type.
  mutating func name(_ type: String) -> String {
    counts[type, default: 0] += 1
    return "\(type)_\(counts[type] ?? 0)"
  }

  mutating func addLayer(_ line: String) { layers.append(line) }

  mutating func addStep(_ line: String) { steps.append(line) }

  mutating func addTensor(_ name: String, _ values: [Float], _ shape: [Int]) {
    tensors.append(Tensor(name: name, shape: shape, values: values))
  }

  /// A tensor with the dimensions of a parameter in another order.
  mutating func addTensor(
    _ name: String, _ parameter: Parameter, _ memory: Memory, order: [Int]? = nil
  ) {
    let order = order ?? Array(parameter.shape.dimensions.indices)
    addTensor(
      name, Permutation.apply(order, to: memory.array(parameter), parameter.shape),
      order.map { parameter.shape.dimensions[$0] })
  }
}

/// Values as Python writes them.
enum Python {
  static func tuple(_ values: [Int]) -> String {
    values.count == 1 ? "\(values[0])" : "(" + values.map(String.init).joined(separator: ", ") + ")"
  }

  static func number(_ value: Double) -> String { JSONNumber(value).text }

  static func truth(_ value: Bool) -> String { value ? "True" : "False" }

  /// A text in quotes; those of JSON are those of Python.
  static func text(_ text: String) -> String { JSONValue.string(text).compactText }

  /// A list of numbers or texts, in one line.
  static func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

  /// The arguments of a call, without those that are as they would be anyway.
  static func arguments(_ parts: [String?]) -> String {
    parts.compactMap { $0 }.joined(separator: ", ")
  }
}

import Foundation
import SwiftProtobuf

/// An ONNX graph as it is written, node by node in the order in which they compute.
///
/// Values are known by their names, each unique in the graph: those of nodes and of arrays are made of the scope
/// that they are written in and what they are.
struct Graph {
  /// The type of an array, by its number in the format (onnx.proto, TensorProto.DataType).
  enum ElementType: Int32 {
    case float = 1
    case int64 = 7
    case text = 8
    case bool = 9
    case double = 11
  }

  /// The extent of a dimension of an input or an output.
  enum Extent {
    case fixed(Int)
    /// Known when the model runs, by its name.
    case named(String)
  }

  /// The name of a value.
  typealias Value = String

  private(set) var proto = ONNXGraphProto()
  /// What the names of values begin with: the layer or the column that is being written.
  var scope = ""
  private var taken: Set<String> = []
  private var domains: Set<String> = []

  init(name: String) { proto.name = name }

  /// Whether nodes of the domain for classical machine learning are among them.
  var usesMachineLearning: Bool { domains.contains(NodeDomain.machineLearning.rawValue) }

  /// The graph without the arrays that no node reads, of which runtimes warn.
  var withoutUnusedArrays: ONNXGraphProto {
    let used = Set(proto.node.flatMap(\.input))
    var proto = proto
    proto.initializer.removeAll { !used.contains($0.name) }
    return proto
  }

  // MARK: - Names

  /// A name that no other value has: the one that is wanted, or that with a number.
  private mutating func unique(_ wanted: String) -> Value {
    var name = wanted
    var number = 1
    while !taken.insert(name).inserted {
      number += 1
      name = "\(wanted)_\(number)"
    }
    return name
  }

  private func scoped(_ name: String) -> String { scope.isEmpty ? name : "\(scope)/\(name)" }

  // MARK: - Ends

  /// Declares an input.
  ///
  /// - Returns: its name, which is the one that is wanted unless there is an input called so.
  mutating func input(_ name: String, _ type: ElementType, _ shape: [Extent]) -> Value {
    let name = unique(name)
    proto.input.append(Self.end(name, type, shape))
    return name
  }

  /// Makes a value an output with a name of its own.
  ///
  /// - Parameter isFirst: whether it goes before the outputs so far.
  /// - Returns: the name: the one that is wanted, or that with a number where a column is called so.
  @discardableResult
  mutating func output(
    _ name: String, of value: Value, _ type: ElementType, _ shape: [Extent],
    isFirst: Bool = false
  ) -> Value {
    let name = unique(name)
    append(.init(.identity), [value], name)
    proto.output.insert(Self.end(name, type, shape), at: isFirst ? 0 : proto.output.count)
    return name
  }

  private static func end(
    _ name: String, _ type: ElementType, _ shape: [Extent]
  ) -> ONNXValueInfoProto {
    .with {
      $0.name = name
      $0.type.tensorType.elemType = type.rawValue
      $0.type.tensorType.shape.dim = shape.map { extent in
        .with {
          switch extent {
          case .fixed(let count): $0.dimValue = Int64(count)
          case .named(let name): $0.dimParam = name
          }
        }
      }
    }
  }

  // MARK: - Nodes

  /// Adds a node with one output.
  mutating func node(
    _ operation: Node, _ inputs: Value...
  ) -> Value {
    node(operation, inputs)
  }

  mutating func node(_ operation: Node, _ inputs: [Value]) -> Value {
    let name = unique(scoped(operation.name))
    append(operation, inputs, name)
    return name
  }

  /// Adds a node with several outputs; those that are not wanted have no name.
  mutating func node(_ operation: Node, _ inputs: [Value], wanting outputs: [Bool]) -> [Value] {
    let names = outputs.map { $0 ? unique(scoped(operation.name)) : "" }
    append(operation, inputs, names)
    return names
  }

  private mutating func append(_ operation: Node, _ inputs: [Value], _ outputs: Value...) {
    append(operation, inputs, outputs)
  }

  private mutating func append(_ operation: Node, _ inputs: [Value], _ outputs: [Value]) {
    domains.insert(operation.domain.rawValue)
    proto.node.append(
      .with {
        $0.opType = operation.name
        if operation.domain != .standard { $0.domain = operation.domain.rawValue }
        // The name of its first output tells a node from all others.
        $0.name = outputs.first { !$0.isEmpty } ?? ""
        $0.input = inputs
        $0.output = outputs
        $0.attribute = operation.attributes
      })
  }

  // MARK: - Arrays

  mutating func array(_ values: [Float], _ shape: [Int], named name: String) -> Value {
    array(.float, shape, named: name) { $0.rawData = Self.bytes(values.map(\.bitPattern)) }
  }

  mutating func array(_ values: [Double], _ shape: [Int], named name: String) -> Value {
    array(.double, shape, named: name) { $0.rawData = Self.bytes(values.map(\.bitPattern)) }
  }

  mutating func array(_ values: [Int], _ shape: [Int], named name: String) -> Value {
    array(.int64, shape, named: name) { $0.rawData = Self.bytes(values.map { Int64($0) }) }
  }

  mutating func array(_ values: [String], _ shape: [Int], named name: String) -> Value {
    array(.text, shape, named: name) { $0.stringData = values.map { Data($0.utf8) } }
  }

  /// A number without dimensions.
  mutating func number(_ value: Float, named name: String) -> Value {
    array([value], [], named: name)
  }

  mutating func number(_ value: Double, named name: String) -> Value {
    array([value], [], named: name)
  }

  /// A list of whole numbers, such as axes or a shape.
  mutating func list(_ values: [Int], named name: String) -> Value {
    array(values, [values.count], named: name)
  }

  private mutating func array(
    _ type: ElementType, _ shape: [Int], named name: String, fill: (inout ONNXTensorProto) -> Void
  ) -> Value {
    let name = unique(scoped(name))
    var tensor = ONNXTensorProto()
    tensor.name = name
    tensor.dataType = type.rawValue
    tensor.dims = shape.map { Int64($0) }
    fill(&tensor)
    proto.initializer.append(tensor)
    return name
  }

  private static func bytes<Element: FixedWidthInteger>(_ values: [Element]) -> Data {
    values.map(\.littleEndian).withUnsafeBytes { Data($0) }
  }
}

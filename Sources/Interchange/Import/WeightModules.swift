import Configuration
import Numerics
import Training

/// The modules of a state dict: tensors whose names differ in the last part only.
struct WeightModules {
  struct Module {
    let name: String
    /// The full names of its tensors.
    var tensors: [String]
  }

  /// In the order of their names, numbers by their value.
  private(set) var all: [Module] = []
  private let shapes: [String: Shape]

  /// - Parameter isMeant: whether a tensor belongs to the network.
  init(_ tensors: [Safetensors.Tensor], where isMeant: (String) -> Bool) {
    shapes = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, Shape($0.shape)) })
    for name in tensors.map(\.name).filter(isMeant).sorted(by: NaturalOrder.precedes) {
      let module = Self.module(of: name)
      if all.last?.name == module {
        all[all.count - 1].tensors.append(name)
      } else {
        all.append(Module(name: module, tensors: [name]))
      }
    }
  }

  /// The full name of a tensor of a module.
  static func name(_ part: String, in module: String) -> String {
    module.isEmpty ? part : "\(module).\(part)"
  }

  /// The module that a tensor belongs to: attention has one inside it.
  private static func module(of tensor: String) -> String {
    var parts = tensor.split(separator: ".").dropLast()
    if parts.last == "out_proj" { parts = parts.dropLast() }
    return parts.joined(separator: ".")
  }

  /// The names of a module's tensors within it, with their shapes.
  private func parts(of module: Module) -> Set<String> {
    let start = module.name.isEmpty ? 0 : module.name.count + 1
    return Set(
      module.tensors.map { Self.part(String($0.dropFirst(start)), shapes[$0] ?? Shape()) })
  }

  /// The same of what a layer takes.
  private static func parts(of layer: ForeignLayer) -> Set<String> {
    Set(layer.arrays.flatMap(\.parts).map { part($0.name, $0.shape) })
  }

  private static func part(_ name: String, _ shape: Shape) -> String { "\(name) \(shape)" }

  /// For layers the only module that can be theirs, by its kind and its shapes; where several layers or modules are
  /// alike, nothing tells whose is whose.
  private func onlyMatches(_ layers: [ForeignLayer]) -> [(layer: String, module: String)] {
    let modules = Dictionary(grouping: all, by: parts(of:))
    let takers = Dictionary(grouping: layers, by: Self.parts(of:))
    return layers.compactMap { layer in
      let parts = Self.parts(of: layer)
      guard takers[parts]?.count == 1, let found = modules[parts], found.count == 1 else {
        return nil
      }
      return (layer: layer.name, module: found[0].name)
    }
  }

  /// How to say which module is which, with what their kinds and shapes tell.
  func help(for layers: [ForeignLayer]) -> String {
    let pairs = onlyMatches(layers)
    let text = JSONValue.object(pairs.map { JSONMember($0.layer, .string($0.module)) }).spacedText
    if pairs.count == layers.count {
      return "by their shapes it is --mapping mapping.json with \(text)"
    }
    let start = pairs.isEmpty ? "an object of layers and modules" : "\(text.dropLast()), …}"
    return "say which module is which in a file: --mapping mapping.json with \(start)"
  }
}

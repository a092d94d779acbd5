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

  /// Whether a module has the tensors of a layer, each in its shape.
  private func fits(_ module: Module, _ layer: ForeignLayer) -> Bool {
    let parts = layer.arrays.flatMap(\.parts)
    let names = Set(parts.map { Self.name($0.name, in: module.name) })
    return names == Set(module.tensors)
      && parts.allSatisfy { shapes[Self.name($0.name, in: module.name)] == $0.shape }
  }

  /// For layers the only module that can be theirs, by its kind and its shapes.
  private func onlyMatches(_ layers: [ForeignLayer]) -> [(layer: String, module: String)] {
    var found = [Module?](repeating: nil, count: layers.count)
    var open = all
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      let candidates = layers.indices.map { index in
        found[index] == nil ? open.filter { fits($0, layers[index]) } : []
      }
      for index in layers.indices where candidates[index].count == 1 {
        let name = candidates[index][0].name
        // Where two layers have the same single one, nothing tells whose it is.
        let rivals = candidates.count { $0.count == 1 && $0[0].name == name }
        guard rivals == 1, let place = open.firstIndex(where: { $0.name == name }) else { continue }
        found[index] = open.remove(at: place)
        hasChanged = true
      }
    }
    return zip(layers, found).compactMap { layer, module in
      module.map { (layer: layer.name, module: $0.name) }
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

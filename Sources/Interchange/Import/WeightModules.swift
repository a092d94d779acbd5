import Configuration
import Numerics
import Training

/// The modules of a state dict: tensors whose names differ in the last part only.
///
/// A recurrent module of several layers, whose tensors end in `_l0`, `_l1` and so on, is a module for each: `lstm.l0` and
/// `lstm.l1`.
struct WeightModules {
  struct Module {
    let name: String
    /// The full names of its tensors.
    var tensors: [String]

    /// What a message calls it: tensors at the root belong to a module without a name.
    var title: String { name.isEmpty ? Spelling.list(tensors, "and") : name }
  }

  /// In the order of their names, numbers by their value.
  private(set) var all: [Module] = []
  private let shapes: [String: Shape]
  /// For each layer of a recurrent module with several that module, and which of its layers it is.
  private var stacks: [String: (module: String, layer: Int)] = [:]

  /// - Parameter isMeant: whether a tensor belongs to the network.
  init(_ tensors: [Safetensors.Tensor], where isMeant: (String) -> Bool) {
    shapes = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, Shape($0.shape)) })
    let names = tensors.map(\.name).filter(isMeant).sorted(by: NaturalOrder.precedes)
    let stacked = Set(
      names.filter { (Self.layer(of: $0) ?? 0) > 0 }.map { Self.module(of: $0) })
    var places: [String: Int] = [:]
    for name in names {
      var module = Self.module(of: name)
      if stacked.contains(module), let layer = Self.layer(of: name) {
        let own = Self.joined(module, "l\(layer)")
        stacks[own] = (module: module, layer: layer)
        module = own
      }
      if let place = places[module] {
        all[place].tensors.append(name)
      } else {
        places[module] = all.count
        all.append(Module(name: module, tensors: [name]))
      }
    }
  }

  /// The full name of a tensor of a module, whose name within it is that of a layer of its own.
  func name(_ part: String, in module: String) -> String {
    let name = Self.joined(module, part)
    guard shapes[name] == nil, let stack = stacks[module] else { return name }
    return Self.joined(stack.module, part.replacing("_l0", with: "_l\(stack.layer)"))
  }

  private static func joined(_ module: String, _ part: String) -> String {
    module.isEmpty ? part : "\(module).\(part)"
  }

  /// Which layer of a recurrent module a tensor belongs to, as `weight_ih_l1_reverse` to 1; `nil` for other tensors.
  private static func layer(of tensor: String) -> Int? {
    let words = tensor.split(separator: ".").last?.split(separator: "_") ?? []
    guard words.count > 2, words[1] == "ih" || words[1] == "hh", words[2].first == "l" else {
      return nil
    }
    return Int(words[2].dropFirst())
  }

  /// The module that a tensor belongs to: attention has one inside it.
  private static func module(of tensor: String) -> String {
    var parts = tensor.split(separator: ".").dropLast()
    if parts.last == "out_proj" { parts = parts.dropLast() }
    return parts.joined(separator: ".")
  }

  /// The name of a tensor within its module, as a layer of its own has it.
  func part(_ tensor: String, of module: Module) -> String {
    let stack = stacks[module.name]
    let owner = stack?.module ?? module.name
    let name = String(tensor.dropFirst(owner.isEmpty ? 0 : owner.count + 1))
    return stack.map { name.replacing("_l\($0.layer)", with: "_l0") } ?? name
  }

  /// The names of a module's tensors within it, with their shapes.
  private func parts(of module: Module) -> Set<String> {
    Set(module.tensors.map { Self.part(part($0, of: module), shapes[$0] ?? Shape()) })
  }

  /// The same of what a layer takes.
  private static func parts(of layer: ForeignLayer) -> Set<String> {
    Set(layer.arrays.flatMap(\.parts).map { part($0.name, $0.shape) })
  }

  private static func part(_ name: String, _ shape: Shape) -> String { "\(name) \(shape)" }

  /// For layers the only module that can be theirs, by its kind and its shapes; where several layers or modules are
  /// alike, nothing tells whose is whose.
  private func onlyMatches(_ layers: [ForeignLayer]) -> [String: String] {
    let modules = Dictionary(grouping: all, by: parts(of:))
    let takers = Dictionary(grouping: layers, by: Self.parts(of:))
    var matches: [String: String] = [:]
    for layer in layers {
      let parts = Self.parts(of: layer)
      guard takers[parts]?.count == 1, let found = modules[parts], found.count == 1 else {
        continue
      }
      matches[layer.name] = found[0].name
    }
    return matches
  }

  /// How to say which module is which, with what their kinds and shapes tell.
  func help(for layers: [ForeignLayer]) -> String {
    let matches = onlyMatches(layers)
    let text = Self.mapping(
      layers.map { (layer: $0.name, module: matches[$0.name] ?? "?") })
    if matches.count == layers.count {
      return "by their shapes it is --mapping mapping.json with \(text)"
    }
    let matched = Set(matches.values)
    let open = all.filter { !matched.contains($0.name) }.map(\.title)
    return "say which module is which in a file: --mapping mapping.json with \(text)"
      + (open.isEmpty ? "" : ", where ? is one of: \(Spelling.shortened(open))")
  }

  /// The object of a mapping, to be pasted.
  static func mapping(_ pairs: [(layer: String, module: String)]) -> String {
    JSONValue.object(pairs.map { JSONMember($0.layer, .string($0.module)) }).spacedText
  }

  // MARK: - Order

  /// The first two modules of one kind and shape whose names have no numbers that tell which comes first: letters order
  /// names, and not what a network does with them. `nil` if there are none.
  var withoutOrder: (first: Module, second: Module)? {
    var pairs: [(first: Module, second: Module)] = []
    for alike in Dictionary(grouping: all, by: parts(of:)).values {
      for (first, second) in zip(alike, alike.dropFirst())
      where !Self.numbersTell(first.name, second.name) {
        pairs.append((first: first, second: second))
      }
    }
    return pairs.min { NaturalOrder.precedes($0.first.name, $1.first.name) }
  }

  /// Whether two names differ first in a number that both have there, or that one has and the other ends before.
  private static func numbersTell(_ first: String, _ second: String) -> Bool {
    let (a, b) = (Array(first.utf8), Array(second.utf8))
    let shared = zip(a, b).prefix { $0 == $1 }.count
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    func isDigit(_ name: [UInt8], _ index: Int) -> Bool {
      name.indices.contains(index) && digits.contains(name[index])
    }
    let (isFirst, isSecond) = (isDigit(a, shared), isDigit(b, shared))
    // dense comes before dense_1 and fc before fc2: the first of them needed no number.
    let rest = (a.count > shared ? a : b)[shared...].drop { $0 == UInt8(ascii: "_") }
    if min(a.count, b.count) == shared, !rest.isEmpty, rest.allSatisfy(digits.contains) {
      return true
    }
    // 1 and 10 share a digit, and one of them goes on.
    return isFirst && isSecond || isFirst != isSecond && isDigit(a, shared - 1)
  }
}

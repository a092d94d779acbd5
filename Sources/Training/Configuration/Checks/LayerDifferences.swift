import Configuration

/// Settings by which layers compute something else from the same parameters than those that these were learned in.
///
/// A layer is compared with the one that had its arrays, and what stands between such layers without arrays of its own,
/// as poolings do, in its order.
struct LayerDifferences {
  /// Where a list of layers stands: its path in the configuration, its key, and the beginning of the names of its arrays.
  private struct Place {
    let path: String
    let key: String
    let prefix: String

    func name(_ index: Int, _ layer: JSONValue) -> String {
      prefix + (layer["name"]?.string ?? "\(key).\(index)")
    }
  }

  /// Keys that say how a layer begins or how it learns, beside the initializers: what it makes of its parameters does not
  /// depend on them. Any other key is compared.
  static let keysOfLearning: Set<String> = [
    "name", "trainable", "l1", "l2", "dropout", "recurrent_dropout", "momentum", "forget_bias",
    "scale",
  ]
  static let endOfInitializers = "_initializer"

  private let names: [String]
  private let parameters: InitialParameters
  private(set) var found: [String] = []

  /// - Parameters:
  ///   - there: the layers of the model in the file.
  ///   - here: those of the network, with all defaults written out.
  init(
    _ there: [JSONValue], _ here: [JSONValue], _ file: Safetensors, _ parameters: InitialParameters
  ) {
    names = file.tensors.map(\.name)
    self.parameters = parameters
    compare(there, here, Place(path: "model.layers", key: "layers", prefix: ""))
  }

  private mutating func compare(_ there: [JSONValue], _ here: [JSONValue], _ place: Place) {
    let others = there.enumerated().map { place.name($0.offset, $0.element) }
    let own = here.enumerated().map { place.name($0.offset, $0.element) }
    for (index, layer) in here.enumerated() where parameters.takesSome(ofLayer: own[index]) {
      guard let other = others.firstIndex(of: own[index]) else { continue }
      compareOthers(there, before: other, others, here, before: index, own, place.path)
      compare(there[other], layer, "\(place.path)[\(index)]", own[index])
    }
    // What comes last makes the answers of what the last layer with arrays gives.
    if let last = own.last(where: { parameters.knows(layer: $0) }),
      !parameters.takesSome(ofLayer: last)
    {
      return
    }
    compareOthers(
      there, before: there.count, others, here, before: here.count, own, place.path)
  }

  /// Layers without arrays that follow each other up to a place.
  private mutating func compareOthers(
    _ there: [JSONValue], before end: Int, _ others: [String], _ here: [JSONValue],
    before ownEnd: Int, _ own: [String], _ path: String
  ) {
    let first = Self.run(there, before: end) { index in
      names.contains { $0.hasPrefix(others[index] + ".") }
    }
    let second = Self.run(here, before: ownEnd) { parameters.knows(layer: own[$0]) }
    for place in 0..<max(first.count, second.count) {
      let (a, b) = (
        place < first.count ? first[place] : nil, place < second.count ? second[place] : nil
      )
      if let a, let b {
        compare(there[a], here[b], "\(path)[\(b)]", own[b])
      } else if let a {
        add("\(path)[\(a)].type", there[a]["type"], nil)
      } else if let b {
        add("\(path)[\(b)].type", nil, here[b]["type"])
      }
    }
  }

  /// The indices of the layers before one as far as they have no arrays; what acts in training alone is none of them.
  private static func run(
    _ layers: [JSONValue], before end: Int, hasArrays: (Int) -> Bool
  ) -> [Int] {
    let run = (0..<end).reversed().prefix { !hasArrays($0) }
    return run.reversed().filter { layers[$0]["type"]?.string != "dropout" }
  }

  private mutating func compare(
    _ there: JSONValue, _ here: JSONValue, _ path: String, _ name: String
  ) {
    guard there["type"]?.string == here["type"]?.string else {
      return add("\(path).type", there["type"], here["type"])
    }
    for member in here.members ?? [] where !Self.isOfLearning(member.key) {
      guard let other = there[member.key], !other.isEqual(to: member.value) else { continue }
      if ["layers", "shortcut"].contains(member.key) {
        compare(
          other.items ?? [], member.value.items ?? [],
          Place(path: "\(path).\(member.key)", key: member.key, prefix: name + "."))
      } else {
        add("\(path).\(member.key)", other, member.value)
      }
    }
  }

  private static func isOfLearning(_ key: String) -> Bool {
    keysOfLearning.contains(key) || key.hasSuffix(endOfInitializers)
  }

  private mutating func add(_ path: String, _ there: JSONValue?, _ here: JSONValue?) {
    let (there, here) = (there?.compactText ?? "none", here?.compactText ?? "none")
    found.append("\(path) \(there) instead of \(here)")
  }
}

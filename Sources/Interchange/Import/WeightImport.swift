import Configuration
import Datasets
import Network
import Numerics
import Training

/// Puts the weights of a PyTorch state dict, in a safetensors file, into the network of a configuration.
package struct WeightImport {
  private let file: Safetensors
  /// What training counts and predicting does not need.
  private static let ignored = "num_batches_tracked"

  /// An array with the tensors that it takes, all of which fit.
  private struct Assignment {
    let array: ForeignArray
    let tensors: [Safetensors.Tensor]
  }

  private let assignments: [Assignment]
  /// Tensors of the file that the network has no place for.
  package let left: [String]
  /// What the layers take where no mapping says it, as `layers.0 ← fc1`; else empty.
  package let order: [String]
  /// The types of the tensors that are taken, those but single precision.
  package let otherTypes: [String]

  /// - Parameters:
  ///   - path: of the file with the weights.
  ///   - mapping: of a file that says which tensors are which; without it modules are taken in the order of their names,
  ///     as far as numbers in them, kinds and shapes leave no other.
  /// - Throws: `Failure` with everything that does not fit.
  package init(path: String, mapping: String?, plan: RunPlan) throws {
    file = try Safetensors(
      FileBytes(path: path, compression: .keep), types: Safetensors.ElementType.allCases,
      noun: Safetensors.weightsNoun)
    let tensors = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0) })
    let layers = try ForeignLayers.list(plan.network, plan.memory)
    let modules = WeightModules(file.tensors) { !$0.hasSuffix(Self.ignored) }
    let names =
      try mapping.map { try Self.names(layers, WeightMapping(path: $0), tensors, modules) }
      ?? Self.names(layers, modules, path: path)
    var findings: [Diagnostic] = []
    var assignments: [Assignment] = []
    for array in layers.flatMap(\.arrays) {
      let found = (names[array.name] ?? []).compactMap { tensors[$0] }
      findings += zip(array.parts, found).compactMap { part, tensor in
        WeightImport.misfit(array, part, tensor)
      }
      assignments.append(Assignment(array: array, tensors: found))
    }
    if !findings.isEmpty {
      // What helps all of a kind is said once.
      for (code, help) in [
        (Self.typeCode, "convert it before it is saved: tensor.float()"),
        (
          Self.shapeCode,
          mapping == nil
            ? "\(modules.help(for: layers)); or change the network"
            : "change the network, or say in '\(mapping ?? "")' which tensor it is"
        ),
      ] {
        guard let index = findings.firstIndex(where: { $0.code == code }) else { continue }
        findings[index].help = help
      }
      throw Failure(findings)
    }
    let pairs = mapping == nil ? Array(zip(layers, modules.all)) : []
    if mapping == nil, let open = modules.withoutOrder {
      let guess = WeightModules.mapping(
        pairs.map { (layer: $0.name, module: $1.name) })
      throw Failure(
        Diagnostic(
          .error, .data, code: "weights-order",
          "the modules '\(open.first.title)' and '\(open.second.title)' of '\(path)' have the same shapes, and no numbers in their names tell which comes first in the network",
          help: "if letters order them it is --mapping mapping.json with \(guess)"))
    }
    order = pairs.map { "\($0.name) ← \($1.title)" }
    otherTypes = Safetensors.ElementType.converted(
      among: assignments.flatMap(\.tensors).map(\.type))
    self.assignments = assignments
    let taken = Set(names.values.joined())
    left = file.tensors.map(\.name).filter { !taken.contains($0) && !$0.hasSuffix(Self.ignored) }
  }

  /// Writes the weights to where the network has its arrays.
  package func copyValues(to memory: Memory) throws {
    let arrays = Dictionary(
      uniqueKeysWithValues: memory.modelArrays.map { ($0.name, $0.values) })
    for assignment in assignments {
      let values = assignment.tensors.map { file.values(of: $0) }
      for (tensor, numbers) in zip(assignment.tensors, values) {
        if let fault = file.fault(in: numbers, of: tensor, for: assignment.array.name) {
          throw Self.failure(tensor, fault)
        }
      }
      let combined = assignment.array.combine(values)
      guard combined.allSatisfy(\.isFinite) else {
        throw Self.failure(
          assignment.tensors[0], "and the one that is added have a sum that is not finite")
      }
      arrays[assignment.array.name]?.update(from: combined, count: combined.count)
    }
  }

  private static func failure(_ tensor: Safetensors.Tensor, _ fault: String) -> Failure {
    Failure(Diagnostic(.error, .data, code: "weights", "the tensor '\(tensor.name)' \(fault)"))
  }

  // MARK: - Fitting

  private static let typeCode = "weights-type"
  private static let shapeCode = "weights-shape"

  /// Why a tensor cannot be a part of an array; `nil` if it can.
  private static func misfit(
    _ array: ForeignArray, _ part: ForeignArray.Part, _ tensor: Safetensors.Tensor
  ) -> Diagnostic? {
    if !tensor.type.isFloatingPoint {
      let types = Safetensors.ElementType.floatingPoint.map(\.rawValue)
      return Diagnostic(
        .error, .data, code: typeCode,
        "the tensor '\(tensor.name)' for '\(array.name)' is of type \(tensor.type.rawValue), not \(Spelling.list(types, "or"))"
      )
    }
    guard tensor.shape != part.shape.dimensions else { return nil }
    return Diagnostic(
      .error, .data, code: shapeCode,
      "the tensor '\(tensor.name)' has the shape \(Shape(tensor.shape)), and '\(array.name)' takes \(part.shape)"
    )
  }

  // MARK: - By order

  /// For each array the names of its tensors: the modules of the file in the order of their names, numbers by their
  /// value, for the layers with arrays in theirs.
  private static func names(
    _ layers: [ForeignLayer], _ found: WeightModules, path: String
  ) throws -> [String: [String]] {
    let modules = found.all
    func failure(_ message: String) -> Failure {
      Failure(
        Diagnostic(
          .error, .data, code: "weights-order", message, help: found.help(for: layers)))
    }
    guard modules.count == layers.count else {
      throw failure(
        "the network has \(Spelling.count(layers.count, "layer")) with arrays (\(Spelling.shortened(layers.map(\.name)))), and '\(path)' \(Spelling.count(modules.count, "module")) (\(Spelling.shortened(modules.map(\.title))))"
      )
    }
    var result: [String: [String]] = [:]
    for (layer, module) in zip(layers, modules) {
      let wanted = Set(layer.arrays.flatMap(\.parts).map(\.name))
      let held = Set(module.tensors.map { found.part($0, of: module) })
      guard wanted == held else {
        throw failure(
          "the layer '\(layer.name)' takes a module with \(list(wanted)), and the next one of '\(path)' is '\(module.title)' with \(list(held))"
        )
      }
      for array in layer.arrays {
        result[array.name] = array.parts.map { found.name($0.name, in: module.name) }
      }
    }
    return result
  }

  private static func list(_ names: Set<String>) -> String {
    Spelling.list(names.sorted(by: NaturalOrder.precedes).map { "'\($0)'" }, "and")
  }

  // MARK: - By a mapping

  private static func names(
    _ layers: [ForeignLayer], _ mapping: WeightMapping, _ tensors: [String: Safetensors.Tensor],
    _ modules: WeightModules
  ) throws -> [String: [String]] {
    var result: [String: [String]] = [:]
    var findings: [Diagnostic] = []
    let arrays = Dictionary(
      uniqueKeysWithValues: layers.flatMap(\.arrays).map { ($0.name, $0) })
    func take(_ array: ForeignArray, _ names: [String], at place: Place?) {
      for name in names where tensors[name] == nil {
        let nearest = Spelling.nearest(to: name, among: tensors.keys.sorted())
        findings +=
          WeightMapping.failure(
            "there is no tensor '\(name)' for '\(array.name)'", at: place,
            help: nearest.map { "did you mean '\($0)'?" }
              ?? "its tensors: \(Spelling.shortened(tensors.keys.sorted()))"
          ).diagnostics
      }
      guard names.count == array.parts.count else {
        findings +=
          WeightMapping.failure(
            "'\(array.name)' takes \(Spelling.count(array.parts.count, "tensor"))\(array.parts.count > 1 ? ", which are added" : ""), not \(names.count)",
            at: place
          ).diagnostics
        return
      }
      result[array.name] = names
    }
    for (key, entry, place) in mapping.entries {
      if let array = arrays[key] {
        take(array, entry.names, at: place)
      } else if let layer = layers.first(where: { $0.name == key }), entry.names.count == 1 {
        for array in layer.arrays where result[array.name] == nil {
          // A parameter alone, such as that of positions, is no module.
          let isTensor = layer.arrays.count == 1 && tensors[entry.names[0]] != nil
          take(
            array,
            isTensor
              ? entry.names : array.parts.map { modules.name($0.name, in: entry.names[0]) },
            at: place)
        }
      } else {
        let known = layers.map(\.name) + arrays.keys.sorted()
        findings +=
          WeightMapping.failure(
            "the network has no layer or array '\(key)'", at: place,
            help: Spelling.nearest(to: key, among: known).map { "did you mean '\($0)'?" }
              ?? "its layers with arrays: \(Spelling.shortened(layers.map(\.name)))"
          ).diagnostics
      }
    }
    let missing = layers.flatMap(\.arrays).map(\.name).filter { result[$0] == nil }
    if findings.isEmpty, !missing.isEmpty {
      findings +=
        WeightMapping.failure(
          "the mapping has nothing for \(Spelling.shortened(missing))", at: nil,
          help: "every array of the network needs its values"
        ).diagnostics
    }
    if !findings.isEmpty { throw Failure(findings) }
    return result
  }
}

import Configuration
import Glibc
import Network
import Numerics

/// The arrays of a file that a network starts with, and why others are not among them.
package struct InitialParameters: Sendable {
  private let file: Safetensors
  /// The names of the arrays that are taken.
  private let taken: Set<String>
  /// For each array of the network that keeps its initializer, why.
  let left: [(name: String, reason: String)]
  private let name: String

  /// - Parameter name: the file as the configuration names it.
  /// - Throws: `PlanError` with the key that asks for what is not to be had.
  init(
    _ config: InitialParametersConfig, _ file: Safetensors, name: String, network: MemoryPlan
  ) throws(PlanError) {
    self.file = file
    self.name = name
    let arrays = network.modelArrays
    let tensors = Dictionary(file.tensors.map { ($0.name, $0) }) { first, _ in first }
    guard let include = config.include else {
      if let mismatch = file.mismatch(with: network) {
        let someFit = arrays.contains { tensors[$0.name]?.shape == $0.shape.dimensions }
        throw PlanError(
          code: "initial-parameters", "'\(name)' does not fit: \(mismatch)",
          help: someFit
            ? "to take the arrays that fit: {\"file\": \"\(name)\", \"include\": [\"*\"]}"
            : "its arrays: \(Spelling.shortened(file.tensors.map(\.name)))")
      }
      taken = Set(arrays.map(\.name))
      left = []
      try Self.check(taken, of: file, name: name)
      return
    }
    try Self.check(include, of: "include", among: arrays.map(\.name))
    try Self.check(config.exclude, of: "exclude", among: arrays.map(\.name))
    var taken: Set<String> = []
    var left: [(name: String, reason: String)] = []
    for (name, shape) in arrays {
      if !include.contains(where: { Self.fits(name, $0) }) {
        left.append((name, "no pattern of 'include' fits"))
      } else if config.exclude.contains(where: { Self.fits(name, $0) }) {
        left.append((name, "it is excluded"))
      } else if let tensor = tensors[name] {
        if tensor.shape == shape.dimensions {
          taken.insert(name)
        } else {
          left.append((name, "it is \(Shape(tensor.shape)) there and \(shape) here"))
        }
      } else {
        left.append((name, "the file has none of that name"))
      }
    }
    guard !taken.isEmpty else {
      throw PlanError(
        path: [.key("include")], code: "initial-parameters",
        "nothing is taken from '\(name)': "
          + left.prefix(3).map { "\($0.name): \($0.reason)" }.joined(separator: "; "),
        help: "its arrays: \(Spelling.shortened(file.tensors.map(\.name)))")
    }
    self.taken = taken
    self.left = left
    try Self.check(taken, of: file, name: name)
  }

  /// - Throws: `PlanError` with the first pattern that no array has a name for.
  private static func check(
    _ patterns: [String], of key: String, among names: [String]
  ) throws(PlanError) {
    for (index, pattern) in patterns.enumerated()
    where !names.contains(where: { fits($0, pattern) }) {
      throw PlanError(
        path: [.key(key), .index(index)], code: "initial-parameters",
        "no array of the network is called '\(pattern)'",
        help: Spelling.nearest(to: pattern, among: names).map { "did you mean \"\($0)\"?" }
          ?? "its arrays: \(Spelling.shortened(names))")
    }
  }

  /// - Throws: `PlanError` with the first array that is taken and that no network can compute with.
  private static func check(
    _ taken: Set<String>, of file: Safetensors, name: String
  ) throws(PlanError) {
    for tensor in file.tensors where taken.contains(tensor.name) {
      let types = Spelling.list(Safetensors.ElementType.floatingPoint.map(\.rawValue), "or")
      let fault =
        tensor.type.isFloatingPoint
        ? file.fault(in: file.values(of: tensor), of: tensor, for: tensor.name)
        : "is of type \(tensor.type.rawValue), not \(types)"
      guard let fault else { continue }
      throw PlanError(
        code: "initial-parameters", "the array '\(tensor.name)' of '\(name)' \(fault)",
        help:
          "take it from another model, or leave it out: {\"file\": \"\(name)\", \"include\": [\"*\"], \"exclude\": [\"\(tensor.name)\"]}"
      )
    }
  }

  private static func fits(_ name: String, _ pattern: String) -> Bool {
    fnmatch(pattern, name, 0) == 0
  }

  /// What is taken and what is not, in a sentence.
  var summary: String {
    let all = taken.count + left.count
    let names = left.map { "\($0.name) (\($0.reason))" }
    return
      "\(Spelling.grouped(taken.count)) of \(Spelling.count(all, "array")) start with those of '\(name)'"
      + (left.isEmpty ? "" : "; not \(Spelling.shortened(names))")
  }

  /// The types of the arrays that are taken, those but single precision.
  var otherTypes: [String] {
    Safetensors.ElementType.converted(
      among: file.tensors.filter { taken.contains($0.name) }.map(\.type))
  }

  func takes(_ name: String) -> Bool { taken.contains(name) }

  /// Whether some array of a layer, or of one inside it, starts with that of the file.
  func takesSome(ofLayer name: String) -> Bool { taken.contains { $0.hasPrefix(name + ".") } }

  /// Whether the network has arrays of a layer, or of one inside it, and all of them start with those of the file.
  func takesAll(ofLayer name: String) -> Bool {
    takesSome(ofLayer: name) && !left.contains { $0.name.hasPrefix(name + ".") }
  }

  /// Whether a layer, or one inside it, has arrays at all.
  func knows(layer name: String) -> Bool {
    takesSome(ofLayer: name) || left.contains { $0.name.hasPrefix(name + ".") }
  }

  func copyValues(to memory: Memory) {
    for array in memory.modelArrays where taken.contains(array.name) {
      if let tensor = file.tensors.first(where: { $0.name == array.name }) {
        file.copyValues(of: tensor, to: array.values)
      }
    }
  }
}

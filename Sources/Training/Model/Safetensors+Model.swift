import Numerics

extension Safetensors {
  /// Why the arrays of the file are not those of a model, one for one; `nil` if they are.
  func mismatch(with plan: MemoryPlan) -> String? {
    let tensors = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
    let arrays = plan.modelArrays
    for (name, shape) in arrays {
      guard let tensor = tensors[name] else { return "the array '\(name)' is missing" }
      guard tensor.shape == shape.dimensions else {
        return "the array '\(name)' has the shape \(Shape(tensor.shape)), not \(shape)"
      }
    }
    let names = Set(arrays.map(\.name))
    return self.tensors.first { !names.contains($0.name) }.map {
      "the network has no array '\($0.name)'"
    }
  }

  /// Copies the arrays of a model to where it has them.
  func copyValues(to memory: Memory) {
    for array in memory.modelArrays {
      if let tensor = tensors.first(where: { $0.name == array.name }) {
        copyValues(of: tensor, to: array.values)
      }
    }
  }
}

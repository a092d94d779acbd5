import Network
import Numerics

/// An array of the network, and what PyTorch has in its place.
struct ForeignArray {
  /// A tensor of a PyTorch module: its name within the module, and its shape.
  struct Part {
    let name: String
    let shape: Shape
  }

  /// As the model file calls it: `layers.0.kernel`.
  let name: String
  /// More than one where PyTorch has a sum of two biases.
  let parts: [Part]
  /// The values of the array from those of the parts.
  let combine: ([[Float]]) -> [Float]

  /// The same values, or their dimensions in another order.
  ///
  /// - Parameter order: for each dimension of the tensor the one that it is of the array.
  init(_ name: String, _ shape: Shape, part: String, order: [Int]? = nil) {
    self.name = name
    let order = order ?? Array(shape.dimensions.indices)
    let foreign = Shape(order.map { shape.dimensions[$0] })
    parts = [Part(name: part, shape: foreign)]
    let inverse = shape.dimensions.indices.map { order.firstIndex(of: $0) ?? $0 }
    combine = { Permutation.apply(inverse, to: $0[0], foreign) }
  }

  init(
    _ name: String, parts: [Part], combine: @escaping ([[Float]]) -> [Float]
  ) {
    self.name = name
    self.parts = parts
    self.combine = combine
  }

  init(_ parameter: Parameter, part: String, order: [Int]? = nil) {
    self.init(parameter.name, parameter.shape, part: part, order: order)
  }
}

/// A layer of the network with the arrays that a module of PyTorch has for it.
struct ForeignLayer {
  /// As the model file calls it: `layers.0`.
  let name: String
  let arrays: [ForeignArray]
}

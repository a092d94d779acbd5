import Numerics

/// What a layer makes of one-hot categories.
package enum CategoryUse: Sendable {
  /// It multiplies inputs that are 0 or 1.
  case writtenOut
  /// It passes indices on, with other numbers beside them.
  case passedOn
  /// It adds the rows of its kernel that indices name.
  case addedUp
}

/// A quantity among what arrives at a layer.
struct ArrivingNumber {
  /// Among the numbers that arrive.
  let place: Int
  /// Among the inputs, as if categories were written out.
  let input: Int

  /// Those behind the vectors of a layout, which are none.
  ///
  /// - Parameter keepsIndices: whether one-hot categories arrive as indices.
  static func all(in layout: InputLayout, keepsIndices: Bool) -> [ArrivingNumber] {
    var (place, input) = (0, 0)
    return layout.segments.flatMap { segment -> [ArrivingNumber] in
      let isIndex = if case .oneHot = segment { keepsIndices } else { false }
      defer { (place, input) = (place + (isIndex ? 1 : segment.width), input + segment.width) }
      guard case .numbers(let count) = segment else { return [] }
      return (0..<count).map { ArrivingNumber(place: place + $0, input: input + $0) }
    }
  }
}

/// What arrives at a layer where categories are still indices.
struct IndexedInput: Sendable {
  /// Of the last dimension, behind the vectors of categories.
  var layout: InputLayout
  /// What the members of an ensemble multiply their inputs by, `members × width`, where there was one: indices
  /// cannot be multiplied.
  var factors: Parameter?

  /// Whether categories can reach the first layer as indices, and one behind it that adds them up.
  static func serves(_ layers: [any LayerConfig]) -> Bool {
    guard let index = layers.firstIndex(where: { type(of: $0).categories != .passedOn }) else {
      return false
    }
    let before = layers[..<index]
    // The last layer of an ensemble has a kernel for each member, and only a first layer tells categories from numbers.
    let isLastOfMembers =
      before.contains { $0 is EnsembleConfig }
      && index == NetworkConfig.lastShapingLayer(of: layers)
    return type(of: layers[index]).categories == .addedUp && !isLastOfMembers
      && !before.dropFirst().contains { $0 is PeriodicEmbeddingConfig }
  }

  /// A shape with the inputs written out.
  func writtenOut(_ shape: Shape) -> Shape { Shape(shape.dimensions.dropLast() + [layout.width]) }
}

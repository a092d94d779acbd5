import Numerics

/// The numbers of an image or a sequence as one row, which other programs have in another order: channel by channel,
/// where here the channels of a pixel lie side by side.
struct FlattenedImage: Equatable {
  /// Height × width × channels, or steps × channels.
  let shape: Shape

  /// For each dimension there the one that it is here.
  private var order: [Int] { [shape.rank - 1] + Array(0..<shape.rank - 1) }

  /// Whether the order is another one at all.
  var isTurned: Bool {
    (shape.dimensions.last ?? 1) > 1 && shape.count > (shape.dimensions.last ?? 1)
  }

  /// A number for each of them, in the order of the others.
  func theirs(_ values: [Float]) -> [Float] { Permutation.apply(order, to: values, shape) }

  func ours(_ values: [Float]) -> [Float] {
    Permutation.apply(
      Array(1..<shape.rank) + [0], to: values, Shape(order.map { shape.dimensions[$0] }))
  }

  /// A kernel with a row for each of them, `count × units`, as `units × count` in the order of the others.
  func theirs(kernel values: [Float], units: Int) -> [Float] {
    Permutation.apply([shape.rank] + order, to: values, Shape(shape.dimensions + [units]))
  }

  func ours(kernel values: [Float], units: Int) -> [Float] {
    let theirShape = Shape([units] + order.map { shape.dimensions[$0] })
    return Permutation.apply(Array(2...shape.rank) + [1, 0], to: values, theirShape)
  }
}

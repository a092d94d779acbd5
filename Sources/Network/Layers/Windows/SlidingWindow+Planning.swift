import Configuration
import Numerics

extension SlidingWindow {
  /// What a configuration says of a window, each with one number for each dimension.
  struct Settings {
    /// The key of the size, which errors name.
    var sizeKey: String
    var size: [Int]
    var stride: [Int]
    var dilation: [Int]
    var padding: Padding
  }

  /// No output has more numbers than this, whatever is configured.
  static let mostElements = 1e12

  /// Lays windows over what arrives at a layer: steps × channels for one dimension,
  /// height × width × channels for two.
  ///
  /// - Throws: `PlanError` if the shape has other dimensions, or no window fits into it.
  init(_ settings: Settings, layer: String, over shape: Shape) throws(PlanError) {
    let dimensions = settings.size.count
    guard shape.rank == dimensions + 1 else {
      throw Self.rankError(layer: layer, dimensions: dimensions, shape: shape)
    }
    let extents = Array(shape.dimensions.dropLast())
    var before: [Int] = []
    var counts: [Int] = []
    for dimension in 0..<dimensions {
      let size = settings.dilation[dimension] * (settings.size[dimension] - 1) + 1
      let (padding, count) = settings.padding.place(
        input: extents[dimension], size: size, stride: settings.stride[dimension],
        dimension: dimension)
      guard count > 0 else {
        throw Self.sizeError(settings, shape: shape)
      }
      before.append(padding)
      counts.append(count)
    }
    self.init(
      input: Extent(extents), channels: shape.dimensions[dimensions],
      size: Extent(settings.size), stride: Extent(settings.stride),
      dilation: Extent(settings.dilation),
      padding: dimensions == 1 ? Extent(height: 0, width: before[0]) : Extent(before),
      output: Extent(counts))
  }

  /// One window over all steps or pixels.
  init(covering shape: Shape, layer: String) throws(PlanError) {
    guard shape.rank == 2 || shape.rank == 3 else {
      throw PlanError(
        code: "shape",
        "\(layer) takes a sequence (steps × channels) or an image (height × width × channels), but \(shape) arrives here"
      )
    }
    let extent = Extent(Array(shape.dimensions.dropLast()))
    self.init(
      input: extent, channels: shape.dimensions[shape.rank - 1], size: extent, stride: extent,
      output: Extent(height: 1, width: 1))
  }

  /// The shape of the outputs with so many channels.
  func outputShape(dimensions: Int, channels: Int) throws(PlanError) -> Shape {
    let elements = Double(output.height) * Double(output.width) * Double(channels)
    guard elements < Self.mostElements else {
      throw PlanError(
        code: "too-large", "each example would have \(output)×\(channels) numbers here")
    }
    return dimensions == 1
      ? Shape(output.width, channels) : Shape(output.height, output.width, channels)
  }

  private static func rankError(layer: String, dimensions: Int, shape: Shape) -> PlanError {
    let wanted =
      dimensions == 1
      ? "a sequence (steps × channels)" : "an image (height × width × channels)"
    let help: String? =
      switch shape.rank {
      case 1: reshape(to: shapeOfRow(shape.count, dimensions: dimensions))
      case 2 where dimensions == 2:
        "for sequences there is \(layer.dropLast(2))1d; for an image of one channel "
          + reshape(to: (shape.dimensions + [1]).map(String.init).joined(separator: ", "))
      case 3 where dimensions == 1: "for images there is \(layer.dropLast(2))2d"
      default: nil
      }
    return PlanError(
      code: "shape", "\(layer) takes \(wanted), but \(shape) arrives here", help: help)
  }

  private static func reshape(to extents: String) -> String {
    "put {\"type\": \"reshape\", \"shape\": [\(extents)]} before it"
  }

  /// What a row of numbers may be: a sequence, or a square image in gray or in colors; else left open.
  private static func shapeOfRow(_ count: Int, dimensions: Int) -> String {
    guard dimensions == 2 else { return "\(count), 1" }
    for channels in [1, 3] where count.isMultiple(of: channels) {
      let side = Int(Double(count / channels).squareRoot().rounded())
      // A few columns of a table are no image.
      if side >= 8, side * side * channels == count { return "\(side), \(side), \(channels)" }
    }
    return "…"
  }

  private static func sizeError(_ settings: Settings, shape: Shape) -> PlanError {
    let text = { (extents: [Int]) in extents.map(String.init).joined(separator: "×") }
    let spread =
      settings.dilation.contains { $0 > 1 }
      ? ", spread to \(text(zip(settings.size, settings.dilation).map { $1 * ($0 - 1) + 1 }))" : ""
    let padded =
      if case .amounts(let amounts) = settings.padding, amounts.contains(where: { $0 > 0 }) {
        " with a padding of \(text(amounts))"
      } else {
        ""
      }
    return PlanError(
      key: settings.sizeKey, code: "window-size",
      "a window of \(text(settings.size))\(spread) does not fit into the \(shape) that arrive\(shape.rank == 1 ? "s" : "") here\(padded)",
      help: "make it smaller, or add \"padding\": \"same\"")
  }
}

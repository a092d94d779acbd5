import Configuration
import Numerics

/// An elementwise or rowwise function with its derivative; the configured object is the function.
package protocol Activation: GuidedVariant {
  /// What the derivative is computed from.
  static var backwardReads: ActivationOperand { get }
  /// Whether the function needs a whole row at a time.
  static var isRowwise: Bool { get }
  static var isIdentity: Bool { get }

  /// Between what the function lies, with infinite ends where nothing bounds it.
  ///
  /// - Parameter width: the numbers of a row.
  func range(width: Int) -> ClosedRange<Double>

  /// Replaces x by f(x). For a rowwise function the values are one row.
  func forward(_ values: UnsafeMutablePointer<Float>, count: Int)

  /// Replaces x by f(x) and writes f′(x), which layers keep where f(x) does not tell it.
  func forward(
    _ values: UnsafeMutablePointer<Float>, derivatives: UnsafeMutablePointer<Float>, count: Int)

  /// Replaces the gradient of f(x) by that of x.
  ///
  /// - Parameter operand: f(x) or x, as `backwardReads` says.
  func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int)
}

package enum ActivationOperand: Sendable {
  case input
  case output
}

extension Activation {
  package static var backwardReads: ActivationOperand { .output }
  package static var isRowwise: Bool { false }
  package static var isIdentity: Bool { false }

  package func range(width: Int) -> ClosedRange<Double> { -.infinity ... .infinity }

  package func forward(
    _ values: UnsafeMutablePointer<Float>, derivatives: UnsafeMutablePointer<Float>, count: Int
  ) {
    derivatives.update(repeating: 1, count: count)
    if Self.backwardReads == .input { backward(values, derivatives, count: count) }
    forward(values, count: count)
    if Self.backwardReads == .output { backward(values, derivatives, count: count) }
  }
}

/// Everything that an `activation` can name.
package enum Activations {
  package static let catalog = Catalog<any Activation>(
    kind: "activation",
    [
      entry(Linear.self),
      entry(ReLU.self),
      entry(LeakyReLU.self),
      entry(ELU.self),
      entry(SELU.self),
      entry(GELU.self),
      entry(Sigmoid.self),
      entry(Tanh.self),
      entry(Softmax.self),
      entry(Softplus.self),
      entry(Swish.self),
    ],
    describe: { $0 })

  private static func entry<Config: Activation>(
    _ config: Config.Type
  ) -> Catalog<any Activation>.Entry {
    .init(config) { $0 }
  }
}

extension ThreadPool {
  /// Applies an activation to a matrix `rows × width`.
  ///
  /// - Parameter source: where x is; `nil` if it is in `target` already.
  func apply(
    _ activation: any Activation, to source: UnsafePointer<Float>?,
    into target: UnsafeMutablePointer<Float>, rows: Int, width: Int
  ) {
    let kernel = ActivationForward(
      activation: activation, source: source, target: target, rows: rows, width: width)
    run(kernel, tiles: kernel.blocks.count)
  }

  /// Applies the derivative of an activation to a gradient `rows × width`.
  ///
  /// - Parameter operand: x or f(x), as the activation asks for.
  func applyDerivative(
    of activation: any Activation, at operand: UnsafePointer<Float>,
    to gradient: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, rows: Int,
    width: Int
  ) {
    let kernel = ActivationBackward(
      activation: activation, operand: operand, source: gradient, gradient: target, rows: rows,
      width: width)
    run(kernel, tiles: kernel.blocks.count)
  }
}

/// A matrix cut into blocks of whole rows.
struct RowBlocks {
  let rows: Int
  let width: Int
  let height: Int

  init(rows: Int, width: Int) {
    self.rows = rows
    self.width = width
    height = Tiling.rowsPerTile(width: width)
  }

  init(rows: Int, width: Int, height: Int) {
    self.rows = rows
    self.width = width
    self.height = height
  }

  var count: Int { max(1, (rows + height - 1) / height) }

  func range(_ block: Int) -> Range<Int> { Tiling.range(of: block, count: rows, size: height) }

  /// Calls the body with the elements of one block: all at once, or a row at a time.
  func forEach(in block: Int, rowwise: Bool, _ body: (_ first: Int, _ count: Int) -> Void) {
    let first = block * height
    let end = min(rows, first + height)
    if rowwise {
      for row in first..<end { body(row * width, width) }
    } else {
      body(first * width, (end - first) * width)
    }
  }
}

private struct ActivationForward: TileKernel {
  let activation: any Activation
  let source: UnsafePointer<Float>?
  let target: UnsafeMutablePointer<Float>
  let rows: Int
  let width: Int

  var blocks: RowBlocks { RowBlocks(rows: rows, width: width) }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: ActivationForward.self).pointee.run(tile)
    }
  }

  func run(_ tile: Int) {
    blocks.forEach(in: tile, rowwise: type(of: activation).isRowwise) { first, count in
      if let source { (target + first).update(from: source + first, count: count) }
      activation.forward(target + first, count: count)
    }
  }
}

private struct ActivationBackward: TileKernel {
  let activation: any Activation
  let operand: UnsafePointer<Float>
  let source: UnsafePointer<Float>
  let gradient: UnsafeMutablePointer<Float>
  let rows: Int
  let width: Int

  var blocks: RowBlocks { RowBlocks(rows: rows, width: width) }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: ActivationBackward.self).pointee.run(tile)
    }
  }

  func run(_ tile: Int) {
    blocks.forEach(in: tile, rowwise: type(of: activation).isRowwise) { first, count in
      (gradient + first).update(from: source + first, count: count)
      activation.backward(operand + first, gradient + first, count: count)
    }
  }
}

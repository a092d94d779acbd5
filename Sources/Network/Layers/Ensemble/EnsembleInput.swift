import Numerics

/// `y[m] = r[m] ∘ x` for each member m of an ensemble.
///
/// Shapes: input `rows × width`, factors r `members × width`, output `rows × members × width`.
struct EnsembleInput: Layer {
  let input: Slot
  let factors: Parameter
  let output: Slot

  var operation: Operation { .ensemble(factors: factors) }

  private var members: Int { factors.shape.dimensions[0] }

  func forward(_ memory: Memory, _ pass: Pass) {
    let kernel = EnsembleForward(
      source: memory.value(input), factors: memory.value(factors), target: memory.value(output),
      rows: pass.rows, members: members, width: input.shape.count)
    pass.pool.run(kernel, tiles: kernel.tileCount)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    let kernel = EnsembleBackward(
      source: memory.value(input), factors: memory.value(factors),
      gradient: memory.gradient(output),
      factorGradient: factors.isTrainable ? memory.gradient(factors) : nil,
      inputGradient: input.hasGradient ? memory.gradient(input) : nil,
      accumulates: pass.accumulatesGradients, rows: pass.rows, members: members,
      width: input.shape.count)
    if kernel.tileCount > 0 { pass.pool.run(kernel, tiles: kernel.tileCount) }
  }
}

/// A tile is a block of rows.
private struct EnsembleForward: TileKernel {
  let source: UnsafePointer<Float>
  let factors: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Float>
  let rows: Int
  let members: Int
  let width: Int

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: members * width) }
  var tileCount: Int { Tiling.tiles(elements: rows, of: rowsPerTile) }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: EnsembleForward.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    for row in Tiling.range(of: tile, count: rows, size: rowsPerTile) {
      let inputs = source + row * width
      for member in 0..<members {
        let (scales, outputs) = (
          factors + member * width, target + (row * members + member) * width
        )
        for index in 0..<width { outputs[index] = scales[index] * inputs[index] }
      }
    }
  }
}

/// The first tiles own a member each, whose factors sum over the rows in their order; the others are blocks of rows.
private struct EnsembleBackward: TileKernel {
  let source: UnsafePointer<Float>
  let factors: UnsafePointer<Float>
  let gradient: UnsafePointer<Float>
  /// `nil` in a layer that is not trainable.
  let factorGradient: UnsafeMutablePointer<Float>?
  let inputGradient: UnsafeMutablePointer<Float>?
  let accumulates: Bool
  let rows: Int
  let members: Int
  let width: Int

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: members * width) }
  private var factorTiles: Int { factorGradient == nil ? 0 : members }
  var tileCount: Int {
    factorTiles + (inputGradient == nil ? 0 : Tiling.tiles(elements: rows, of: rowsPerTile))
  }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: EnsembleBackward.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    if tile < factorTiles { sumFactors(of: tile) } else { sumMembers(tile - factorTiles) }
  }

  private func sumFactors(of member: Int) {
    guard let sums = factorGradient.map({ $0 + member * width }) else { return }
    if !accumulates { sums.update(repeating: 0, count: width) }
    for row in 0..<rows {
      let (inputs, terms) = (source + row * width, gradient + (row * members + member) * width)
      for index in 0..<width { sums[index] += inputs[index] * terms[index] }
    }
  }

  private func sumMembers(_ tile: Int) {
    guard let inputGradient else { return }
    for row in Tiling.range(of: tile, count: rows, size: rowsPerTile) {
      let sums = inputGradient + row * width
      sums.update(repeating: 0, count: width)
      for member in 0..<members {
        let (scales, terms) = (
          factors + member * width, gradient + (row * members + member) * width
        )
        for index in 0..<width { sums[index] += scales[index] * terms[index] }
      }
    }
  }
}

import Numerics

/// `y[m] = r[m] ∘ x` for each member m of an ensemble. Indices of categories pass by: the layer behind it multiplies what
/// it adds for them, and gives them the gradients of the inputs that they stand for.
///
/// Shapes: input `rows × stored` (`rows × width` written out), factors r `members × width`, output
/// `rows × members × stored`.
struct EnsembleInput: Layer {
  let input: Slot
  let parts: [IndexedPart]
  let factors: Parameter
  let output: Slot

  var operation: Operation { .ensemble(factors: factors) }

  private func rows(_ memory: Memory, _ pass: Pass) -> MemberRows {
    MemberRows(
      parts: parts, source: memory.value(input), factors: memory.value(factors),
      rows: pass.rows, members: factors.shape.dimensions[0], width: input.shape.count,
      inputs: factors.shape.dimensions[1])
  }

  func forward(_ memory: Memory, _ pass: Pass) {
    let kernel = EnsembleForward(batch: rows(memory, pass), target: memory.value(output))
    pass.pool.run(kernel, tiles: kernel.batch.rowTiles)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    let kernel = EnsembleBackward(
      batch: rows(memory, pass), gradient: memory.gradient(output),
      factorGradient: factors.isTrainable ? memory.gradient(factors) : nil,
      inputGradient: input.hasGradient ? memory.gradient(input) : nil,
      accumulates: pass.accumulatesGradients)
    if kernel.tileCount > 0 { pass.pool.run(kernel, tiles: kernel.tileCount) }
  }
}

/// The rows of a batch, and the factors of the members.
private struct MemberRows {
  let parts: [IndexedPart]
  let source: UnsafePointer<Float>
  let factors: UnsafePointer<Float>
  let rows: Int
  let members: Int
  /// Numbers of a row.
  let width: Int
  /// Factors of a member.
  let inputs: Int

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: members * width) }
  var rowTiles: Int { Tiling.tiles(elements: rows, of: rowsPerTile) }

  func rows(of tile: Int) -> Range<Int> {
    Tiling.range(of: tile, count: rows, size: rowsPerTile)
  }

  /// What a member makes of a row, or the gradient of that.
  func start(_ row: Int, _ member: Int) -> Int { (row * members + member) * width }
}

/// A tile is a block of rows.
private struct EnsembleForward: TileKernel {
  let batch: MemberRows
  let target: UnsafeMutablePointer<Float>

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: EnsembleForward.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    for row in batch.rows(of: tile) {
      for member in 0..<batch.members {
        for part in batch.parts {
          let inputs = batch.source + row * batch.width + part.stored
          let outputs = target + batch.start(row, member) + part.stored
          guard let count = part.numbers else {
            outputs[0] = inputs[0]
            continue
          }
          let factors = batch.factors + member * batch.inputs + part.input
          for index in 0..<count { outputs[index] = factors[index] * inputs[index] }
        }
      }
    }
  }
}

/// The first tiles own a member each, whose factors sum over the rows in their order; the others are blocks of rows.
private struct EnsembleBackward: TileKernel {
  let batch: MemberRows
  let gradient: UnsafePointer<Float>
  /// `nil` in a layer that is not trainable.
  let factorGradient: UnsafeMutablePointer<Float>?
  let inputGradient: UnsafeMutablePointer<Float>?
  let accumulates: Bool

  private var factorTiles: Int { factorGradient == nil ? 0 : batch.members }
  var tileCount: Int { factorTiles + (inputGradient == nil ? 0 : batch.rowTiles) }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: EnsembleBackward.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    if tile < factorTiles { sumFactors(of: tile) } else { sumMembers(tile - factorTiles) }
  }

  private func sumFactors(of member: Int) {
    guard let sums = factorGradient.map({ $0 + member * batch.inputs }) else { return }
    if !accumulates { sums.update(repeating: 0, count: batch.inputs) }
    for row in 0..<batch.rows {
      for part in batch.parts {
        let inputs = batch.source + row * batch.width + part.stored
        let terms = gradient + batch.start(row, member) + part.stored
        let sums = sums + part.input
        if let count = part.numbers {
          for index in 0..<count { sums[index] += inputs[index] * terms[index] }
        } else if inputs[0] >= 0 {
          sums[Int(inputs[0])] += terms[0]
        }
      }
    }
  }

  private func sumMembers(_ tile: Int) {
    guard let inputGradient else { return }
    for row in batch.rows(of: tile) {
      let sums = inputGradient + row * batch.width
      sums.update(repeating: 0, count: batch.width)
      for member in 0..<batch.members {
        for part in batch.parts {
          // Of an index there is none.
          guard let count = part.numbers else { continue }
          let factors = batch.factors + member * batch.inputs + part.input
          let terms = gradient + batch.start(row, member) + part.stored
          let sums = sums + part.stored
          for index in 0..<count { sums[index] += factors[index] * terms[index] }
        }
      }
    }
  }
}

import Glibc
import Numerics

/// The answer of an ensemble: the mean of the predictions of its members, as what the loss would take for its outputs.
///
/// Probabilities are averaged, and the mean taken back through the link: so it is an output like that of one network
/// to metrics, thresholds and predictions. All in logarithms, so that certain members stay finite.
///
/// Shapes: input `rows × members × outputs`, output `rows × outputs`. It has no gradient: each member has a loss of its
/// own.
struct EnsembleMean: Sendable {
  let input: Slot
  let output: Slot
  let link: Link

  var members: Int { input.shape.dimensions[0] }

  func forward(_ memory: Memory, _ pass: Pass) {
    let kernel = MeanOfMembers(
      source: memory.value(input), target: memory.value(output), link: link, members: members,
      outputs: output.shape.count, rows: pass.rows)
    pass.pool.run(kernel, tiles: kernel.tileCount)
  }
}

/// A tile is a block of rows.
private struct MeanOfMembers: TileKernel {
  let source: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Float>
  let link: Link
  let members: Int
  let outputs: Int
  let rows: Int

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: 8 * members * outputs) }
  var tileCount: Int { Tiling.tiles(elements: rows, of: rowsPerTile) }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: MeanOfMembers.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    for row in Tiling.range(of: tile, count: rows, size: rowsPerTile) {
      combine(source + row * members * outputs, into: target + row * outputs)
    }
  }

  private func combine(
    _ answers: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>
  ) {
    func answer(_ member: Int, _ index: Int) -> Float { answers[member * outputs + index] }
    let logarithmOfCount = logf(Float(members))
    switch link {
    case .identity:
      for index in 0..<outputs {
        result[index] = (0..<members).reduce(0) { $0 + answer($1, index) } / Float(members)
      }
    case .exponential:
      for index in 0..<outputs {
        result[index] = logarithmOfSum(members) { answer($0, index) } - logarithmOfCount
      }
    case .sigmoid:
      for index in 0..<outputs {
        result[index] =
          logarithmOfSum(members) { -softplus(-answer($0, index)) }
          - logarithmOfSum(members) { -softplus(answer($0, index)) }
      }
    case .sequential:
      for index in 0..<outputs {
        /// ln of the probability of coming as far as this output.
        func reach(_ member: Int) -> Float {
          (0..<index).reduce(0) { $0 - softplus(-answer(member, $1)) }
        }
        result[index] =
          logarithmOfSum(members) { reach($0) - softplus(-answer($0, index)) }
          - logarithmOfSum(members) { reach($0) - softplus(answer($0, index)) }
      }
    case .softmax:
      for member in 0..<members {
        let total = logarithmOfSum(outputs) { answer(member, $0) }
        for index in 0..<outputs {
          let term = answer(member, index) - total
          result[index] = member == 0 ? term : logarithmOfSum(result[index], term)
        }
      }
      for index in 0..<outputs { result[index] -= logarithmOfCount }
    }
  }

  /// ln of the sum of e^term.
  @inline(__always)
  private func logarithmOfSum(_ count: Int, _ term: (Int) -> Float) -> Float {
    (1..<count).reduce(term(0)) { logarithmOfSum($0, term($1)) }
  }

  private func logarithmOfSum(_ a: Float, _ b: Float) -> Float { max(a, b) + softplus(-abs(a - b)) }

  /// ln(1 + e^x).
  private func softplus(_ x: Float) -> Float { max(x, 0) + log1pf(exponential(-abs(x))) }
}

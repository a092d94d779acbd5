/// A block of a left factor that is stored transposed, copied for the products of a tile.
///
/// Blocks of registers go through the stored rows of such a factor by a few neighbours each. Where those rows
/// are as far from each other as activations are, by powers of 2, they share a few places in the first-level
/// cache and come anew for each block of registers. Here they are an odd number of cache lines apart.
enum LeftBlock {
  static let mostRows = 144
  static let mostDepth = 128
  private static let stride = mostRows

  /// Elements of scratch memory that a block needs.
  static let elements = stride * mostDepth

  /// - Parameters:
  ///   - source: transposed; its first rows and columns are copied.
  ///   - rows: at most `mostRows`.
  ///   - depth: at most `mostDepth`.
  static func copy(
    _ source: StoredMatrix, rows: Int, depth: Int, into target: UnsafeMutablePointer<Float>
  ) -> StoredMatrix {
    let whole = Lanes.whole(rows)
    for index in 0..<depth {
      let (from, to) = (source.values + index * source.stride, target + index * stride)
      for row in Swift.stride(from: 0, to: whole, by: Lanes.scalarCount) {
        Lanes(at: from + row).store(to: to + row)
      }
      for row in whole..<rows { to[row] = from[row] }
    }
    return StoredMatrix(target, stride: stride).transposed
  }
}

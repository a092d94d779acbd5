/// Rows of a matrix on their way between neighbours in memory, `rows × columns`, and whole lanes.
struct LaneRows {
  let rows: Int
  let columns: Int

  /// Copies rows that lie `stride` apart, whole lanes of which are there, to neighbours.
  func narrow(
    _ source: UnsafePointer<Float>, stride: Int, into target: UnsafeMutablePointer<Float>
  ) {
    if columns <= SIMD8<Float>.scalarCount {
      copy(source, stride: stride, to: target, stride: columns, by: SIMD8<Float>.self)
    } else {
      copy(source, stride: stride, to: target, stride: columns, by: Lanes.self)
    }
  }

  /// Copies neighbours to rows `stride` apart, whole lanes of which may be written; those beyond the
  /// columns hold anything.
  func widen(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    if columns <= SIMD8<Float>.scalarCount {
      copy(source, stride: columns, to: target, stride: stride, by: SIMD8<Float>.self)
    } else {
      copy(source, stride: columns, to: target, stride: stride, by: Lanes.self)
    }
  }

  /// Copies rows by vectors. What is too much of a row is overwritten by the next ones, or lies in its
  /// whole lanes.
  @inline(__always)
  private func copy<V: SIMD>(
    _ source: UnsafePointer<Float>, stride sourceStride: Int,
    to target: UnsafeMutablePointer<Float>, stride targetStride: Int, by: V.Type
  ) where V.Scalar == Float {
    var source = source
    var target = target
    // Rows behind which there is room for a vector.
    let reach = (columns + V.scalarCount - 1) / V.scalarCount * V.scalarCount
    let free = max(0, rows - (reach - columns + columns - 1) / columns)
    for _ in 0..<free {
      var index = 0
      while index < columns {
        let vector = UnsafeRawPointer(source + index).loadUnaligned(as: V.self)
        UnsafeMutableRawPointer(target + index).storeBytes(of: vector, as: V.self)
        index += V.scalarCount
      }
      source += sourceStride
      target += targetStride
    }
    for _ in free..<rows {
      for index in 0..<columns { target[index] = source[index] }
      source += sourceStride
      target += targetStride
    }
  }
}

/// Rows of a matrix on their way between neighbours in memory, `rows × columns`, and whole lanes.
struct LaneRows {
  let rows: Int
  let columns: Int

  /// Copies rows that lie `stride` apart, whole lanes of which are there, to neighbours.
  func narrow(
    _ source: UnsafePointer<Float>, stride: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let end = target + rows * columns
    var source = source
    var target = target
    for _ in 0..<rows {
      if target + columns.wholeLanes <= end {
        // What is too much is overwritten by the next rows.
        var index = 0
        while index < columns {
          (target + index).lanes = (source + index).lanes
          index += Lanes.scalarCount
        }
      } else {
        for index in 0..<columns { target[index] = source[index] }
      }
      source += stride
      target += columns
    }
  }

  /// Copies neighbours to rows `stride` apart, whole lanes of which may be written; those beyond the
  /// columns hold anything.
  func widen(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let end = source + rows * columns
    var source = source
    var target = target
    for _ in 0..<rows {
      if source + columns.wholeLanes <= end {
        var index = 0
        while index < columns {
          (target + index).lanes = (source + index).lanes
          index += Lanes.scalarCount
        }
      } else {
        for index in 0..<columns { target[index] = source[index] }
      }
      source += columns
      target += stride
    }
  }
}

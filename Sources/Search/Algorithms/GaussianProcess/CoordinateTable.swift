/// The coordinates of points, column after column.
struct CoordinateTable {
  let cube: KernelCube
  let count: Int
  /// From one column to the next.
  let stride: Int
  let values: NumberBuffer
  private let isCategory: [Bool]

  init(_ cube: KernelCube, _ units: [[Double]]) {
    self.cube = cube
    count = units.count
    stride = NumberBuffer.padded(max(count, 1))
    values = NumberBuffer(count: cube.columns.count * stride)
    isCategory = cube.columns.map { $0.role == .category }
    var coordinates = [Double](repeating: 0, count: cube.columns.count)
    for (row, units) in units.enumerated() {
      cube.coordinates(units, into: &coordinates)
      for (column, value) in coordinates.enumerated() { values[column * stride + row] = value }
    }
  }

  /// δ² between a coordinate and those of eight points.
  @inline(__always)
  func squaredDifferences(column: Int, from own: Double, at row: Int) -> SIMD8<Double> {
    let difference = own - values[lanes: column * stride + row]
    guard isCategory[column] else { return difference * difference }
    return SIMD8<Double>.zero.replacing(with: 1, where: difference .!= 0)
  }
}

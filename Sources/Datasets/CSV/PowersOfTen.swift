/// The powers of ten that are exact as `Double`, in memory that is never freed.
let powersOfTen = PowersOfTen()

/// A table without the checks of an array, since it is looked at once for each number.
struct PowersOfTen: @unchecked Sendable {
  private let values: UnsafePointer<Double>

  fileprivate init() {
    let exact: [Double] = [
      1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
      1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
    let table = UnsafeMutablePointer<Double>.allocate(capacity: exact.count)
    table.initialize(from: exact, count: exact.count)
    values = UnsafePointer(table)
  }

  /// 10 to the power of `exponent`, which must be at most 22.
  @inline(__always)
  subscript(exponent: UInt) -> Double { values[Int(exponent)] }
}

/// Neighbouring columns of one row of a product, held in registers.
protocol ColumnLanes {
  /// How many vectors of sixteen.
  static var vectors: Int { get }

  /// Zeros.
  init()
  /// - Parameter step: elements from a vector to the next.
  init(_ source: UnsafePointer<Float>, step: Int)
  /// Vectors beside each other.
  ///
  /// - Parameter last: numbers of the last vector, behind which it has zeros.
  init(_ source: UnsafePointer<Float>, last: Int)
  /// Adds `factor · other`.
  mutating func add(_ factor: Lanes, _ other: Self)
  /// Stores vectors beside each other.
  ///
  /// - Parameter last: numbers of the last vector that are stored.
  func store(to target: UnsafeMutablePointer<Float>, last: Int)
}

extension ColumnLanes {
  /// Vectors beside each other.
  @inline(__always)
  init(_ source: UnsafePointer<Float>) { self.init(source, step: Lanes.scalarCount) }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>) { store(to: target, last: Lanes.scalarCount) }
}

struct OneVector: ColumnLanes {
  private var lanes: Lanes

  static var vectors: Int { 1 }

  @inline(__always)
  init() { lanes = Lanes() }

  @inline(__always)
  init(_ source: UnsafePointer<Float>, step: Int) { lanes = source.lanes }

  @inline(__always)
  init(_ source: UnsafePointer<Float>, last: Int) { lanes = Lanes(source, last) }

  @inline(__always)
  mutating func add(_ factor: Lanes, _ other: OneVector) {
    lanes = lanes.plus(factor, times: other.lanes)
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>, last: Int) { lanes.store(to: target, last) }
}

/// The columns on the left and sixteen more.
struct Wider<Left: ColumnLanes>: ColumnLanes {
  private var left: Left
  private var right: OneVector

  static var vectors: Int { Left.vectors + 1 }
  private static var leftWidth: Int { Left.vectors * Lanes.scalarCount }

  @inline(__always)
  init() {
    left = Left()
    right = OneVector()
  }

  @inline(__always)
  init(_ source: UnsafePointer<Float>, step: Int) {
    left = Left(source, step: step)
    right = OneVector(source + Left.vectors * step, step: step)
  }

  @inline(__always)
  init(_ source: UnsafePointer<Float>, last: Int) {
    left = Left(source)
    right = OneVector(source + Self.leftWidth, last: last)
  }

  @inline(__always)
  mutating func add(_ factor: Lanes, _ other: Wider) {
    left.add(factor, other.left)
    right.add(factor, other.right)
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>, last: Int) {
    left.store(to: target)
    right.store(to: target + Self.leftWidth, last: last)
  }
}

/// Some rows of a product, as many columns of each, held in registers: the inner block that a
/// product is made of (Goto and van de Geijn, Anatomy of high-performance matrix multiplication, 2008).
protocol RegisterBlock {
  associatedtype Columns: ColumnLanes
  static var rows: Int { get }

  /// Rows that lie one below the other.
  ///
  /// - Parameters:
  ///   - stride: elements from a row to the next; 0 takes the same for all.
  ///   - last: numbers of the last vector of each row.
  init(_ source: UnsafePointer<Float>, stride: Int, last: Int)
  /// Adds the outer product of a column of factors and a row.
  mutating func add(_ factors: UnsafePointer<Float>, stride: Int, _ row: Columns)
  func store(to target: UnsafeMutablePointer<Float>, stride: Int, last: Int)
}

struct OneRow<Columns: ColumnLanes>: RegisterBlock {
  private var columns: Columns

  static var rows: Int { 1 }

  @inline(__always)
  init(_ source: UnsafePointer<Float>, stride: Int, last: Int) {
    columns = Columns(source, last: last)
  }

  @inline(__always)
  mutating func add(_ factors: UnsafePointer<Float>, stride: Int, _ row: Columns) {
    columns.add(Lanes(repeating: factors[0]), row)
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>, stride: Int, last: Int) {
    columns.store(to: target, last: last)
  }
}

/// The rows above and one more.
struct Taller<Above: RegisterBlock>: RegisterBlock {
  typealias Columns = Above.Columns
  private var above: Above
  private var below: Columns

  static var rows: Int { Above.rows + 1 }

  @inline(__always)
  init(_ source: UnsafePointer<Float>, stride: Int, last: Int) {
    above = Above(source, stride: stride, last: last)
    below = Columns(source + Above.rows * stride, last: last)
  }

  @inline(__always)
  mutating func add(_ factors: UnsafePointer<Float>, stride: Int, _ row: Columns) {
    above.add(factors, stride: stride, row)
    below.add(Lanes(repeating: factors[Above.rows * stride]), row)
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>, stride: Int, last: Int) {
    above.store(to: target, stride: stride, last: last)
    below.store(to: target + Above.rows * stride, last: last)
  }
}

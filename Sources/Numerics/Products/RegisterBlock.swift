/// Neighbouring columns of one row of a product, held in registers.
protocol ColumnLanes {
  /// How many vectors of sixteen.
  static var vectors: Int { get }

  /// Zeros.
  init()
  /// - Parameter step: elements from a vector to the next.
  init(_ source: UnsafePointer<Float>, step: Int)
  /// Adds `factor · other`.
  mutating func add(_ factor: Lanes, _ other: Self)
  func store(to target: UnsafeMutablePointer<Float>)
}

extension ColumnLanes {
  /// Vectors beside each other.
  @inline(__always)
  init(_ source: UnsafePointer<Float>) { self.init(source, step: Lanes.scalarCount) }
}

struct OneVector: ColumnLanes {
  private var lanes: Lanes

  static var vectors: Int { 1 }

  @inline(__always)
  init() { lanes = Lanes() }

  @inline(__always)
  init(_ source: UnsafePointer<Float>, step: Int) { lanes = source.lanes }

  @inline(__always)
  mutating func add(_ factor: Lanes, _ other: OneVector) {
    lanes = lanes.plus(factor, times: other.lanes)
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>) { target.lanes = lanes }
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
  mutating func add(_ factor: Lanes, _ other: Wider) {
    left.add(factor, other.left)
    right.add(factor, other.right)
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>) {
    left.store(to: target)
    right.store(to: target + Self.leftWidth)
  }
}

/// Some rows of a product, as many columns of each, held in registers: the inner block that a
/// product is made of (Goto and van de Geijn, Anatomy of high-performance matrix multiplication, 2008).
protocol RegisterBlock {
  associatedtype Columns: ColumnLanes
  static var rows: Int { get }

  /// Zeros.
  init()
  /// - Parameter stride: elements from a row to the next; 0 takes the same for all.
  init(_ source: UnsafePointer<Float>, stride: Int)
  /// Adds the outer product of a column of factors and a row.
  mutating func add(_ factors: UnsafePointer<Float>, stride: Int, _ row: Columns)
  func store(to target: UnsafeMutablePointer<Float>, stride: Int)
}

struct OneRow<Columns: ColumnLanes>: RegisterBlock {
  private var columns: Columns

  static var rows: Int { 1 }

  @inline(__always)
  init() { columns = Columns() }

  @inline(__always)
  init(_ source: UnsafePointer<Float>, stride: Int) { columns = Columns(source) }

  @inline(__always)
  mutating func add(_ factors: UnsafePointer<Float>, stride: Int, _ row: Columns) {
    columns.add(Lanes(repeating: factors[0]), row)
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>, stride: Int) { columns.store(to: target) }
}

/// The rows above and one more.
struct Taller<Above: RegisterBlock>: RegisterBlock {
  typealias Columns = Above.Columns
  private var above: Above
  private var last: Columns

  static var rows: Int { Above.rows + 1 }

  @inline(__always)
  init() {
    above = Above()
    last = Columns()
  }

  @inline(__always)
  init(_ source: UnsafePointer<Float>, stride: Int) {
    above = Above(source, stride: stride)
    last = Columns(source + Above.rows * stride)
  }

  @inline(__always)
  mutating func add(_ factors: UnsafePointer<Float>, stride: Int, _ row: Columns) {
    above.add(factors, stride: stride, row)
    last.add(Lanes(repeating: factors[Above.rows * stride]), row)
  }

  @inline(__always)
  func store(to target: UnsafeMutablePointer<Float>, stride: Int) {
    above.store(to: target, stride: stride)
    last.store(to: target + Above.rows * stride)
  }
}

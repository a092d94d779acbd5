import CLanes
import CProcessor

/// The product of matrices that lie in memory as images do, `C = start + A·B`, on the calling thread.
///
/// The rows of A and C are `lines × rows`, the depth is `runs × run`, each pair with strides of its own:
/// the patches of a convolution are such a matrix without being gathered. The columns of C are neighbours;
/// those of B lie in whole panels of sixteen. Nothing is packed; who lays out the operands sees to it that a few rows of
/// B do not share their places in the cache (`rowStride`).
///
/// The depth is not 0. A block of C is summed in registers over a part of it for which the rows of B stay in the
/// first-level cache. Boundaries depend on shapes only.
package struct RegisterProduct {
  /// Element (line, row; run, step) of A.
  struct Left {
    var values: UnsafePointer<Float>
    var line = 0
    var row: Int
    var run = 0
    var step = 1
  }

  /// Element (depth, column) of B; a run follows the other.
  struct Right {
    var values: UnsafePointer<Float>
    var row: Int
    /// Elements from sixteen columns to the next sixteen, which as a rule are their neighbours.
    var panel = Lanes.scalarCount
  }

  /// Element (line, row; column) of C.
  struct Target {
    var values: UnsafeMutablePointer<Float>
    var line = 0
    var row: Int
  }

  enum Start {
    case zero
    /// What C holds.
    case target
    /// The same for each row: a bias.
    case row(UnsafePointer<Float>)

    /// The block of C that begins at a place.
    ///
    /// - Parameters:
    ///   - column: its first, among those of the start.
    ///   - last: numbers of the last vector of a row.
    @inline(__always)
    func block(
      of c: UnsafeMutablePointer<Float>, stride: Int, column: Int, last: Int = Lanes.scalarCount
    ) -> BlockTarget {
      let (start, startStride): (UnsafePointer<Float>, Int) =
        switch self {
        case .zero: (lanes_zeros(), 0)
        case .target: (UnsafePointer(c), stride)
        case .row(let values): (values + column, 0)
        }
      return BlockTarget(
        values: c, stride: stride, start: start, startStride: startStride, last: last)
    }
  }

  var lines = 1
  var rows: Int
  var columns: Int
  var runs = 1
  var run: Int
  var a: Left
  var b: Right
  var c: Target
  var start = Start.zero

  /// Whether the build's registers are wide enough for this to be faster than a BLAS that chooses its
  /// kernels by the processor.
  package static var isFast: Bool { processor_vector_bits() >= 256 }

  /// Elements from a row to the next for so many columns. Rows whose distance is a power of 2 would
  /// share a few places in the cache.
  static func rowStride(columns: Int) -> Int {
    columns.wholeLanes >= 128 ? columns.wholeLanes + Lanes.scalarCount : columns.wholeLanes
  }

  /// The registers hold 24 vectors of sums where they are 32 of 512 bits, 6 of two registers each where
  /// they are 16 of 256, beside a row of B and a factor.
  private static var hasManyRegisters: Bool { processor_vector_bits() >= 512 }
  static var mostVectors: Int { hasManyRegisters ? 4 : 1 }
  static func mostRows(vectors: Int) -> Int {
    hasManyRegisters ? (vectors > 2 ? 24 / vectors : 12) : 6
  }
  /// Rows of B that are gone through before the next block of C.
  private static let depthPerPass = 128

  func multiply() {
    if lines > 1, a.line == rows * a.row, c.line == rows * c.row { return joined.multiply() }
    let vectors = columns.wholeLanes / Lanes.scalarCount
    let panels = (vectors + Self.mostVectors - 1) / Self.mostVectors
    var first = 0
    for panel in 0..<panels {
      let end = (panel + 1) * vectors / panels
      let column = first * Lanes.scalarCount
      switch end - first {
      case 4: multiply(Wider<Wider<Wider<OneVector>>>.self, column: column)
      case 3: multiply(Wider<Wider<OneVector>>.self, column: column)
      case 2: multiply(Wider<OneVector>.self, column: column)
      default: multiply(OneVector.self, column: column)
      }
      first = end
    }
  }

  /// The lines as one, which makes taller blocks.
  private var joined: RegisterProduct {
    var product = self
    product.rows = lines * rows
    product.lines = 1
    return product
  }

  /// A part of the depth: whole runs, or a part of one.
  private struct Span {
    var firstRun: Int
    var runs: Int
    var first: Int
    var count: Int
  }

  /// The columns of a panel, by parts of the depth.
  private func multiply<Columns: ColumnLanes>(_: Columns.Type, column: Int) {
    var isFirst = true
    if run <= Self.depthPerPass {
      let most = Self.depthPerPass / run
      var first = 0
      while first < runs {
        let count = min(most, runs - first)
        let span = Span(firstRun: first, runs: count, first: 0, count: run)
        multiply(Columns.self, column: column, span, isFirst: isFirst)
        isFirst = false
        first += count
      }
    } else {
      for index in 0..<runs {
        var first = 0
        while first < run {
          let count = min(Self.depthPerPass, run - first)
          let span = Span(firstRun: index, runs: 1, first: first, count: count)
          multiply(Columns.self, column: column, span, isFirst: isFirst)
          isFirst = false
          first += count
        }
      }
    }
  }

  /// The rows of a panel, in blocks of about the same height.
  private func multiply<Columns: ColumnLanes>(
    _: Columns.Type, column: Int, _ span: Span, isFirst: Bool
  ) {
    let mostRows = Self.mostRows(vectors: Columns.vectors)
    let blocks = (rows + mostRows - 1) / mostRows
    let last = min(Lanes.scalarCount, columns - column - (Columns.vectors - 1) * Lanes.scalarCount)
    for line in 0..<lines {
      var row = 0
      for block in 0..<blocks {
        let end = (block + 1) * rows / blocks
        let place = Place(line: line, row: row, column: column, last: last, isFirst: isFirst)
        Sum<Columns>(
          factors: factors(of: place, span), target: target(of: place)
        ).run(rows: end - row)
        row = end
      }
    }
  }

  /// The first element of a block of C.
  private struct Place {
    var line: Int
    var row: Int
    var column: Int
    /// Numbers of the last vector.
    var last: Int
    /// Whether nothing was summed there before.
    var isFirst: Bool
  }

  @inline(__always)
  private func factors(of place: Place, _ span: Span) -> BlockFactors {
    BlockFactors(
      a: a.values + place.line * a.line + place.row * a.row + span.firstRun * a.run
        + span.first * a.step, row: a.row, run: a.run, step: a.step,
      b: b.values + (span.firstRun * run + span.first) * b.row
        + place.column / Lanes.scalarCount * b.panel, stepB: b.row, panel: b.panel,
      runs: span.runs, steps: span.count)
  }

  @inline(__always)
  private func target(of place: Place) -> BlockTarget {
    (place.isFirst ? start : .target).block(
      of: c.values + place.line * c.line + place.row * c.row + place.column, stride: c.row,
      column: place.column, last: place.last)
  }

  private struct Sum<Columns: ColumnLanes>: BlockTask {
    let factors: BlockFactors
    let target: BlockTarget

    @inline(__always)
    func run<Block: RegisterBlock>(_: Block.Type) where Block.Columns == Columns {
      Block.sum(factors, into: target)
    }
  }
}

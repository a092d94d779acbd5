/// What a block of a product is summed from, element (row; run, step) of A and (run, step; column) of B.
struct BlockFactors {
  var a: UnsafePointer<Float>
  /// Elements of A from a row, a run and a step to the next.
  var row: Int
  var run = 0
  var step: Int
  var b: UnsafePointer<Float>
  /// Elements of B from a step to the next, of whichever run, and from a vector to the next.
  var stepB: Int
  var panel = Lanes.scalarCount
  var runs = 1
  var steps: Int
}

/// A block of C, and what its sums begin with.
struct BlockTarget {
  var values: UnsafeMutablePointer<Float>
  var stride: Int
  var start: UnsafePointer<Float>
  /// 0 takes the same row for all.
  var startStride: Int
  /// Numbers of the last vector of a row.
  var last: Int
}

extension RegisterBlock {
  // Whole vectors are the rule, so that the way to them is without a look at the last one of each row.

  /// What the sums of a block begin with.
  @inline(__always)
  init(_ c: BlockTarget) {
    let whole = Lanes.scalarCount
    if c.last == whole {
      self.init(c.start, stride: c.startStride, last: whole)
    } else {
      self.init(c.start, stride: c.startStride, last: c.last)
    }
  }

  @inline(__always)
  func store(to c: BlockTarget) {
    let whole = Lanes.scalarCount
    if c.last == whole {
      store(to: c.values, stride: c.stride, last: whole)
    } else {
      store(to: c.values, stride: c.stride, last: c.last)
    }
  }

  /// Sums up a block.
  ///
  /// Each size of block has a function of its own, which does nothing else: where several are one function, or their
  /// loop stands behind branches, the compiler keeps some of the sums on the stack.
  @inline(never)
  static func sum(_ factors: BlockFactors, into c: BlockTarget) {
    var block = Self(c)
    let (row, step, stepB, panel) = (factors.row, factors.step, factors.stepB, factors.panel)
    var run = factors.a
    var b = factors.b
    for _ in 0..<factors.runs {
      var a = run
      for _ in 0..<factors.steps {
        block.add(a, stride: row, Columns(b, step: panel))
        a += step
        b += stepB
      }
      run += factors.run
    }
    block.store(to: c)
  }
}

/// Something that is done with a block whose height is known only then.
protocol BlockTask {
  associatedtype Columns: ColumnLanes

  func run<Block: RegisterBlock>(_: Block.Type) where Block.Columns == Columns
}

extension BlockTask {
  /// - Parameter rows: at most as many as the registers hold.
  @inline(__always)
  func run(rows: Int) {
    typealias Two = Taller<OneRow<Columns>>
    typealias Four = Taller<Taller<Two>>
    typealias Six = Taller<Taller<Four>>
    typealias Eight = Taller<Taller<Six>>
    typealias Ten = Taller<Taller<Eight>>
    // What no registers hold is not compiled either.
    let most = Columns.vectors > 3 ? 6 : Columns.vectors > 2 ? 8 : 12
    switch rows {
    case 12 where most >= 12: run(Taller<Taller<Ten>>.self)
    case 11 where most >= 12: run(Taller<Ten>.self)
    case 10 where most >= 12: run(Ten.self)
    case 9 where most >= 12: run(Taller<Eight>.self)
    case 8 where most >= 8: run(Eight.self)
    case 7 where most >= 8: run(Taller<Six>.self)
    case 6: run(Six.self)
    case 5: run(Taller<Four>.self)
    case 4: run(Four.self)
    case 3: run(Taller<Two>.self)
    case 2: run(Two.self)
    default: run(OneRow<Columns>.self)
    }
  }
}

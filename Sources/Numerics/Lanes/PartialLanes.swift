import CLanes

extension SIMD16<Float> {
  /// So many numbers, with zeros behind them.
  @inlinable @inline(__always)
  package init(_ source: UnsafePointer<Float>, _ count: Int) {
    if count >= Self.scalarCount {
      self.init(at: source)
    } else if lanes_have_masks() != 0 {
      self = lanes_load_first(source, Int32(truncatingIfNeeded: count))
    } else {
      self.init()
      copyRest(source, to: &self, count)
    }
  }

  @inlinable @inline(__always)
  package func store(to target: UnsafeMutablePointer<Float>, _ count: Int) {
    if count >= Self.scalarCount {
      store(to: target)
    } else if lanes_have_masks() != 0 {
      lanes_store_first(self, Int32(truncatingIfNeeded: count), target)
    } else {
      var copy = self
      copyRest(&copy, to: target, count)
    }
  }

  /// The first numbers, with others behind them.
  @inlinable @inline(__always)
  package func first(_ count: Int, rest: Float = 0) -> Self {
    count >= Self.scalarCount ? self : lanes_first(self, Int32(truncatingIfNeeded: count), rest)
  }
}

extension UnsafePointer<Float> {
  /// The sixteen numbers from here on, zeros from `end` on if there is one.
  @inline(__always)
  func lanes(before end: UnsafePointer<Float>?) -> Lanes {
    end.map { Lanes(self, $0 - self) } ?? lanes
  }
}

extension UnsafeMutablePointer<Float> {
  @inline(__always)
  func lanes(before end: UnsafeMutablePointer<Float>?) -> Lanes {
    end.map { Lanes(self, $0 - self) } ?? lanes
  }

  /// Stores those of sixteen numbers that lie before `end`, or all.
  @inline(__always)
  func setLanes(_ lanes: Lanes, before end: UnsafeMutablePointer<Float>?) {
    if let end { lanes.store(to: self, end - self) } else { lanes.store(to: self) }
  }
}

/// In a function of its own, the end of a row does not keep the loop around it in pieces.
@usableFromInline @inline(never)
func copyRest(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, _ count: Int) {
  target.copyMemory(from: source, byteCount: count * MemoryLayout<Float>.stride)
}

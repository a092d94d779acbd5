import Numerics

/// A dense layer that reads one-hot categories as indices: where a product would multiply a row of the kernel by
/// 1 and all others by 0, it adds that row.
///
/// Shapes: input `rows × stored`, kernel `width × units` with a row for each input as if categories were written
/// out, output `rows × units`.
struct SparseDense: Layer {
  let input: Slot
  let kernel: Parameter
  let bias: Parameter?
  let end: ActivatedOutput
  private let parts: [SparsePart]

  /// Inputs that are 0 or 1 from which on the product is slower: that with fewer of them runs in registers.
  static let fewestOneHots = 65

  init(
    _ layout: InputLayout, input: Slot, kernel: Parameter, bias: Parameter?, end: ActivatedOutput
  ) {
    self.input = input
    self.kernel = kernel
    self.bias = bias
    self.end = end
    var (stored, row) = (0, 0)
    parts = layout.segments.map { segment in
      defer { (stored, row) = (stored + segment.storedWidth, row + segment.width) }
      if case .numbers(let count) = segment {
        return SparsePart(stored: stored, row: row, numbers: count)
      }
      return SparsePart(stored: stored, row: row, numbers: nil)
    }
  }

  var output: Slot { end.output }
  var operation: Operation { .dense(.init(kernel: kernel, bias: bias), end.activation) }
  private var units: Int { output.shape.count }

  func forward(_ memory: Memory, _ pass: Pass) {
    let kernel = SparseForward(
      parts: parts, source: memory.value(input), kernel: memory.value(kernel),
      bias: bias.map { UnsafePointer(memory.value($0)) }, target: memory.value(output),
      function: end.function(memory, pass), rows: pass.rows, storedWidth: input.shape.count,
      units: units)
    pass.pool.run(kernel, tiles: kernel.tileCount)
    end.finish(memory, pass)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    end.differentiate(memory, pass)
    let gradient = UnsafePointer(memory.gradient(output))
    if kernel.isTrainable {
      let sums = SparseKernelGradient(
        parts: parts, source: memory.value(input), gradient: gradient,
        kernel: memory.gradient(kernel), kernelRows: kernel.shape.dimensions[0],
        bias: bias.map {
          ColumnSums(
            gradient, rows: pass.rows, columns: units, into: memory.gradient($0),
            beta: pass.gradientBeta)
        }, rows: pass.rows, storedWidth: input.shape.count, units: units,
        accumulates: pass.accumulatesGradients)
      pass.pool.run(sums, tiles: sums.tileCount)
    }
    guard input.hasGradient else { return }
    let inputs = SparseInputGradient(
      parts: parts, kernel: memory.value(kernel), gradient: gradient,
      target: memory.gradient(input), rows: pass.rows, storedWidth: input.shape.count,
      units: units)
    pass.pool.run(inputs, tiles: inputs.tileCount)
  }
}

/// Where a segment stands among the numbers of a row, and its first row of the kernel.
private struct SparsePart {
  let stored: Int
  let row: Int
  /// How many there are; `nil` for the index of a category.
  let numbers: Int?
}

/// A tile is a block of rows.
private struct SparseForward: TileKernel {
  let parts: [SparsePart]
  let source: UnsafePointer<Float>
  let kernel: UnsafePointer<Float>
  let bias: UnsafePointer<Float>?
  let target: UnsafeMutablePointer<Float>
  let function: FusedFunction?
  let rows: Int
  let storedWidth: Int
  let units: Int

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: max(units, storedWidth)) }
  var tileCount: Int { Tiling.tiles(elements: rows, of: rowsPerTile) }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: SparseForward.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let range = Tiling.range(of: tile, count: rows, size: rowsPerTile)
    for row in range {
      let (numbers, sums) = (source + row * storedWidth, target + row * units)
      if let bias {
        sums.update(from: bias, count: units)
      } else {
        sums.update(repeating: 0, count: units)
      }
      for part in parts {
        if let count = part.numbers {
          for index in 0..<count {
            let (number, weights) = (
              numbers[part.stored + index], kernel + (part.row + index) * units
            )
            for unit in 0..<units { sums[unit] += number * weights[unit] }
          }
        } else {
          let index = Int(numbers[part.stored])
          guard index >= 0 else { continue }
          let weights = kernel + (part.row + index) * units
          for unit in 0..<units { sums[unit] += weights[unit] }
        }
      }
    }
    function?.apply(first: range.lowerBound * units, count: range.count * units)
  }
}

/// A tile owns some columns of the kernel, and goes through the rows in their order.
private struct SparseKernelGradient: TileKernel {
  let parts: [SparsePart]
  let source: UnsafePointer<Float>
  let gradient: UnsafePointer<Float>
  let kernel: UnsafeMutablePointer<Float>
  let kernelRows: Int
  let bias: ColumnSums?
  let rows: Int
  let storedWidth: Int
  let units: Int
  let accumulates: Bool

  private static let columnsPerTile = 32
  var tileCount: Int { Tiling.tiles(elements: units, of: Self.columnsPerTile) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: SparseKernelGradient.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    let columns = Tiling.range(of: tile, count: units, size: Self.columnsPerTile)
    bias?.sum(columns)
    let (sums, terms) = (kernel + columns.lowerBound, gradient + columns.lowerBound)
    if !accumulates {
      if columns.count == units {
        sums.update(repeating: 0, count: kernelRows * units)
      } else {
        for row in 0..<kernelRows {
          (sums + row * units).update(repeating: 0, count: columns.count)
        }
      }
    }
    for row in 0..<rows {
      let (numbers, terms) = (source + row * storedWidth, terms + row * units)
      for part in parts {
        if let count = part.numbers {
          for index in 0..<count {
            let (number, target) = (numbers[part.stored + index], sums + (part.row + index) * units)
            for column in 0..<columns.count { target[column] += number * terms[column] }
          }
        } else {
          let index = Int(numbers[part.stored])
          guard index >= 0 else { continue }
          let target = sums + (part.row + index) * units
          for column in 0..<columns.count { target[column] += terms[column] }
        }
      }
    }
  }
}

/// The gradient of the quantities; that of an index is none. A tile is a block of rows.
private struct SparseInputGradient: TileKernel {
  let parts: [SparsePart]
  let kernel: UnsafePointer<Float>
  let gradient: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Float>
  let rows: Int
  let storedWidth: Int
  let units: Int

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: max(units, storedWidth)) }
  var tileCount: Int { Tiling.tiles(elements: rows, of: rowsPerTile) }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: SparseInputGradient.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    for row in Tiling.range(of: tile, count: rows, size: rowsPerTile) {
      let (terms, inputs) = (gradient + row * units, target + row * storedWidth)
      for part in parts {
        guard let count = part.numbers else {
          inputs[part.stored] = 0
          continue
        }
        for index in 0..<count {
          let weights = kernel + (part.row + index) * units
          var sums = SIMD8<Float>.zero
          var unit = 0
          while unit + 8 <= units {
            sums +=
              UnsafeRawPointer(terms + unit).loadUnaligned(as: SIMD8<Float>.self)
              * UnsafeRawPointer(weights + unit).loadUnaligned(as: SIMD8<Float>.self)
            unit += 8
          }
          var sum = sums.sum()
          while unit < units {
            sum += terms[unit] * weights[unit]
            unit += 1
          }
          inputs[part.stored + index] = sum
        }
      }
    }
  }
}

import Numerics

/// A dense layer that reads one-hot categories as indices (`IndexedProduct`), alone or behind an ensemble.
///
/// Shapes: input `rows × stored` or `rows × members × stored`, kernel `width × units` with a row for each input as if
/// categories were written out, output `rows × units` or `rows × members × units`.
struct SparseDense: Layer {
  let input: Slot
  let kernel: Parameter
  let bias: Parameter?
  let end: ActivatedOutput
  /// What the members of an ensemble multiply their inputs by, `members × width`.
  let factors: Parameter?
  private let parts: IndexedParts

  /// Inputs that are 0 or 1 from which on the product is slower: that with fewer of them runs in registers. Members of
  /// an ensemble are more rows for a product, and factors to look up.
  static func fewestOneHots(isEnsemble: Bool) -> Int { isEnsemble ? 128 : 65 }

  init(
    _ layout: InputLayout, input: Slot, kernel: Parameter, bias: Parameter?, end: ActivatedOutput,
    factors: Parameter?
  ) {
    self.input = input
    self.kernel = kernel
    self.bias = bias
    self.end = end
    self.factors = factors
    parts = IndexedParts(layout)
  }

  var output: Slot { end.output }
  var operation: Operation { .dense(.init(kernel: kernel, bias: bias), end.activation) }

  private func product(_ memory: Memory, _ pass: Pass) -> IndexedProduct {
    let (inputs, units) = (kernel.shape.dimensions[0], kernel.shape.dimensions[1])
    let width = input.shape.dimensions.last ?? 0
    return IndexedProduct(
      parts, memory.value(input), rows: pass.rows * output.shape.count / units, width: width,
      kernel: memory.value(kernel), units: units,
      factors: factors.map {
        .init(memory.value($0), members: $0.shape.dimensions[0], inputs: inputs)
      })
  }

  func forward(_ memory: Memory, _ pass: Pass) {
    let forward = SparseForward(
      product: product(memory, pass), bias: bias.map { UnsafePointer(memory.value($0)) },
      target: memory.value(output), function: end.function(memory, pass))
    pass.pool.run(forward, tiles: forward.product.rowTiles)
    end.finish(memory, pass)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    end.differentiate(memory, pass)
    let product = product(memory, pass)
    let gradient = UnsafePointer(memory.gradient(output))
    if kernel.isTrainable {
      let sums = SparseKernelGradient(
        product: product, gradient: gradient, kernel: memory.gradient(kernel),
        bias: bias.map {
          ColumnSums(
            gradient, rows: product.rows, columns: product.units, into: memory.gradient($0),
            beta: pass.gradientBeta)
        }, accumulates: pass.accumulatesGradients)
      pass.pool.run(sums, tiles: sums.tileCount)
    }
    guard input.hasGradient else { return }
    let inputs = SparseInputGradient(
      product: product, gradient: gradient, target: memory.gradient(input))
    pass.pool.run(inputs, tiles: product.rowTiles)
  }
}

extension IndexedProduct {
  fileprivate var rowsPerTile: Int { Tiling.rowsPerTile(width: max(units, width)) }
  fileprivate var rowTiles: Int { Tiling.tiles(elements: rows, of: rowsPerTile) }

  fileprivate func rows(of tile: Int) -> Range<Int> {
    Tiling.range(of: tile, count: rows, size: rowsPerTile)
  }
}

/// A tile is a block of rows.
private struct SparseForward: TileKernel {
  let product: IndexedProduct
  let bias: UnsafePointer<Float>?
  let target: UnsafeMutablePointer<Float>
  let function: FusedFunction?

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: SparseForward.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let (rows, units) = (product.rows(of: tile), product.units)
    product.multiply(rows, bias: bias, into: target)
    function?.apply(first: rows.lowerBound * units, count: rows.count * units)
  }
}

/// The first tiles own some columns of the kernel, as far as it is added up; the others are those of products.
private struct SparseKernelGradient: TileKernel {
  let product: IndexedProduct
  let gradient: UnsafePointer<Float>
  let kernel: UnsafeMutablePointer<Float>
  let bias: ColumnSums?
  let accumulates: Bool

  private var columnTiles: Int {
    Tiling.tiles(elements: product.units, of: IndexedProduct.columnsOfGradients)
  }
  var tileCount: Int {
    product.parts.wide.reduce(columnTiles) { $0 + kernelProduct($1).tileCount }
  }

  private func kernelProduct(_ part: IndexedPart) -> MatrixMultiply {
    product.kernelProduct(part, of: gradient, into: kernel, beta: accumulates ? 1 : 0)
  }

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: SparseKernelGradient.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    guard tile < columnTiles else { return multiply(tile - columnTiles) }
    let columns = Tiling.range(
      of: tile, count: product.units, size: IndexedProduct.columnsOfGradients)
    bias?.sum(columns)
    if !accumulates {
      for rows in product.parts.narrowInputs { clear(rows, columns) }
    }
    product.addKernelGradient(columns, of: gradient, into: kernel)
  }

  private func multiply(_ tile: Int) {
    var tile = tile
    for part in product.parts.wide {
      let product = kernelProduct(part)
      if tile < product.tileCount {
        return product.multiply(tile: product.tile(tile), beta: product.beta)
      }
      tile -= product.tileCount
    }
  }

  private func clear(_ rows: Range<Int>, _ columns: Range<Int>) {
    let units = product.units
    if columns.count == units {
      return (kernel + rows.lowerBound * units).update(repeating: 0, count: rows.count * units)
    }
    for row in rows {
      (kernel + row * units + columns.lowerBound).update(repeating: 0, count: columns.count)
    }
  }
}

/// A tile is a block of rows.
private struct SparseInputGradient: TileKernel {
  let product: IndexedProduct
  let gradient: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Float>

  static var entry: TileFunction {
    { context, tile, _ in
      context.assumingMemoryBound(to: SparseInputGradient.self).pointee.run(tile)
    }
  }

  private func run(_ tile: Int) {
    product.inputGradient(product.rows(of: tile), of: gradient, into: target)
  }
}

import Datasets
import Numerics
import Training

/// Writes the answers for many rows by all threads of a pool: digits take as long as the products of a small network.
struct ParallelLines {
  /// For each tile what it wrote; kept from batch to batch.
  private var texts: [[UInt8]] = []

  private static let rowsPerTile = 128

  /// Appends the lines of some rows.
  ///
  /// - Parameter outputs: shape `rows × outputs of the predictor`; the link is applied to them.
  mutating func append(
    _ outputs: UnsafeMutablePointer<Float>, rows: Int, _ predictor: Predictor,
    _ lines: PredictionLines, to result: inout [UInt8]
  ) {
    let tiles = Tiling.tiles(elements: rows, of: Self.rowsPerTile)
    while texts.count < tiles { texts.append([]) }
    texts.withUnsafeMutableBufferPointer { texts in
      guard let first = texts.baseAddress else { return }
      let kernel = LineKernel(
        predictor: predictor, lines: lines, outputs: outputs, rows: rows,
        rowsPerTile: Self.rowsPerTile, texts: first)
      predictor.pool.run(kernel, tiles: tiles)
    }
    for text in texts[..<tiles] { result.append(contentsOf: text) }
  }
}

/// A tile is a block of rows, with a text of its own.
private struct LineKernel: TileKernel {
  let predictor: Predictor
  let lines: PredictionLines
  let outputs: UnsafeMutablePointer<Float>
  let rows: Int
  let rowsPerTile: Int
  let texts: UnsafeMutablePointer<[UInt8]>

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: LineKernel.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    texts[tile].removeAll(keepingCapacity: true)
    for row in Tiling.range(of: tile, count: rows, size: rowsPerTile) {
      let prediction = predictor.prediction(outputs + row * predictor.outputCount)
      lines.append(prediction, to: &texts[tile])
    }
  }
}

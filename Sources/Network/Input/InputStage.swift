import Configuration
import Numerics

/// Makes the inputs of the first layer from the numbers of the examples: looks up the vectors of categories
/// (Guo and Berkhahn, Entity Embeddings of Categorical Variables, 2016), and writes out one-hot categories where no
/// layer reads indices.
///
/// Shapes: input `rows × stored` or `rows × steps × stored`, output `rows × width` or `rows × steps × width`, the
/// vectors of a table `categories × dimensions`.
struct InputStage {
  /// What the names of its parameters begin with.
  static let name = "inputs"
  /// One-hot inputs that somebody asked for, and from which on writing them out is worth a warning: most of the time
  /// goes into zeros.
  static let manyOneHots = 1000

  let input: Slot
  let output: Slot
  private let parts: [InputPart]
  private let tables: [Parameter]

  /// - Parameter keepsIndices: whether one-hot categories go on as indices.
  /// - Throws: `PlanError` if columns of one table have other categories or dimensions.
  init(
    _ layout: InputLayout, input: Slot, keepsIndices: Bool, _ plan: inout NetworkPlan
  ) throws(PlanError) {
    self.input = input
    var parts: [InputPart] = []
    var tables: [(name: String, parameter: Parameter)] = []
    var (stored, first) = (0, 0)
    for segment in layout.segments {
      var part = InputPart(stored: stored, first: first, count: segment.width, kind: .numbers)
      switch segment {
      case .numbers: break
      case .oneHot:
        if keepsIndices { part.count = 1 } else { part.kind = .oneHot }
      case .embedding(let name, let categories, let dimensions):
        let shape = Shape(categories, dimensions)
        if !tables.contains(where: { $0.name == name }) {
          tables.append((name, plan.inputTable(name, shape)))
        }
        let place = tables.firstIndex { $0.name == name } ?? 0
        guard tables[place].parameter.shape == shape else {
          throw PlanError(
            code: "embedding", "columns that share the vectors \"\(name)\" have other shapes")
        }
        part.kind = .embedding(table: place)
      }
      parts.append(part)
      stored += segment.storedWidth
      first += part.count
    }
    self.parts = parts
    self.tables = tables.map(\.parameter)
    output = plan.memory.slot(
      Shape(input.shape.dimensions.dropLast() + [first]), gradient: !tables.isEmpty)
  }

  private var storedWidth: Int { input.shape.dimensions.last ?? 0 }
  private var width: Int { output.shape.dimensions.last ?? 0 }
  private func rows(_ pass: Pass) -> Int { pass.rows * input.shape.count / max(1, storedWidth) }

  func forward(_ memory: Memory, _ pass: Pass) {
    let kernel = InputForward(
      parts: parts, tables: tables, memory: memory,
      source: memory.value(input), target: memory.value(output), rows: rows(pass),
      storedWidth: storedWidth, width: width)
    pass.pool.run(kernel, tiles: kernel.tileCount)
  }

  func backward(_ memory: Memory, _ pass: Pass) {
    let kernel = InputBackward(
      parts: parts, tables: tables, memory: memory,
      source: memory.value(input), gradient: memory.gradient(output), rows: rows(pass),
      storedWidth: storedWidth, width: width, accumulates: pass.accumulatesGradients)
    pass.pool.run(kernel, tiles: tables.count)
  }
}

/// Where a segment stands among the numbers and among the inputs of a row.
private struct InputPart {
  enum Kind {
    /// Copied, as the indices are that a layer reads.
    case numbers
    case oneHot
    case embedding(table: Int)
  }

  let stored: Int
  let first: Int
  /// Inputs.
  var count: Int
  var kind: Kind
}

/// A tile is a block of rows.
private struct InputForward: TileKernel {
  let parts: [InputPart]
  let tables: [Parameter]
  let memory: Memory
  let source: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Float>
  let rows: Int
  let storedWidth: Int
  let width: Int

  private var rowsPerTile: Int { Tiling.rowsPerTile(width: width) }
  var tileCount: Int { Tiling.tiles(elements: rows, of: rowsPerTile) }

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: InputForward.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    for row in Tiling.range(of: tile, count: rows, size: rowsPerTile) {
      let (numbers, inputs) = (source + row * storedWidth, target + row * width)
      for part in parts {
        let place = inputs + part.first
        switch part.kind {
        case .numbers: place.update(from: numbers + part.stored, count: part.count)
        case .oneHot:
          place.update(repeating: 0, count: part.count)
          let index = Int(numbers[part.stored])
          if index >= 0 { place[index] = 1 }
        case .embedding(let table):
          let index = Int(numbers[part.stored])
          if index >= 0 {
            place.update(
              from: memory.value(tables[table]) + index * part.count, count: part.count)
          } else {
            place.update(repeating: 0, count: part.count)
          }
        }
      }
    }
  }
}

/// The gradient of a vector is the sum over all rows and columns that have it. A tile owns a table, and goes
/// through the rows in their order.
private struct InputBackward: TileKernel {
  let parts: [InputPart]
  let tables: [Parameter]
  let memory: Memory
  let source: UnsafePointer<Float>
  let gradient: UnsafePointer<Float>
  let rows: Int
  let storedWidth: Int
  let width: Int
  let accumulates: Bool

  static var entry: TileFunction {
    { context, tile, _ in context.assumingMemoryBound(to: InputBackward.self).pointee.run(tile) }
  }

  private func run(_ tile: Int) {
    let tableGradient = memory.gradient(tables[tile])
    if !accumulates { tableGradient.update(repeating: 0, count: tables[tile].shape.count) }
    for part in parts {
      guard case .embedding(tile) = part.kind else { continue }
      for row in 0..<rows {
        let index = Int(source[row * storedWidth + part.stored])
        guard index >= 0 else { continue }
        let sums = tableGradient + index * part.count
        let terms = gradient + row * width + part.first
        for column in 0..<part.count { sums[column] += terms[column] }
      }
    }
  }
}

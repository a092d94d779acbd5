import Numerics

/// The extents of a recurrent layer, and how its batch is cut.
struct RecurrentGeometry: Sendable {
  let cell: RecurrentCell
  let steps: Int
  let features: Int
  let units: Int
  let directions: Int
  let returnsSequences: Bool
  /// Whether what a step leaves is kept for the backward pass, or overwritten by the next.
  let keepsSteps: Bool

  /// Elements of the gates of one step.
  var width: Int { cell.gates * units }
  /// Elements of the gates that the recurrent product is added to.
  var addedWidth: Int { cell.addedGates * units }

  /// Steps of what is kept, and elements from one to the next and from example to example.
  var keptSteps: Int { keepsSteps ? steps : 1 }
  var keptStride: Int { keepsSteps ? units : 0 }
  var keptRow: Int { keptSteps * units }

  /// Elements of the output from one step to the next and from example to example; without
  /// sequences each step overwrites the one before.
  var outputStride: Int { returnsSequences ? directions * units : 0 }
  var outputRow: Int { (returnsSequences ? steps : 1) * directions * units }

  var outputShape: Shape {
    returnsSequences ? Shape(steps, directions * units) : Shape(directions * units)
  }

  /// Elements of the mask of an example: random numbers are drawn by 64.
  var maskRow: Int { (units + 63) / 64 * 64 }

  /// Where in the sequence a direction is at one of its steps.
  func time(_ step: Int, direction: Int) -> Int { direction == 0 ? step : steps - 1 - step }

  /// Examples that pass all steps together. Each step of a block reads the kernels anew, which few rows
  /// do not pay for; many leave nothing for other threads.
  static func block(rows: Int) -> Int { max(16, min(mostRows, rows / 8)) }

  private static let mostRows = 64

  /// Rows of all products with a kernel that pay for packing it.
  static let fewestPackedRows = 16

  /// Scratch elements of a tile: a row of zeros, a row of hyperbolic tangents, and for each example
  /// two rows of gradients that go from step to step. What the products need lies behind them.
  var scratchElements: Int { (2 + 2 * Self.mostRows) * units }
}

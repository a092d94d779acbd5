import Numerics

/// What one run through the network is about: everything that changes from call to call.
package struct Pass: Sendable {
  package enum Mode: Sendable {
    /// Random layers draw, statistics move, and backward may follow.
    case training
    /// As in evaluation, but backward may follow: the gradient of the network that predicts.
    case differentiation
    case evaluation
  }

  package let mode: Mode
  /// The examples in this batch, at most what the memory was planned for.
  package var rows: Int
  /// The iteration, counted from 0; random layers draw by it.
  package var step: Int
  package let seed: UInt64
  package let pool: ThreadPool
  /// Whether parameter gradients add to those of the batch before instead of replacing them.
  package var accumulatesGradients: Bool
  /// Whether stateful layers begin each row with the state that the same row of the batch before ended
  /// with, which had at least as many rows, instead of with zeros.
  package var continuesState: Bool
  /// What of a batch the rows are, where ranks share it; `nil` where they are all of it.
  package let share: BatchShare?

  package init(
    _ mode: Mode, rows: Int, step: Int = 0, seed: UInt64 = 0, pool: ThreadPool,
    accumulatesGradients: Bool = false, continuesState: Bool = false, share: BatchShare? = nil
  ) {
    self.mode = mode
    self.rows = rows
    self.step = step
    self.seed = seed
    self.pool = pool
    self.accumulatesGradients = accumulatesGradients
    self.continuesState = continuesState
    self.share = share
  }

  /// Whether forward keeps what backward reads.
  package var keepsForBackward: Bool { mode != .evaluation }

  /// Whether layers that were planned for bfloat16 multiply in it: what is evaluated is the network that predicts,
  /// which knows of no precision but its own.
  func reduces(_ precision: ProductPrecision) -> Bool {
    precision == .bfloat16 && mode == .training
  }

  /// Where the rows begin in the batch: random layers draw by the place of a row in it.
  package var firstRow: Int { share?.first ?? 0 }

  /// The rows of the batch, those of other ranks too.
  package var batchRows: Int { share?.total ?? rows }

  /// How many rows of a matrix the batch has, of which so many are those of these examples. What is chosen by their
  /// number is chosen by this one, so that all ranks compute a row as one process does.
  func batchRows(of matrixRows: Int) -> Int { matrixRows / rows * batchRows }

  /// The BLAS beta of a parameter gradient: 0 assigns, 1 adds.
  package var gradientBeta: Float { accumulatesGradients ? 1 : 0 }
}

/// The part of a batch that one of several ranks computes.
package struct BatchShare: Sendable {
  /// Where its rows begin in the batch.
  package let first: Int
  /// The rows of the batch.
  package let total: Int
  package let ranks: any Communicator
  let gathered: GatheredRows

  package init(first: Int, total: Int, ranks: any Communicator, gathered: GatheredRows) {
    self.first = first
    self.total = total
    self.ranks = ranks
    self.gathered = gathered
  }
}

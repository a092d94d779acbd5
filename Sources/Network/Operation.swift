import Numerics

/// What a layer computes when it predicts, in the terms of the field: for whoever writes a network down for
/// other programs. Arrays have the shapes that the model file has.
package enum Operation: Sendable {
  /// `f(x·W + b)` along the last dimension.
  case dense(Affine, any Activation)
  /// The same for each member of an ensemble: kernel `members × inputs × units`, bias `members × units`.
  case memberDense(Affine, any Activation)
  /// Kernel `size × channels / groups × filters`; a sequence is an image of height 1.
  case convolution(SlidingWindow, Affine, any Activation)
  case pooling(SlidingWindow, Pooling)
  case recurrent(RecurrentOperation)
  /// The vector of each token.
  case embedding(kernel: Parameter)
  /// Adds a vector for each position; `steps × dimensions`.
  case positions(PositionVectors)
  case attention(AttentionOperation)
  /// By statistics of training, channel by channel.
  case batchNormalization(
    mean: Statistic, variance: Statistic, gamma: Parameter?, beta: Parameter?, epsilon: Double)
  /// Along the last dimension.
  case layerNormalization(gamma: Parameter?, beta: Parameter?, epsilon: Double)
  /// `f(branch(x) + shortcut(x))`; without layers a shortcut is x.
  case residual(branch: [any Layer], shortcut: [any Layer], any Activation)
  case activation(any Activation)
  /// Another shape, that of the output, or the same numbers: dropout does nothing when predicting.
  case reshape
  case dropout(rate: Double)
  case periodicEmbedding(PeriodicOperation)
  /// `factors[m] ∘ x` for each member; `members × width`.
  case ensemble(factors: Parameter)

  package struct Affine: Sendable {
    package let kernel: Parameter
    package let bias: Parameter?
  }

  package enum Pooling: Sendable {
    case largest
    case average(includesPadding: Bool)
  }

  package enum PositionVectors: Sendable {
    case learned(Parameter)
    case sinusoidal
  }
}

/// See `RecurrentCell` for the blocks of the kernels.
package struct RecurrentOperation: Sendable {
  package struct Direction: Sendable {
    /// Shape `features × gates·units`.
    package let kernel: Parameter
    /// Shape `units × gates·units`.
    package let recurrentKernel: Parameter
    /// Shape `gates·units`.
    package let bias: Parameter?
    /// Shape `units`, of the candidate of a gru.
    package let recurrentBias: Parameter?
  }

  package let cell: RecurrentCell
  package let units: Int
  /// From the first step, and from the last where there is a second one.
  package let directions: [Direction]
  package let returnsSequences: Bool
  /// Whether an example begins with what the one before it ended with.
  package let isStateful: Bool
}

package struct AttentionOperation: Sendable {
  package let heads: Int
  package let isCausal: Bool
  /// Kernel `dimensions × 3·dimensions`: queries, keys, values.
  package let input: Operation.Affine
  package let output: Operation.Affine
}

/// See `PeriodicEmbedding`.
package struct PeriodicOperation: Sendable {
  /// Which inputs have waves.
  package let numbers: [Int]
  package let frequencies: Parameter
  package let phases: Parameter
  package let kernel: Parameter
  package let bias: Parameter
}

extension Memory {
  /// The values of a parameter, row by row.
  package func array(_ parameter: Parameter) -> [Float] {
    Array(UnsafeBufferPointer(start: value(parameter), count: parameter.shape.count))
  }

  package func array(_ statistic: Statistic) -> [Float] {
    Array(UnsafeBufferPointer(start: value(statistic), count: statistic.shape.count))
  }
}

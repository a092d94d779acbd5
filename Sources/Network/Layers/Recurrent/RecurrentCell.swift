/// What a recurrent layer computes at a step.
package enum RecurrentCell: Sendable {
  case tanh
  case relu
  case lstm
  case gru

  /// The blocks of the kernels, in their order: i, f, g, o for lstm and r, z, n for gru.
  package var gates: Int {
    switch self {
    case .tanh, .relu: 1
    case .lstm: 4
    case .gru: 3
    }
  }

  /// The gates whose recurrent product is added to that of the input; the others, if any, see it as
  /// `r ∘ (h·U + b)`, so that it is kept for itself.
  var addedGates: Int { self == .gru ? 2 : gates }

  /// Between what its outputs lie.
  var range: ClosedRange<Double> { self == .relu ? 0 ... .infinity : -1...1 }

  /// Whether it remembers more than it hands on masked: the cell of an lstm, the output of a gru.
  var hasState: Bool { self == .lstm || self == .gru }
}

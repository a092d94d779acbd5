/// The hyperparameters of a Gaussian process over standardized targets.
package struct ProcessScales: Sendable, Equatable {
  /// How far the function looks alike, in units of the range of a dimension.
  package var lengths: [Double]
  /// The variance of the function.
  package var signal: Double
  /// The variance of what is added to it from trial to trial.
  package var noise: Double

  package init(lengths: [Double], signal: Double, noise: Double) {
    self.lengths = lengths
    self.signal = signal
    self.noise = noise
  }

  /// From their logarithms: the lengths, the signal, the noise.
  package init(logarithms: [Double]) {
    let values = logarithms.map { ElementaryFunctions.exponential($0) }
    self.init(
      lengths: Array(values.dropLast(2)), signal: values[values.count - 2],
      noise: values[values.count - 1])
  }

  package var logarithms: [Double] {
    (lengths + [signal, noise]).map { ElementaryFunctions.logarithm($0) }
  }
}

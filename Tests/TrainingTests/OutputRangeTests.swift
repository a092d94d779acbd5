import Configuration
import Network
import TestSupport
import Testing
import Training

/// A last activation that cannot give what is to be learned.
@Suite struct OutputRangeTests {
  private func findings(
    _ activation: String, data: String = "", training: String = "", target: String = "b"
  ) throws -> [Diagnostic] {
    // 'b' goes from 0 to 6, and 'a' from 0 to 10.
    try SampleRun(
      layers: #"{"type": "dense", "activation": \#(activation)}"#, target: "\"\(target)\"",
      data: data, training: training
    ).plan.warnings
  }

  @Test(arguments: ["mse", "mae", "huber"]) func targetsBeyondItAreSaid(loss: String) throws {
    let found = try findings(
      #""relu""#, data: #", "scaling": "standard""#, training: #", "loss": "\#(loss)""#)
    #expect(found.map(\.code) == ["output-range"])
    let message = try #require(found.first?.message)
    #expect(
      message
        == "relu gives no number below 0, and the target lies between -1.48 and 1.52 after scaling")
    #expect(found.first?.help == "leave the activation of the last layer out")
  }

  @Test(arguments: [
    (#""sigmoid""#, "no number but those between 0 and 1"),
    (#""tanh""#, "no number but those between -1 and 1"), (#""softmax""#, "1 and nothing else"),
  ])
  func boundsOnBothSidesAreSaid(activation: String, range: String) throws {
    let message = try #require(try findings(activation).first?.message)
    #expect(message.contains("gives \(range), and the target lies between 0 and 6"), "\(message)")
  }

  @Test(arguments: [
    (#""relu""#, ""), (#""softplus""#, ""), (#""leaky_relu""#, #", "scaling": "standard""#),
    (#""sigmoid""#, #", "scaling": "min_max""#), (#""linear""#, #", "scaling": "standard""#),
    (#"{"type": "elu", "alpha": 3}"#, #", "scaling": "standard""#),
  ])
  func whatReachesThemIsMeant(activation: String, data: String) throws {
    #expect(try findings(activation, data: data).isEmpty)
  }

  private static let sequence =
    #"{"type": "dense", "units": 4}, {"type": "reshape", "shape": [2, 2]}, "#

  /// A recurrent layer ends in a function of its own.
  @Test(arguments: ["rnn", "lstm", "gru"]) func recurrentLayersAreBoundedToo(type: String) throws {
    func warnings(units: Int, target: String) throws -> [Diagnostic] {
      try SampleRun(
        layers: Self.sequence + #"{"type": "\#(type)", "units": \#(units)}"#,
        target: "\"\(target)\""
      ).plan.warnings
    }
    let numbers = try warnings(units: 1, target: "b")
    #expect(numbers.map(\.code) == ["output-range"])
    #expect(
      numbers.first?.message
        == "\(type) gives no number but those between -1 and 1, and the target lies between 0 and 6"
    )
    #expect(numbers.first?.help == #"put {"type": "dense"} behind it"#)

    let classes = try warnings(units: 2, target: "kind")
    #expect(classes.map(\.code) == ["output-activation"])
    #expect(
      classes.first?.message
        == "cross_entropy takes scores of any size, and \(type) gives no number but those between -1 and 1"
    )
    #expect(classes.first?.help == #"put {"type": "dense"} behind it"#)
  }

  @Test func recurrentLayersOfReLUReachWhatIsAboveZero() throws {
    let layer = #"{"type": "rnn", "units": 1, "activation": "relu"}"#
    #expect(try SampleRun(layers: Self.sequence + layer, target: #""b""#).plan.warnings.isEmpty)
  }

  /// Labels of bytes as numbers.
  @Test func labelsOfArraysAreLookedAt() throws {
    let run = try FileRun(
      FileRun.images(), data: FileRun.imageData + #", "task": "regression""#,
      layers: #"{"type": "flatten"}, {"type": "dense", "activation": "sigmoid"}"#)
    let found = run.diagnostics.filter { $0.code == "output-range" }.map(\.message)
    #expect(found.count == 1)
    #expect(found.first?.hasSuffix("the target lies between 0 and 2") == true, "\(found)")
  }

  /// What a loss makes of the outputs is called by its name.
  @Test func ratesAreNoProbabilities() throws {
    let found = try findings(#""softplus""#, training: #", "loss": "poisson""#)
    #expect(found.map(\.code) == ["output-activation"])
    #expect(found.first?.help?.contains("rates above 0") == true)
  }

  /// No number that a function gives lies outside of what it says.
  @Test(arguments: Activations.catalog.entries.map(\.type))
  func rangesAreThoseOfTheFunctions(type: String) throws {
    let activation = try Activations.catalog.codec.value(.string(type))
    let range = activation.range(width: 2)
    var (least, greatest) = (Float.infinity, -Float.infinity)
    for step in -2000...2000 {
      var values = [Float(step) / 100, 0]
      values.withUnsafeMutableBufferPointer { values in
        if let first = values.baseAddress { activation.forward(first, count: 2) }
      }
      least = min(least, values[0])
      greatest = max(greatest, values[0])
    }
    #expect(Double(least) >= range.lowerBound - 1e-5 && Double(greatest) <= range.upperBound + 1e-5)
    // Where there is a bound, it is reached.
    if range.lowerBound.isFinite { #expect(Double(least) < range.lowerBound + 0.01) }
    if range.upperBound.isFinite { #expect(Double(greatest) > range.upperBound - 0.01) }
  }
}

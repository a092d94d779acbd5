import Configuration
import Testing
import Training

/// Settings of layers that change nothing, or keep units from learning.
@Suite struct InertLayerSettingsTests {
  private func findings(_ layers: String) throws -> [String] {
    try SampleRun(layers: layers + #", {"type": "dense"}"#).plan.warnings.map {
      "\($0.code): \($0.message)"
    }
  }

  private static func sequence(_ layer: String) -> String {
    #"{"type": "dense", "units": 6}, {"type": "reshape", "shape": [3, 2]}, \#(layer), {"type": "flatten"}"#
  }

  @Test(arguments: ["batch_normalization", "layer_normalization"])
  func whatIsNotLearnedIsNotInitialized(type: String) throws {
    func found(_ settings: String) throws -> [String] {
      try findings(
        #"{"type": "dense", "units": 4, "activation": "tanh"}, {"type": "\#(type)"\#(settings)}"#)
    }
    let initializers = #", "gamma_initializer": "zeros", "beta_initializer": "ones""#
    #expect(
      try found(initializers + #", "affine": false"#) == [
        #"inert: an initializer for the scale, and "affine" is false"#,
        #"inert: an initializer for the shift, and "affine" is false"#,
      ])
    #expect(try found(initializers).isEmpty)
    #expect(try found(#", "affine": false"#).isEmpty)
  }

  @Test func aGateWithoutABiasHasNoneToAddTo() throws {
    func found(_ settings: String) throws -> [String] {
      try findings(
        #"{"type": "dense", "units": 6}, {"type": "reshape", "shape": [3, 2]}, {"type": "lstm", "units": 3\#(settings)}"#
      )
    }
    #expect(
      try found(#", "use_bias": false, "forget_bias": 2"#) == [
        "inert: it is added to the bias, and the layer has none"
      ])
    #expect(try found(#", "use_bias": false"#).isEmpty)
    #expect(try found(#", "forget_bias": 2"#).isEmpty)
  }

  @Test func paddingThatIsNotThereDoesNotCount() throws {
    func found(_ settings: String) throws -> [String] {
      try findings(Self.sequence(#"{"type": "average_pool1d", "pool_size": 2\#(settings)}"#))
    }
    #expect(try found(#", "include_padding": true"#).count == 1)
    #expect(try found(#", "include_padding": true, "padding": "same""#).isEmpty)
    // What is written out of a run says so.
    #expect(try found(#", "include_padding": false"#).isEmpty)
  }

  @Test(arguments: [
    #""zeros""#, #""ones""#, #"{"type": "constant", "value": 0.5}"#,
  ])
  func unitsThatBeginAsOneAreWarnedOf(initializer: String) throws {
    func found(_ units: Int) throws -> [String] {
      try findings(
        #"{"type": "dense", "units": \#(units), "activation": "tanh", "kernel_initializer": \#(initializer)}"#
      )
    }
    #expect(
      try found(20) == [
        "equal-units: all 20 units of this layer begin as the same one, and only the next layer tells them apart"
      ])
    #expect(try found(1).isEmpty)
    let filters = try findings(
      Self.sequence(
        #"{"type": "conv1d", "filters": 2, "kernel_size": 2, "activation": "tanh", "kernel_initializer": \#(initializer)}"#
      ))
    #expect(filters.map { $0.prefix(11) } == ["equal-units"])
    // The last layer learns at once, and so may a block that begins as if it were not there.
    let last = try SampleRun(
      layers: #"{"type": "dense", "kernel_initializer": \#(initializer)}"#)
    #expect(last.plan.warnings.isEmpty)
    #expect(
      try findings(
        #"{"type": "dense", "units": 4}, {"type": "residual", "layers": [{"type": "dense", "units": 4, "kernel_initializer": \#(initializer)}]}"#
      ).isEmpty)
  }

  /// Recurrent layers one behind the other hand on all steps, and a reshape is no help.
  @Test func stackedLayersAskForAllSteps() throws {
    let error = #expect(throws: Failure.self) {
      _ = try findings(Self.sequence(#"{"type": "gru", "units": 3}, {"type": "gru", "units": 3}"#))
    }
    let finding = try #require(error?.diagnostics.first)
    #expect(finding.message.contains("takes a sequence"))
    #expect(finding.help?.contains(#""return_sequences": true"#) == true)
  }
}

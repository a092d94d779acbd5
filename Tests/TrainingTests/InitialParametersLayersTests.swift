import Configuration
import TestSupport
import Testing
import Training

/// Layers with the same parameters that compute something else.
@Suite struct InitialParametersLayersTests {
  /// What is said of a network with some layers that begins with the parameters of one with others, behind
  /// `other settings: `; `nil` if nothing is.
  private func difference(
    _ there: String, _ here: String, include: String = #"["*"]"#
  ) throws -> String? {
    let files = FileRun.images()
    let first = try FileRun(files, data: FileRun.imageData, layers: there).model
    let run = try FileRun(
      files.merging(["first": first]) { old, _ in old }, data: FileRun.imageData, layers: here,
      model: #", "initial_parameters": {"file": "first", "include": \#(include)}"#)
    _ = try run.sound
    let begin = "the model in 'first' was trained with other settings: "
    let notes = run.diagnostics.filter { $0.message.hasPrefix(begin) }
    #expect(notes.count < 2 && notes.allSatisfy { $0.severity == .note })
    return notes.first.map { String($0.message.dropFirst(begin.count)) }
  }

  private static func attention(_ keys: String) -> String {
    #"{"type": "reshape", "shape": [3, 4]}, {"type": "self_attention"\#(keys)}, {"type": "flatten"}, {"type": "dense"}"#
  }

  private static func convolution(_ keys: String, _ pooling: String = "max_pool2d") -> String {
    """
    {"type": "conv2d", "filters": 2, "kernel_size": 2\(keys)}, {"type": "\(pooling)", "pool_size": 2},
    {"type": "global_average_pool"}, {"type": "dense"}
    """
  }

  private static func normalization(_ keys: String) -> String {
    """
    {"type": "flatten"}, {"type": "residual", "layers": [
      {"type": "layer_normalization"\(keys)}, {"type": "dense", "units": 12}]}, {"type": "dense"}
    """
  }

  @Test func settingsOfALayerAreSaid() throws {
    #expect(
      try difference(
        Self.attention(#", "heads": 4"#), Self.attention(#", "heads": 2, "causal": true"#))
        == "model.layers[1].heads 4 instead of 2, model.layers[1].causal false instead of true")
    #expect(
      try difference(
        Self.convolution(#", "padding": "same""#),
        Self.convolution(#", "padding": "same", "dilation": 2"#)) != nil)
    #expect(
      try difference(Self.normalization(""), Self.normalization(#", "epsilon": 0.5"#))
        == "model.layers[1].layers[0].epsilon 1e-05 instead of 0.5")
  }

  /// What stands before a layer that is taken decides what it reads.
  @Test func layersWithoutArraysAreSaid() throws {
    let average = Self.convolution("", "average_pool2d")
    let expected = #"model.layers[1].type "max_pool2d" instead of "average_pool2d""#
    #expect(try difference(Self.convolution(""), average) == expected)
    #expect(try difference(Self.convolution(""), average, include: #"["layers.0.*"]"#) == nil)
    #expect(try difference(Self.convolution(""), average, include: #"["layers.3.*"]"#) == expected)
  }

  /// How a layer begins and learns is its own affair.
  @Test func settingsOfLearningAreNot() throws {
    #expect(
      try difference(
        Self.convolution(""),
        Self.convolution(
          #", "l2": 0.1, "kernel_initializer": "he_normal", "trainable": false"#)) == nil)
    #expect(
      try difference(
        Self.attention(#", "heads": 2"#), Self.attention(#", "heads": 2, "dropout": 0.1"#)) == nil)
    #expect(
      try difference(
        #"{"type": "flatten"}, {"type": "dropout", "rate": 0.1}, {"type": "dense", "name": "end"}"#,
        #"{"type": "flatten"}, {"type": "dense", "name": "end"}"#) == nil)
  }
}

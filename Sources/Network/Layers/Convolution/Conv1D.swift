import Configuration

/// A convolution over the steps of a sequence. Shapes: input `rows × steps × channels`, output `rows × steps' × filters`.
package struct Conv1DConfig: ConvolutionConfig {
  package static let type = "conv1d"
  package static let summary = "A convolution over the steps of a sequence."
  package static let guidance = Guidance.choice(
    """
    Patterns of a few steps in long sequences, wherever they occur; faster than a \
    recurrent layer. What counts far back needs dilation, or a recurrent layer.
    """,
    typical: "32 to 128 filters of 3 to 9 steps, with pooling between.",
    example: #"{"type": "conv1d", "filters": 32, "kernel_size": 5, "activation": "relu"}"#)
  package static let synonyms = ["convolution1d", "convolution_1d", "conv_1d"]
  static let dimensions = 1

  var settings = ConvolutionSettings(dimensions: dimensions)
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = convolutionKeys
}

import Configuration

/// A convolution over the steps of a sequence. Shapes: input `rows × steps × channels`, output `rows × steps' × filters`.
package struct Conv1DConfig: ConvolutionConfig {
  package static let type = "conv1d"
  package static let summary = "A convolution over the steps of a sequence."
  package static let synonyms = ["convolution1d", "convolution_1d", "conv_1d"]
  static let dimensions = 1

  var settings = ConvolutionSettings(dimensions: dimensions)
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = convolutionKeys
}

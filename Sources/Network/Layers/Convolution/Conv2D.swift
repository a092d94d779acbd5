import Configuration

/// A convolution over images. Shapes: input `rows × height × width × channels`, output `rows × height' × width' × filters`.
package struct Conv2DConfig: ConvolutionConfig {
  package static let type = "conv2d"
  package static let summary = "A convolution over images."
  package static let guidance = Guidance.choice(
    """
    Images, and everything else whose neighbours belong together in two directions. Not \
    for tables, whose columns have no neighbours.
    """,
    typical: "3×3 kernels, 16 to 64 filters at first, doubled at each pooling.",
    example: #"{"type": "conv2d", "filters": 32, "kernel_size": 3, "activation": "relu"}"#)
  package static let synonyms = [
    "convolution2d", "convolution_2d", "conv_2d", "conv", "convolution",
  ]
  static let dimensions = 2

  var settings = ConvolutionSettings(dimensions: dimensions)
  package var name: String?

  package init() {}

  package static let keys: [Key<Self>] = convolutionKeys
}

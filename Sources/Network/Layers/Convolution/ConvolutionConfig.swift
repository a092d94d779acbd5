import Configuration
import Numerics

/// What convolutions in any number of dimensions have in common.
package struct ConvolutionSettings: Sendable {
  var filters: Int?
  var kernelSize: [Int]
  var stride: [Int]
  var padding = Padding.valid
  var dilation: [Int]
  var groups = 1
  var activation: any Activation = Linear()
  var useBias = true
  var kernelInitializer: any Initializer = XavierUniform()
  var biasInitializer: any Initializer = Zeros()
  var l1: Double?
  var l2: Double?
  var trainable = true

  init(dimensions: Int) {
    kernelSize = Array(repeating: 3, count: dimensions)
    stride = Array(repeating: 1, count: dimensions)
    dilation = Array(repeating: 1, count: dimensions)
  }
}

/// A convolution as configured: cross-correlation with a learned kernel, as all tools of the field
/// call it (LeCun et al., Gradient-based learning applied to document recognition, 1998).
protocol ConvolutionConfig: LayerConfig {
  static var dimensions: Int { get }
  var settings: ConvolutionSettings { get set }
}

extension ConvolutionConfig {
  /// Where as many steps leave as arrive, the windows reach to both sides.
  package var trainable: Bool { settings.trainable }

  package var reach: StepReach { settings.kernelSize.contains { $0 > 1 } ? .ahead : .step }

  static var convolutionKeys: [Key<Self>] {
    [
      .integer(
        "filters", \.settings.filters, in: .between(1, 1_000_000), required: true,
        synonyms: ["out_channels", "channels", "units", "features"],
        help: "Channels of the output.",
        guidance: .amount(
          tooLow: "Too few patterns are told apart: training and validation loss both stay high.",
          tooHigh: """
            Time grows with the product of the filters of neighbouring layers, and few examples \
            are learned by heart.
            """,
          typical: "16 to 64 in the first layer, doubled wherever the extent is halved.",
          example: #""filters": 32"#)),
      Key(
        "kernel_size", \.settings.kernelSize,
        .extents(dimensions: dimensions, in: .windowExtent),
        synonyms: ["kernel", "kernel_shape", "size"],
        help: "Extent of the kernel: one number, or one for each dimension.",
        guidance: .amount(
          tooLow: """
            At 1 no neighbours are seen; small kernels need many layers until a whole shape is \
            seen.
            """,
          tooHigh: """
            Parameters and time grow with the extent, in images with its square, and several \
            small kernels would learn the same better.
            """,
          typical: """
            3 (Simonyan and Zisserman 2015); 5 or 7 in a first layer, 1 to change the channels, \
            3 to 9 for sequences.
            """,
          example: #""kernel_size": 3"#)),
      Key(
        "stride", \.settings.stride, .extents(dimensions: dimensions, in: .windowExtent),
        synonyms: ["strides", "step"], help: "Steps from one output to the next.",
        guidance: .amount(
          tooLow: """
            At 1 the extent stays: later layers take time and memory, and see little of the \
            whole.
            """,
          tooHigh: "Details between the windows are lost: the accuracy falls.",
          typical: "1; 2 where the extent shall be halved.",
          example: #""stride": 2"#)),
      Key(
        "padding", \.settings.padding, .padding(dimensions: dimensions),
        help:
          "Zeros around the input: none, as many as keep the extent (divided by the stride), or so many on each side.",
        guidance: .choice(
          """
          same keeps the extent, for many layers in a row and residual blocks; valid makes up \
          no border and shrinks by kernel_size − 1. A number does what PyTorch does.
          """,
          typical: "same in VGG and residual networks, valid in LeNet-5.",
          example: #""padding": "same""#)),
      Key(
        "dilation", \.settings.dilation, .extents(dimensions: dimensions, in: .windowExtent),
        synonyms: ["dilation_rate", "dilations"],
        help: "Steps from one element of the kernel to the next.",
        guidance: .amount(
          tooLow: """
            At 1 each layer widens the view by kernel_size − 1 only: long sequences need many \
            layers.
            """,
          tooHigh: "Neighbours are skipped: fine patterns are lost.",
          typical:
            "1; 1, 2, 4, 8 in layers that follow each other for long sequences (WaveNet 2016).",
          example: #""dilation": 2"#)),
      .integer(
        "groups", \.settings.groups, in: .between(1, 1_000_000),
        help: "Parts of the channels that are convolved for themselves; must divide both.",
        guidance: .amount(
          tooLow: "At 1 every filter sees all channels, with the most parameters and time.",
          tooHigh: "Channels hardly mix: a 1×1 convolution has to follow.",
          typical: "1; 32 in ResNeXt, as many as channels in MobileNet.",
          example: #""groups": 4"#)),
      .activation(\.settings.activation),
      .useBias(\.settings.useBias),
      .kernelInitializer(\.settings.kernelInitializer),
      .biasInitializer(\.settings.biasInitializer),
      .l1(\.settings.l1),
      .l2(\.settings.l2),
      .trainable(\.settings.trainable),
      .name,
    ]
  }

  package var keepsOutputGradient: Bool { Swift.type(of: settings.activation).isIdentity }
  package var outputActivation: (any Activation)? { settings.activation }

  package func plan(_ plan: inout NetworkPlan, input: Slot) throws(PlanError) -> any Layer {
    let window = try SlidingWindow(
      .init(
        sizeKey: "kernel_size", size: settings.kernelSize, stride: settings.stride,
        dilation: settings.dilation, padding: settings.padding),
      layer: Self.type, over: input.shape)
    if zip(settings.kernelSize, settings.dilation).contains(where: { $0 == 1 && $1 > 1 }) {
      plan.warn(key: "dilation", code: "inert", "a kernel of 1 has nothing to spread")
    }
    plan.warnOfGaps(between: window)
    let filters = settings.filters ?? 1
    for (count, what) in [
      (window.channels, "channel"), (filters, "filter"),
    ] where count % settings.groups != 0 {
      throw PlanError(
        key: "groups", code: "groups",
        "\(settings.groups) groups do not divide the \(Spelling.count(count, what))")
    }
    let outputShape = try window.outputShape(dimensions: Self.dimensions, channels: filters)
    let channels = window.channels / settings.groups
    let kernelShape = Shape(settings.kernelSize + [channels, filters])
    guard Double(window.size.area) * Double(channels) * Double(filters) < SlidingWindow.mostElements
    else {
      throw PlanError(
        key: "kernel_size", code: "too-large",
        "the kernel would have \(kernelShape) parameters")
    }
    plan.warnOfEqualUnits(filters, settings.kernelInitializer)
    let fans = Fans(
      input: window.size.area * channels, output: window.size.area * filters)
    return ConvolutionLayer(
      window, filters: filters, groups: settings.groups, input: input,
      kernel: plan.parameter(
        "kernel", kernelShape, role: .kernel, settings.kernelInitializer, fans: fans,
        l1: settings.l1, l2: settings.l2),
      bias: plan.bias(
        Shape(filters), isUsed: settings.useBias, settings.biasInitializer, fans: fans),
      activation: settings.activation,
      end: ActivatedOutput(plan.deferring(settings.activation), shape: outputShape, &plan), &plan)
  }
}

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
        help: "Channels of the output."),
      Key(
        "kernel_size", \.settings.kernelSize,
        .extents(dimensions: dimensions, in: .windowExtent),
        synonyms: ["kernel", "kernel_shape", "size"],
        help: "Extent of the kernel: one number, or one for each dimension."),
      Key(
        "stride", \.settings.stride, .extents(dimensions: dimensions, in: .windowExtent),
        synonyms: ["strides", "step"], help: "Steps from one output to the next."),
      Key(
        "padding", \.settings.padding, .padding(dimensions: dimensions),
        help:
          "Zeros around the input: none, as many as keep the extent (divided by the stride), or so many on each side."
      ),
      Key(
        "dilation", \.settings.dilation, .extents(dimensions: dimensions, in: .windowExtent),
        synonyms: ["dilation_rate", "dilations"],
        help: "Steps from one element of the kernel to the next."),
      .integer(
        "groups", \.settings.groups, in: .between(1, 1_000_000),
        help: "Parts of the channels that are convolved for themselves; must divide both."),
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
    let fans = Fans(
      input: window.size.area * channels, output: window.size.area * filters)
    return ConvolutionLayer(
      method: window.convolution(filters: filters, groups: settings.groups),
      input: input,
      kernel: plan.parameter(
        "kernel", kernelShape, role: .kernel, settings.kernelInitializer, fans: fans,
        l1: settings.l1, l2: settings.l2),
      bias: settings.useBias
        ? plan.parameter(
          "bias", Shape(filters), role: .bias, settings.biasInitializer, fans: fans) : nil,
      end: ActivatedOutput(settings.activation, shape: outputShape, &plan), &plan)
  }
}

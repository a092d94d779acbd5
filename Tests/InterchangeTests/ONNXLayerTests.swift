import Configuration
import Interchange
import Network
import SwiftProtobuf
import Testing

/// The nodes that each layer is written in, by the specification of the operators; what they compute is held against
/// onnxruntime by Scripts/check-onnx.
@Suite struct ONNXLayerTests {
  /// Layers, and the nodes of those after the first two lines that make their input.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let layers: String
    let nodes: [String]
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "tables",
      layers: """
        {"type": "dense", "units": 3, "activation": "relu"}, {"type": "dropout"},
        {"type": "layer_normalization"}, {"type": "batch_normalization"}, {"type": "dense"}
        """,
      nodes: [
        "Gemm(., 4×3, 3)", "Relu(.)", "LayerNormalization(., 3, 3) axis=-1 epsilon=1e-05",
        "BatchNormalization(., 3, 3, 3, 3) epsilon=1e-05", "Gemm(., 3×2, 2)",
      ]),
    Case(
      name: "images",
      layers: """
        {"type": "dense", "units": 60}, {"type": "reshape", "shape": [5, 6, 2]},
        {"type": "conv2d", "filters": 4, "stride": 2, "padding": "same", "groups": 2,
         "activation": "leaky_relu"},
        {"type": "batch_normalization", "affine": false}, {"type": "max_pool2d", "padding": "same"},
        {"type": "average_pool2d", "padding": 1, "stride": 1}, {"type": "global_average_pool"},
        {"type": "dense"}
        """,
      nodes: [
        "Gemm(., 4×60, 60)", "Reshape(., [0, 5, 6, 2])", "Transpose(.) perm=[0, 3, 1, 2]",
        // An odd rest of the padding lies behind: of 6 columns one, of 5 rows one on both sides.
        "Conv(., 4×1×3×3, 4) kernel_shape=[3, 3] strides=[2, 2] dilations=[1, 1] pads=[1, 0, 1, 1] group=2",
        "LeakyRelu(.) alpha=0.01", "BatchNormalization(., 4, 4, 4, 4) epsilon=1e-05",
        "MaxPool(.) kernel_shape=[2, 2] strides=[2, 2] pads=[0, 0, 1, 1]",
        "AveragePool(.) count_include_pad=1 kernel_shape=[2, 2] strides=[1, 1] pads=[1, 1, 1, 1]",
        "GlobalAveragePool(.)", "Reshape(., [0, 4])", "Gemm(., 4×2, 2)",
      ]),
    Case(
      name: "sequences of channels",
      layers: """
        {"type": "dense", "units": 20}, {"type": "reshape", "shape": [10, 2]},
        {"type": "conv1d", "filters": 3, "dilation": 2, "activation": "softmax"},
        {"type": "max_pool1d"}, {"type": "average_pool1d", "stride": 1}, {"type": "global_max_pool"},
        {"type": "dense"}
        """,
      nodes: [
        "Gemm(., 4×20, 20)", "Reshape(., [0, 10, 2])", "Transpose(.) perm=[0, 2, 1]",
        "Conv(., 3×2×3, 3) kernel_shape=[3] strides=[1] dilations=[2] pads=[0, 0] group=1",
        // Along the channels, which come first there.
        "Softmax(.) axis=1", "MaxPool(.) kernel_shape=[2] strides=[2] pads=[0, 0]",
        "AveragePool(.) count_include_pad=0 kernel_shape=[2] strides=[1] pads=[0, 0]",
        "GlobalMaxPool(.)", "Reshape(., [0, 3])", "Gemm(., 3×2, 2)",
      ]),
    Case(
      name: "residual",
      layers: """
        {"type": "dense", "units": 18}, {"type": "reshape", "shape": [3, 3, 2]},
        {"type": "residual", "layers": [{"type": "conv2d", "filters": 4, "padding": 1}],
         "shortcut": [{"type": "layer_normalization"},
                      {"type": "conv2d", "filters": 4, "kernel_size": 1, "use_bias": false}],
         "activation": "tanh"},
        {"type": "flatten"}, {"type": "dense"}
        """,
      nodes: [
        "Gemm(., 4×18, 18)", "Reshape(., [0, 3, 3, 2])", "Transpose(.) perm=[0, 3, 1, 2]",
        "Conv(., 4×2×3×3, 4) kernel_shape=[3, 3] strides=[1, 1] dilations=[1, 1] pads=[1, 1, 1, 1] group=1",
        "LayerNormalization(., 2, 2) axis=-1 epsilon=1e-05", "Transpose(.) perm=[0, 3, 1, 2]",
        "Conv(., 4×2×1×1) kernel_shape=[1, 1] strides=[1, 1] dilations=[1, 1] pads=[0, 0, 0, 0] group=1",
        "Add(., .)", "Tanh(.)", "Transpose(.) perm=[0, 2, 3, 1]", "Reshape(., [0, 36])",
        "Gemm(., 36×2, 2)",
      ]),
    Case(
      name: "recurrent",
      layers: """
        {"type": "dense", "units": 6}, {"type": "reshape", "shape": [3, 2]},
        {"type": "rnn", "units": 2, "return_sequences": true, "bidirectional": true},
        {"type": "gru", "units": 3, "return_sequences": true, "use_bias": false},
        {"type": "lstm", "units": 2, "bidirectional": true}, {"type": "dense"}
        """,
      nodes: [
        "Gemm(., 4×6, 6)", "Reshape(., [0, 3, 2])", "Transpose(.) perm=[1, 0, 2]",
        #"RNN(., 2×2×2, 2×2×2, 2×4) activations=["Tanh", "Tanh"] hidden_size=2 direction=bidirectional"#,
        "Transpose(.) perm=[2, 0, 1, 3]", "Reshape(., [0, 0, 4])", "Transpose(.) perm=[1, 0, 2]",
        "GRU(., 1×9×4, 1×9×3, ) linear_before_reset=1 hidden_size=3 direction=forward",
        "Transpose(.) perm=[2, 0, 1, 3]", "Reshape(., [0, 0, 3])", "Transpose(.) perm=[1, 0, 2]",
        "LSTM(., 2×8×3, 2×8×2, 2×16) hidden_size=2 direction=bidirectional",
        "Transpose(.) perm=[1, 0, 2]", "Reshape(., [0, 4])", "Gemm(., 4×2, 2)",
      ]),
    Case(
      name: "attention",
      layers: """
        {"type": "dense", "units": 12}, {"type": "reshape", "shape": [3, 4]},
        {"type": "positional_embedding", "kind": "sinusoidal"},
        {"type": "self_attention", "heads": 2, "causal": true}, {"type": "flatten"}, {"type": "dense"}
        """,
      nodes: [
        "Gemm(., 4×12, 12)", "Reshape(., [0, 3, 4])", "Add(., 3×4)", "MatMul(., 4×12)",
        "Add(., 12)",
        "Split(.) axis=-1",
        // Queries, keys transposed, values: examples × heads × …
        "Reshape(., [0, 3, 2, 2])", "Transpose(.) perm=[0, 2, 1, 3]", "Reshape(., [0, 3, 2, 2])",
        "Transpose(.) perm=[0, 2, 3, 1]", "Reshape(., [0, 3, 2, 2])",
        "Transpose(.) perm=[0, 2, 1, 3]", "MatMul(., .)", "Mul(., number)",
        "Expand(number, [3, 3])",
        "Trilu(., number) upper=1", "Add(., .)", "Softmax(.) axis=-1", "MatMul(., .)",
        "Transpose(.) perm=[0, 2, 1, 3]", "Reshape(., [0, 3, 4])", "MatMul(., 4×4)", "Add(., 4)",
        "Reshape(., [0, 12])", "Gemm(., 12×2, 2)",
      ]),
    Case(
      name: "ensemble",
      layers: """
        {"type": "periodic_embedding", "frequencies": 5, "dimensions": 2},
        {"type": "ensemble", "members": 2}, {"type": "dense", "units": 3}, {"type": "dense"}
        """,
      nodes: [
        "Gather(., [0, 1, 2, 3]) axis=-1", "Unsqueeze(., [-1])", "Mul(., 4×5)", "Add(., 4×5)",
        "Round(.)", "Sub(., .)", "Mul(., number)", "Cos(.)", "Unsqueeze(., [-2])",
        "MatMul(., 4×5×2)", "Reshape(., [0, 8])", "Add(., 8)", "Concat(., .) axis=-1",
        "Unsqueeze(., [1])", "Mul(., 2×12)", "MatMul(., 12×3)", "Add(., 3)", "Unsqueeze(., [2])",
        "MatMul(., 2×3×2)", "Squeeze(., [2])", "Add(., 2×2)",
      ]),
    Case(
      name: "normalized ensemble",
      layers: """
        {"type": "ensemble", "members": 2}, {"type": "dense", "units": 3},
        {"type": "batch_normalization"}, {"type": "activation", "activation": "relu"},
        {"type": "dropout"}, {"type": "dense"}
        """,
      nodes: [
        "Unsqueeze(., [1])", "Mul(., 2×4)", "MatMul(., 4×3)", "Add(., 3)",
        // The members come last for the operator, and first again for their kernels.
        "Transpose(.) perm=[0, 2, 1]", "BatchNormalization(., 3, 3, 3, 3) epsilon=1e-05",
        "Relu(.)", "Transpose(.) perm=[0, 2, 1]", "Unsqueeze(., [2])", "MatMul(., 2×3×2)",
        "Squeeze(., [2])", "Add(., 2×2)",
      ]),
    Case(
      name: "ensemble behind a normalized branch",
      layers: """
        {"type": "ensemble", "members": 3}, {"type": "dense", "units": 3},
        {"type": "residual",
         "layers": [{"type": "dense", "units": 3}, {"type": "batch_normalization"}]},
        {"type": "dense"}
        """,
      nodes: [
        "Unsqueeze(., [1])", "Mul(., 3×4)", "MatMul(., 4×3)", "Add(., 3)", "MatMul(., 3×3)",
        "Add(., 3)", "Transpose(.) perm=[0, 2, 1]",
        "BatchNormalization(., 3, 3, 3, 3) epsilon=1e-05", "Transpose(.) perm=[0, 2, 1]",
        "Add(., .)", "Transpose(.) perm=[0, 2, 1]", "Unsqueeze(., [2])", "MatMul(., 3×3×2)",
        "Squeeze(., [2])", "Add(., 3×2)",
      ]),
    Case(
      name: "activations",
      layers: [
        #""linear""#, #""relu""#, #"{"type": "leaky_relu", "negative_slope": 0.25}"#, #""elu""#,
        #""selu""#, #""gelu""#, #"{"type": "gelu", "approximation": "tanh"}"#, #""sigmoid""#,
        #""tanh""#, #""softmax""#, #""softplus""#, #""swish""#, #"{"type": "swish", "beta": 2}"#,
      ].map { #"{"type": "activation", "activation": \#($0)}, "# }.joined()
        + #"{"type": "dense"}"#,
      nodes: [
        "Relu(.)", "LeakyRelu(.) alpha=0.25", "Elu(.) alpha=1.0",
        "Selu(.) alpha=1.6732632 gamma=1.050701", "Div(., number)", "Erf(.)", "Add(., number)",
        "Mul(., number)", "Mul(., .)", "Mul(., .)", "Mul(., number)", "Add(., number)", "Mul(., .)",
        "Mul(., number)", "Tanh(.)", "Add(., number)", "Mul(., number)", "Mul(., .)", "Sigmoid(.)",
        "Tanh(.)", "Softmax(.) axis=1", "Softplus(.)", "Sigmoid(.)", "Mul(., .)", "Mul(., number)",
        "Sigmoid(.)", "Mul(., .)", "Gemm(., 4×2, 2)",
      ]),
  ]

  static let texts = [
    Case(
      name: "embedding",
      layers: """
        {"type": "embedding", "dimensions": 3}, {"type": "positional_embedding"}, {"type": "dense"}
        """,
      nodes: ["Gather(3×3, .) axis=0", "Add(., 4×3)", "MatMul(., 3×3)", "Add(., 3)"]),
    Case(
      name: "state",
      layers: """
        {"type": "embedding", "dimensions": 3},
        {"type": "lstm", "units": 2, "return_sequences": true, "stateful": true}, {"type": "dense"}
        """,
      nodes: [
        "Gather(3×3, .) axis=0", "Transpose(.) perm=[1, 0, 2]", "Unsqueeze(., [0])",
        "Unsqueeze(., [0])", "LSTM(., 1×8×3, 1×8×2, 1×16, , ., .) hidden_size=2 direction=forward",
        "Squeeze(., [0])", "Identity(.)", "Squeeze(., [0])", "Identity(.)",
        "Transpose(.) perm=[2, 0, 1, 3]", "Reshape(., [0, 0, 2])", "MatMul(., 2×3)", "Add(., 3)",
      ]),
  ]

  private func expect(_ nodes: [String], in model: TrainedModelGraph) {
    #expect(model.layerLines == nodes)
  }

  @Test(arguments: cases)
  func layersAreWrittenInTheirOperators(_ example: Case) throws {
    expect(example.nodes, in: try TrainedModelGraph(SampleModel(layers: example.layers)))
  }

  @Test(arguments: texts)
  func layersOfTextsAreWrittenInTheirOperators(_ example: Case) throws {
    expect(example.nodes, in: try TrainedModelGraph(SampleModel(ofTextWith: example.layers)))
  }

  /// A layer or activation that is added to a catalog needs a case.
  @Test func everyLayerAndActivationHasACase() {
    let text = (Self.cases + Self.texts).map(\.layers).joined()
    for type in Layers.catalog.entries.map(\.type) + Activations.catalog.entries.map(\.type) {
      #expect(text.contains("\"\(type)\""), "\(type)")
    }
  }

  @Test func aStateIsAnInputAndAnOutput() throws {
    let graph = try TrainedModelGraph(SampleModel(ofTextWith: Self.texts[1].layers)).proto.graph
    #expect(graph.input.map(\.name) == ["tokens", "layers.1.state", "layers.1.cell"])
    #expect(graph.output.map(\.name) == ["logits", "layers.1.next_state", "layers.1.next_cell"])
    // Any number of tokens.
    #expect(graph.input[0].type.tensorType.shape.dim.map(\.dimParam) == ["batch", "steps"])
  }

  /// onnxruntime warns of an array without a use each time that it loads the model.
  @Test(arguments: ["cross_entropy", "binary_cross_entropy"])
  func everyArrayHasAUse(_ loss: String) throws {
    let layers = #"{"type": "ensemble", "members": 2}, {"type": "dense"}"#
    let graph = try TrainedModelGraph(
      SampleModel(layers: layers, training: #", "loss": "\#(loss)""#)
    ).proto.graph
    let used = Set(graph.node.flatMap(\.input))
    #expect(graph.initializer.map(\.name).filter { !used.contains($0) } == [])
  }

  @Test func theBytesHoldWhatWasMeant() throws {
    let model = try TrainedModelGraph(SampleModel(layers: Self.cases[0].layers))
    let read = try ONNXModelProto(serializedBytes: model.model.bytes())
    #expect(read == model.proto)
    #expect(read.irVersion == 8)
    #expect(read.opsetImport.map(\.version) == [17])
    #expect(read.producerName == "hptrain" && read.producerVersion == "test")
    #expect(read.graph.input.map(\.name) == ["a", "b", "c", "d"])
    #expect(read.graph.output.map(\.name) == ["label", "probabilities"])
    let metadata = Dictionary(
      uniqueKeysWithValues: read.metadataProps.map { ($0.key, $0.value) })
    #expect(metadata["classes"] == #"["no","yes"]"#)
    #expect(metadata["targets"] == #"["y"]"#)
  }

  @Test func theVocabularyIsInTheMetadata() throws {
    let proto = try TrainedModelGraph(SampleModel(ofTextWith: Self.texts[0].layers)).proto
    #expect(proto.metadataProps.first { $0.key == "vocabulary" }?.value == #"["a","b","c"]"#)
  }
}

/// An exported model, and the one that it is of, which has to outlive it.
struct TrainedModelGraph {
  let model: ONNXModel
  var proto: ONNXModelProto { model.proto }

  init(_ sample: SampleModel) throws { model = try ONNXModel(sample.model, version: "test") }

  /// The nodes of the layers, without those of inputs and answers.
  var layerLines: [String] {
    zip(proto.graph.node, proto.graph.lines).filter { $0.0.name.hasPrefix("layers.") }.map(\.1)
  }
}

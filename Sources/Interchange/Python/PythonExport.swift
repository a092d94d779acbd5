import Configuration
import Datasets
import Network
import Numerics
import Training

/// A network for PyTorch or Keras: a readable module that builds it, and beside it a safetensors file with the weights
/// in the names and layouts of the other side.
///
/// The network takes what its first layer takes and gives outputs before the link; `predict` in the module applies it.
package struct PythonExport {
  package enum Framework: Sendable {
    case pytorch
    case keras
  }

  /// The text of the module.
  package let text: String
  private let module: PythonModule

  /// - Parameters:
  ///   - weights: the name of the file with the weights, which lies beside the module.
  /// - Throws: `Failure` naming what the framework does not have.
  package init(_ model: TrainedModel, for framework: Framework, weights: String) throws {
    if let problem = Self.problem(of: model) { throw problem }
    let path = ConfigPath.root.key("model").key("layers")
    let configs = model.config.model?.layers ?? []
    let (network, shape) = (model.network, model.network.inputShape)
    guard network.members == 1 else {
      let index = configs.firstIndex { $0 is EnsembleConfig } ?? 0
      throw LayerPlace(path: path.index(index), type: EnsembleConfig.type).failure(
        "neither PyTorch nor Keras has such a layer", help: "export it with --format onnx")
    }
    let source = PythonSource(model, weights: weights)
    switch framework {
    case .pytorch:
      var writer = TorchWriter(
        memory: model.memory, isCausal: configs.allSatisfy { $0.reach < .ahead })
      let end = try writer.write(network.layers, configs, from: .init(shape: shape), at: path)
      writer.toLast(end)
      module = writer.module
      text = source.torch(writer.module)
    case .keras:
      var writer = KerasWriter(memory: model.memory)
      _ = try writer.write(network.layers, configs, from: shape, at: path)
      module = writer.module
      text = source.keras(writer)
    }
  }

  /// The pieces of the file with the weights.
  package func withWeights<Result>(
    _ body: ([UnsafeRawBufferPointer]) throws -> Result
  ) rethrows -> Result {
    let metadata = [(key: "format", value: "pt")]
    let values = UnsafeMutableBufferPointer<Float>.allocate(
      capacity: module.tensors.reduce(0) { $0 + $1.values.count })
    defer { values.deallocate() }
    var first = 0
    let tensors = module.tensors.map { tensor in
      defer { first += tensor.values.count }
      let place = UnsafeMutableBufferPointer(
        rebasing: values[first..<first + tensor.values.count])
      _ = place.initialize(from: tensor.values)
      return (name: tensor.name, shape: tensor.shape, values: UnsafeBufferPointer(place))
    }
    return try Safetensors.withPieces(metadata: metadata, tensors: tensors, body)
  }

  /// What of a model besides its layers cannot be handed on.
  private static func problem(of model: TrainedModel) -> Failure? {
    guard let table = model.encoding as? TableEncoding, let layout = table.inputLayout,
      layout.withoutEmbeddings != layout
    else { return nil }
    let column = table.features.first { feature in
      feature.segments.contains { if case .embedding = $0 { true } else { false } }
    }
    return Failure(
      Diagnostic(
        .error, .configuration, code: "not-exportable",
        "the column \"\(column?.name ?? "")\" has learned vectors, which are looked up before the first layer",
        help: "export it with --format onnx, or train it with \"encoding\": \"one_hot\""))
  }
}

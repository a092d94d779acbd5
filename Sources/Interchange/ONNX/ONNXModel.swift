import Configuration
import Datasets
import Network
import Numerics
import SwiftProtobuf
import Training

/// A trained model as an ONNX model: from the data as it comes to the answers of `predict`.
///
/// Source: the specification of the ONNX project, IR version 8 with operator set 17 and that for classical machine
/// learning 3, which are the oldest with all operators in use.
package struct ONNXModel {
  package let proto: ONNXModelProto

  private static let irVersion = 8
  private static let operatorSet = 17
  private static let machineLearningSet = 3
  /// What a message may take at the most.
  private static let mostBytes = Int(Int32.max)

  /// - Parameters:
  ///   - version: that of the program.
  /// - Throws: `Failure` naming what the format has no operators for.
  package init(_ model: TrainedModel, version: String) throws {
    let elements = model.memory.model.count
    guard elements < Self.mostBytes / 4 else {
      throw Failure(
        Diagnostic(
          .error, .data, code: "not-exportable",
          "the parameters take \(Spelling.bytes(4 * elements)), and an ONNX file holds at most 2 GiB"
        ))
    }
    let graph = try Self.graph(of: model)
    var proto = ONNXModelProto()
    proto.irVersion = Int64(Self.irVersion)
    proto.producerName = "hptrain"
    proto.producerVersion = version
    proto.opsetImport = [.with { $0.version = Int64(Self.operatorSet) }]
    if graph.usesMachineLearning {
      proto.opsetImport.append(
        .with {
          $0.domain = NodeDomain.machineLearning.rawValue
          $0.version = Int64(Self.machineLearningSet)
        })
    }
    proto.graph = graph.withoutUnusedArrays
    proto.metadataProps = Self.metadata(of: model).map { entry in
      .with { ($0.key, $0.value) = (entry.key, entry.value.compactText) }
    }
    self.proto = proto
  }

  /// The bytes of the file.
  package func bytes() throws -> [UInt8] {
    do {
      return try proto.serializedBytes()
    } catch {
      throw Failure(
        Diagnostic(.error, .data, code: "not-exportable", "the model is too large for an ONNX file")
      )
    }
  }

  /// What programs may want to know of the answers; JSON.
  private static func metadata(of model: TrainedModel) -> [(key: String, value: JSONValue)] {
    let target = model.encoding.target
    var entries: [(key: String, value: JSONValue)] = []
    if let text = model.encoding as? TextEncoding {
      entries.append(("tokenizer", .string(text.tokenizer.rawValue)))
      if text.tokenizer == .character {
        entries.append(("vocabulary", .array(text.characters.map { .string($0) })))
      }
      return entries
    }
    if !target.classes.isEmpty {
      entries.append(("classes", .array(target.classes.map { .string($0) })))
    }
    entries.append(("targets", .array(target.columns.map { .string($0.name) })))
    if let threshold = target.threshold { entries.append(("threshold", .number(threshold))) }
    return entries
  }

  // MARK: - The graph

  private static func graph(of model: TrainedModel) throws -> Graph {
    let graph = Graph(name: model.config.name ?? "model")
    switch model.encoding {
    case let table as TableEncoding: return try self.graph(of: table, model, graph)
    case let array as ArrayEncoding: return try self.graph(of: array, model, graph)
    case let text as TextEncoding: return try self.graph(of: text, model, graph)
    default: preconditionFailure("an encoding that has no graph")
    }
  }

  private static func graph(
    of encoding: TableEncoding, _ model: TrainedModel, _ graph: Graph
  ) throws -> Graph {
    let arrays = model.memory.modelArrays
    var table = TableGraph(graph: graph, encoding: encoding) { name in
      arrays.first { $0.name == "\(Network.inputsName).\(name)" }.map {
        (Array(UnsafeBufferPointer(start: $0.values, count: $0.shape.count)), $0.shape)
      }
    }
    let inputs = try table.write()
    let shape = Shape(model.network.inputShape.dimensions)
    let outputs = try network(
      model, table.graph, .init(value: inputs.value, shape: shape))
    return answers(
      model, outputs, isAnswered: inputs.isAnswered, horizon: encoding.window?.horizon)
  }

  private static func graph(
    of encoding: ArrayEncoding, _ model: TrainedModel, _ graph: Graph
  ) throws -> Graph {
    var graph = graph
    graph.scope = "inputs"
    let extents: [Graph.Extent] = encoding.storedShape.map { .fixed($0) }
    var value = graph.input("features", .float, [.named("batch")] + extents)
    if encoding.storedShape != encoding.shape {
      value = graph.reshape(value, to: [0] + encoding.shape)
    }
    let count = encoding.offsets.count
    if encoding.offsets.contains(where: { $0 != 0 }) {
      let offsets = graph.array(encoding.offsets.map { Float($0) }, [count], named: "offset")
      value = graph.node(Node(.sub), value, offsets)
    }
    if encoding.divisors.contains(where: { $0 != 1 }) {
      let factors = graph.array(encoding.divisors.map { Float(1 / $0) }, [count], named: "factor")
      value = graph.node(Node(.mul), value, factors)
    }
    let outputs = try network(model, graph, .init(value: value, shape: encoding.inputShape))
    return answers(model, outputs, isAnswered: nil, horizon: nil)
  }

  /// Token numbers in, what the network says of the next token at each of them out, before the softmax.
  private static func graph(
    of encoding: TextEncoding, _ model: TrainedModel, _ graph: Graph
  ) throws -> Graph {
    var graph = graph
    let vocabulary = encoding.vocabularySize ?? 0
    let carries = model.network.isStateful
    // A state goes on from any number of tokens; positions and attention are those of windows.
    let reach = (model.config.model?.layers ?? []).map(\.reach).max() ?? .step
    guard !carries || reach == .step else {
      throw Failure(
        Diagnostic(
          .error, .configuration, code: "not-exportable",
          "\(model.network.statefulLayer?.description ?? "a layer") carries a state, but other layers look at several tokens of a window or at their places",
          help: "train it without \"stateful\", or with no attention or positions"))
    }
    let steps: Graph.Extent = carries ? .named("steps") : .fixed(encoding.sequenceLength)
    let tokens = graph.input("tokens", .int64, [.named("batch"), steps])
    var outputs = try network(
      model, graph, .init(value: tokens, shape: encoding.inputShape), carriesState: carries)
    outputs.graph.scope = ""
    // Programs that take one output take the first.
    outputs.graph.output(
      "logits", of: outputs.value, .float, [.named("batch"), steps, .fixed(vocabulary)],
      isFirst: true)
    return outputs.graph
  }

  private struct Outputs {
    var graph: Graph
    let value: Graph.Value
  }

  /// Writes the network up to its outputs before the link: those of an ensemble as one.
  private static func network(
    _ model: TrainedModel, _ graph: Graph, _ input: NetworkGraph.Signal, carriesState: Bool = false
  ) throws -> Outputs {
    var writer = NetworkGraph(graph: graph, memory: model.memory, carriesState: carriesState)
    let layers = ConfigPath.root.key("model").key("layers")
    var signal = try writer.write(
      model.network.layers, configs: model.config.model?.layers ?? [], from: input, at: layers,
      named: "layers")
    signal = writer.channelsLast(signal)
    guard model.network.members > 1 else {
      return Outputs(graph: writer.graph, value: signal.value)
    }
    let value = EnsembleNodes.write(
      signal.value, members: model.network.members, outputs: model.network.output.shape.count,
      link: type(of: model.loss).link, to: &writer.graph)
    return Outputs(graph: writer.graph, value: value)
  }

  private static func answers(
    _ model: TrainedModel, _ outputs: Outputs, isAnswered: Graph.Value?, horizon: Int?
  ) -> Graph {
    var answers = AnswerGraph(
      graph: outputs.graph, target: model.encoding.target, link: type(of: model.loss).link)
    answers.write(
      outputs.value, count: model.network.output.shape.count, isAnswered: isAnswered,
      horizon: horizon)
    return answers.graph
  }
}

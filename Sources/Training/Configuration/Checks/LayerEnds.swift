import Network

/// Whether the layers at the ends of a network start with the parameters of a file.
struct LayerEnds {
  /// All of the first layer with parameters, which reads the inputs.
  let takesFirst: Bool
  /// Some of the last one, which makes the answers.
  let takesLast: Bool

  init(of model: NetworkConfig, _ parameters: InitialParameters) {
    let names = (model.layers ?? []).enumerated().map { $1.name ?? "layers.\($0)" }
    let learning = names.filter { parameters.knows(layer: $0) }
    takesFirst = learning.first.map { parameters.takesAll(ofLayer: $0) } ?? false
    takesLast = learning.last.map { parameters.takesSome(ofLayer: $0) } ?? false
  }
}

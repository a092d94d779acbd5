import Configuration
import Numerics

/// A feed-forward network as built: the layers in order. The order is the tape: forward runs it,
/// backward runs it reversed.
package struct Network: Sendable {
  /// A row of the table that `check` prints.
  package struct Summary: Sendable {
    package let name: String
    package let type: String
    package let output: Shape
    package let parameters: Int
  }

  package let input: Slot
  package let layers: [any Layer]
  package let summaries: [Summary]
  package let initializations: [NetworkPlan.Initialization]

  package var output: Slot { layers.last?.output ?? input }

  package func forward(_ memory: Memory, _ pass: Pass) {
    for layer in layers { layer.forward(memory, pass) }
  }

  /// - Precondition: the gradient of `output` is filled in.
  package func backward(_ memory: Memory, _ pass: Pass) {
    for layer in layers.reversed() { layer.backward(memory, pass) }
  }

  /// Draws the first values of all parameters, each from random numbers of its own.
  package func initialize(_ memory: Memory, seed: UInt64) {
    for (index, initialization) in initializations.enumerated() {
      let parameter = initialization.parameter
      initialization.initializer.fill(
        UnsafeMutableBufferPointer(start: memory.value(parameter), count: parameter.shape.count),
        shape: parameter.shape, fans: initialization.fans,
        random: Random(seed: seed, .initialization(parameter: index)))
    }
  }
}

/// The network section of a configuration.
package struct NetworkConfig: ConfigObject {
  package var layers: [any LayerConfig]?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "layers", \.layers, .list(Layers.catalog.codec, atLeast: 1), required: true,
      help: "The layers in the order in which the data passes them.")
  ]

  /// A layer that cannot be built, and which.
  package struct LayerError: Error {
    package let index: Int
    package let error: PlanError
  }

  /// Builds the layers for an input of the given shape. The slots and parameters are planned in
  /// `plan`; nothing is allocated.
  package func build(_ plan: inout NetworkPlan, input shape: Shape) throws(LayerError) -> Network {
    let configs = layers ?? []
    let input = plan.memory.slot(shape, gradient: false)
    var current = input
    var built: [any Layer] = []
    var summaries: [Network.Summary] = []
    var names: [String: Int] = [:]
    for (index, config) in configs.enumerated() {
      let name = config.name ?? "layers.\(index)"
      let before = plan.memory.parameterCount
      plan.enterLayer(prefix: name, isLast: index == configs.count - 1)
      do throws(PlanError) {
        if let first = names.updateValue(index, forKey: name) {
          throw PlanError(
            key: "name", code: "duplicate-name",
            "the name \"\(name)\" is taken by layers[\(first)] already")
        }
        let layer = try config.plan(&plan, input: current)
        built.append(layer)
        current = layer.output
      } catch {
        throw LayerError(index: index, error: error)
      }
      summaries.append(
        Network.Summary(
          name: name, type: type(of: config).type, output: current.shape,
          parameters: plan.memory.parameterCount - before))
    }
    return Network(
      input: input, layers: built, summaries: summaries, initializations: plan.initializations)
  }
}

extension NetworkConfig {
  /// The layers with the units of the last one written out.
  package func resolved(outputUnits: Int) -> NetworkConfig {
    var config = self
    if var last = layers?.last as? DenseConfig, last.units == nil {
      last.units = outputUnits
      config.layers?[(layers?.count ?? 1) - 1] = last
    }
    return config
  }
}

import Numerics

/// What building a network gathers: memory, parameters with their initializers, and a summary of
/// each layer.
package struct NetworkPlan: Sendable {
  /// A parameter, how it gets its first values, and how it is penalized.
  package struct Initialization: Sendable {
    package let parameter: Parameter
    package let role: Role
    package let initializer: any Initializer
    package let fans: Fans
    /// The layer's own penalties, where it has any.
    package let l1: Double?
    package let l2: Double?
  }

  /// What a learned array is for; penalties apply to kernels only.
  package enum Role: Sendable {
    case kernel
    case bias
  }

  package var memory: MemoryPlan
  package private(set) var initializations: [Initialization] = []
  /// The units of a last dense layer that states none: one for each class or target.
  package let outputUnits: Int
  /// Whether the layer being planned is the last.
  package fileprivate(set) var isLastLayer = false
  /// The prefix of the parameters of the layer being planned.
  private var prefix = ""
  private var randomLayers = 0

  package init(memory: MemoryPlan, outputUnits: Int) {
    self.memory = memory
    self.outputUnits = outputUnits
  }

  /// Plans a parameter of the current layer, named `<layer>.<name>` in the model file.
  package mutating func parameter(
    _ name: String, _ shape: Shape, role: Role, _ initializer: any Initializer, fans: Fans,
    l1: Double? = nil, l2: Double? = nil
  ) -> Parameter {
    let parameter = memory.parameter("\(prefix).\(name)", shape)
    initializations.append(
      Initialization(
        parameter: parameter, role: role, initializer: initializer, fans: fans, l1: l1, l2: l2))
    return parameter
  }

  /// A number for a layer that draws random numbers, so that each draws its own.
  package mutating func randomLayer() -> Int {
    defer { randomLayers += 1 }
    return randomLayers
  }

  mutating func enterLayer(prefix: String, isLast: Bool) {
    self.prefix = prefix
    isLastLayer = isLast
  }
}

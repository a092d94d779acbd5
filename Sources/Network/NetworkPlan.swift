import Numerics

/// What building a network gathers: memory, parameters with their initializers, and a summary of
/// each layer.
package struct NetworkPlan: Sendable {
  /// How a parameter gets its first values.
  package struct Initialization: Sendable {
    package let parameter: Parameter
    package let initializer: any Initializer
    package let fans: Fans
  }

  /// What a learned array is for; penalties apply to kernels only.
  package enum Role: Sendable {
    case kernel
    case bias
  }

  package var memory: MemoryPlan
  package private(set) var initializations: [Initialization] = []
  package private(set) var roles: [Role] = []
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
    _ name: String, _ shape: Shape, role: Role, _ initializer: any Initializer, fans: Fans
  ) -> Parameter {
    let parameter = memory.parameter("\(prefix).\(name)", shape)
    initializations.append(
      Initialization(parameter: parameter, initializer: initializer, fans: fans))
    roles.append(role)
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

import Configuration
import Network

/// Penalties on every kernel; a layer's own win.
package struct RegularizationConfig: ConfigObject {
  package var l1 = 0.0
  package var l2 = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [.l1(\.l1), .l2(\.l2)]

  /// What applies to a parameter: nothing to biases.
  func penalty(on parameter: NetworkPlan.Initialization) -> Penalty {
    guard parameter.role == .kernel else { return Penalty(l1: 0, l2: 0) }
    return Penalty(l1: parameter.l1 ?? l1, l2: parameter.l2 ?? l2)
  }
}

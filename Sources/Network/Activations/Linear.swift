import Configuration
import Numerics

/// f(x) = x.
package struct Linear: Activation {
  package static let type = "linear"
  package static let summary = "x, the input as it is."
  package static let guidance = Guidance.choice(
    """
    The last layer, since the loss applies what belongs behind it; a layer in front of a \
    normalization. Elsewhere it wastes the layer: two linear layers in a row are one.
    """,
    typical: "Last layers, and convolutions before batch_normalization.",
    example: #""activation": "linear""#)
  package static let synonyms = ["identity", "none"]
  package static let isIdentity = true

  package init() {}

  package static let keys: [Key<Self>] = []

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {}

  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {}
}

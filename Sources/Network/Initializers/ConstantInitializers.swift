import Configuration
import Numerics

/// All values 0.
package struct Zeros: Initializer {
  package static let type = "zeros"
  package static let summary = "All values 0."
  package static let synonyms = ["zero"]

  package init() {}

  package static let keys: [Key<Self>] = []

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    values.update(repeating: 0)
  }
}

/// All values 1.
package struct Ones: Initializer {
  package static let type = "ones"
  package static let summary = "All values 1."
  package static let synonyms = ["one"]

  package init() {}

  package static let keys: [Key<Self>] = []

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    values.update(repeating: 1)
  }
}

/// All values the same.
package struct Constant: Initializer {
  package static let type = "constant"
  package static let summary = "All values the same."

  package var value = 0.0

  package init() {}

  package static let keys: [Key<Self>] = [
    .number("value", \.value, help: "The value.")
  ]

  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random
  ) {
    values.update(repeating: Float(value))
  }
}

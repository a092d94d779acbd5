import Configuration
import Numerics

/// f(x) = λ · (x for x > 0, else α · (e^x − 1)) (Klambauer et al., NeurIPS 2017).
package struct SELU: Activation {
  package static let type = "selu"
  package static let summary = "Scaled exponential linear unit, self-normalizing."
  package static let guidance = Guidance.choice(
    """
    Deep dense networks on tables, without any normalization layer: outputs keep mean 0 \
    and deviation 1 by themselves. Only with lecun_normal and scaled inputs, and not in \
    convolutional networks with batch_normalization.
    """,
    typical: "Up to 32 dense layers (Klambauer et al. 2017).",
    example: #""activation": "selu""#)

  /// The constants of the paper, section 2.
  package static let alpha: Float = 1.673_263_242
  package static let scale: Float = 1.050_700_987

  package init() {}

  package static let keys: [Key<Self>] = []

  package func range(width: Int) -> ClosedRange<Double> {
    -Double(Self.alpha * Self.scale) ... .infinity
  }

  package func forward(_ values: UnsafeMutablePointer<Float>, count: Int) {
    let (alpha, scale) = (Self.alpha, Self.scale)
    for index in 0..<count {
      let x = values[index]
      values[index] = scale * (x > 0 ? x : alpha * exponentialMinusOne(x))
    }
  }

  package func backward(
    _ operand: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    let (alpha, scale) = (Self.alpha, Self.scale)
    for index in 0..<count {
      let y = operand[index]
      gradient[index] *= y > 0 ? scale : y + scale * alpha
    }
  }
}

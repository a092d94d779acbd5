import Configuration
import Numerics

/// The connections that arrive at and leave a unit; they set the scale of many initializers.
package struct Fans: Sendable {
  package let input: Int
  package let output: Int

  package init(input: Int, output: Int) {
    self.input = input
    self.output = output
  }
}

/// How a parameter gets its first values; the configured object is the initializer.
package protocol Initializer: GuidedVariant {
  /// Fills a parameter.
  ///
  /// - Parameter random: the numbers of this parameter; value i uses number i.
  func fill(
    _ values: UnsafeMutableBufferPointer<Float>, shape: Shape, fans: Fans, random: Random)
}

extension Initializer {
  /// Whether all values begin as the same number, which nobody drew.
  package var isConstant: Bool { self is Zeros || self is Ones || self is Constant }

  /// The standard deviation that the configuration states; `nil` where it follows from the shape.
  var statedDeviation: Double? {
    (self as? Normal)?.standardDeviation ?? (self as? TruncatedNormal)?.standardDeviation
  }
}

/// Everything that an initializer key can name.
package enum Initializers {
  package static let catalog = Catalog<any Initializer>(
    kind: "initializer",
    [
      entry(Zeros.self),
      entry(Ones.self),
      entry(Constant.self),
      entry(Uniform.self),
      entry(Normal.self),
      entry(TruncatedNormal.self),
      entry(XavierUniform.self),
      entry(XavierNormal.self),
      entry(HeUniform.self),
      entry(HeNormal.self),
      entry(LeCunUniform.self),
      entry(LeCunNormal.self),
      entry(Orthogonal.self),
      entry(RandomSigns.self),
    ],
    describe: { $0 })

  private static func entry<Config: Initializer>(
    _ config: Config.Type
  ) -> Catalog<any Initializer>.Entry {
    .init(config) { $0 }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// Uniform in [minimum, maximum).
  func fillUniform(_ minimum: Double, _ maximum: Double, _ random: Random) {
    for index in indices {
      self[index] = Float(minimum + (maximum - minimum) * random.uniform(index))
    }
  }

  func fillNormal(mean: Double, standardDeviation: Double, _ random: Random) {
    for index in indices {
      self[index] = Float(mean + standardDeviation * random.normal(index))
    }
  }
}

extension Key {
  /// The factor that every initializer with a scale of its own from the fans takes.
  static func scale(_ property: WritableKeyPath<Root, Double> & Sendable) -> Key {
    .number(
      "scale", property, in: .above(0), synonyms: ["gain"], help: "Factor on every value.",
      guidance: .amount(
        tooLow: """
          Signals shrink from layer to layer: the loss stays where it began for many \
          iterations.
          """,
        tooHigh: "Signals grow from layer to layer: the first loss is huge, or not a number.",
        typical: """
          1; 5/3 before tanh and √2 before relu where the initializer does not know them, as \
          in PyTorch's gains.
          """,
        example: #""scale": 1.414"#))
  }
}

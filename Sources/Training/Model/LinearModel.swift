import Configuration
import Datasets
import Network
import Numerics

/// A model that is one linear layer, in the units of its data: each output is
/// `intercept + Σⱼ coefficientⱼ · inputⱼ`, before the link of the loss.
package struct LinearModel: Sendable {
  package struct Output: Sendable {
    /// The target column, or the class that a larger output speaks for.
    package let name: String
    package let intercept: Double
    /// In the order of the inputs.
    package let coefficients: [Double]
  }

  /// The columns, and what was done to them; a category is an input of its own, `column=category`, and is 0 or 1.
  package let inputs: [String]
  package let outputs: [Output]
  package let link: Link

  /// - Returns: `nil` if the model is anything else.
  package init?(_ model: TrainedModel) {
    guard let encoding = model.encoding as? TableEncoding, encoding.window == nil,
      encoding.inputLayout.map({ $0.withoutEmbeddings == $0 }) ?? true,
      let layers = model.config.model?.layers, layers.count == 1,
      let dense = layers[0] as? DenseConfig, type(of: dense.activation).isIdentity,
      let kernel = model.memory.plan.parameters.first
    else { return nil }
    let features = encoding.features.flatMap(Self.inputs)
    let columns = encoding.target.columns
    let classes = encoding.target.classes
    let count = kernel.shape.dimensions[1]
    let weights = model.memory.value(kernel)
    let link = type(of: model.loss).link
    let biases = model.memory.plan.parameters.dropFirst().first.map { model.memory.value($0) }
    inputs = features.map(\.name)
    self.link = link
    outputs = (0..<count).map { index in
      let target = classes.isEmpty ? columns[index].scale : .identity
      let coefficients = features.indices.map {
        Double(weights[$0 * count + index]) * target.divisor / features[$0].scale.divisor
      }
      let offset = zip(coefficients, features).reduce(0) { $0 + $1.0 * $1.1.scale.offset }
      return Output(
        // One output for two classes speaks for the second.
        name: classes.isEmpty
          ? columns[index].name
          : count == 1
            ? classes[1]
            : link == .sequential ? "beyond \(classes[index])" : classes[index],
        intercept: target.invert(Double(biases?[index] ?? 0)) - offset, coefficients: coefficients)
    }
    // The memory has to outlive the pointers into it.
    extendLifetime(model)
  }

  private static func indicator(
    _ name: String, _ isThere: Bool
  ) -> [(name: String, scale: Scale)] {
    isThere ? [("\(name) is missing", .identity)] : []
  }

  /// Says what was done to a number besides scaling it, which a coefficient cannot take back.
  private static func inputName(of number: NumberFeature) -> String {
    let kind = number.curve.kind
    let name = kind == .none ? number.name : "\(kind.rawValue) of \(number.name)"
    guard let clip = number.clip else { return name }
    let ends = [-clip, clip].map { JSONNumber(number.scale.invert($0)).text }
    return "\(name), clipped to \(ends[0]) … \(ends[1])"
  }

  private static func inputs(of feature: any FeatureEncoding) -> [(name: String, scale: Scale)] {
    switch feature {
    case let number as NumberFeature:
      [(inputName(of: number), number.scale)]
        + indicator(number.name, number.hasIndicator)
    case let category as CategoryFeature:
      (category.categories + (category.hasRare ? ["(rare)"] : [])).map {
        ("\(category.name)=\($0)", .identity)
      }
        + indicator(category.name, category.hasIndicator)
    case let binned as PiecewiseLinearFeature:
      binned.inputNames.map { ($0, .identity) } + indicator(binned.name, binned.hasIndicator)
    case let date as DateFeature: date.inputs
    case let coded as CodedFeature:
      coded.inputs.map { (coded.inputName($0.name), $0.scale) }
        + indicator(coded.name, coded.hasIndicator)
    case let hashed as HashFeature:
      (0..<hashed.buckets).map { ("bucket \($0) of \(hashed.name)", .identity) }
        + indicator(hashed.name, hashed.hasIndicator)
    default: []
    }
  }
}

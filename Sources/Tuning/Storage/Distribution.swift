import Configuration
import Search

/// What a hyperparameter was chosen from, as it is written beside its value.
package struct Distribution: Sendable, Equatable {
  package let domain: Domain
  /// The values of a category: null, booleans, numbers and texts, as JSON.
  package let choices: [String]

  package init(domain: Domain, choices: [String] = []) {
    self.domain = domain
    self.choices = choices
  }

  /// As Optuna writes it.
  var text: String {
    switch domain {
    case .real(let low, let high, let isLogarithmic):
      return """
        {"name": "FloatDistribution", "attributes": {"step": null, "low": \(Self.text(low)), \
        "high": \(Self.text(high)), "log": \(isLogarithmic)}}
        """
    case .integer(let low, let high, let step, let isLogarithmic):
      return """
        {"name": "IntDistribution", "attributes": {"log": \(isLogarithmic), "step": \(step), \
        "low": \(low), "high": \(high)}}
        """
    case .category:
      return """
        {"name": "CategoricalDistribution", "attributes": {"choices": \
        [\(choices.joined(separator: ", "))]}}
        """
    }
  }

  private static func text(_ value: Double) -> String { "\(value)" }

  /// Reads what Optuna wrote; `nil` if it is none of the three.
  init?(_ text: String) {
    let json = JSONParser.parse(SourceText(name: "distribution", text)).value
    guard let name = json["name"]?.string, let attributes = json["attributes"] else { return nil }
    let isLogarithmic = attributes["log"]?.boolean ?? false
    switch name {
    case "FloatDistribution":
      guard let low = attributes["low"]?.double, let high = attributes["high"]?.double else {
        return nil
      }
      domain = .real(low: low, high: high, isLogarithmic: isLogarithmic)
      choices = []
    case "IntDistribution":
      guard let low = attributes["low"]?.integer, let high = attributes["high"]?.integer,
        let step = attributes["step"]?.integer, step > 0, low <= high
      else { return nil }
      domain = .integer(low: low, high: high, step: step, isLogarithmic: isLogarithmic)
      choices = []
    case "CategoricalDistribution":
      guard let items = attributes["choices"]?.items, !items.isEmpty else { return nil }
      domain = .category(count: items.count)
      choices = items.map(\.compactText)
    default: return nil
    }
  }
}

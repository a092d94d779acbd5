import Configuration

extension Distribution {
  /// The text that Optuna 5.0.0 writes for it, byte for byte.
  package var text: String {
    switch self {
    case .float(let low, let high, let step, let isLogarithmic):
      let step = step.map { PythonJSON.text($0) } ?? "null"
      return Self.text(
        "Float",
        "\"step\": \(step), \"low\": \(PythonJSON.text(low)), \"high\": \(PythonJSON.text(high)), "
          + "\"log\": \(isLogarithmic)")
    case .integer(let low, let high, let step, let isLogarithmic):
      return Self.text(
        "Int", "\"log\": \(isLogarithmic), \"step\": \(step), \"low\": \(low), \"high\": \(high)")
    case .categorical(let choices):
      let choices = choices.map(\.pythonText).joined(separator: ", ")
      return Self.text("Categorical", "\"choices\": [\(choices)]")
    }
  }

  private static func text(_ name: String, _ attributes: String) -> String {
    "{\"name\": \"\(name)Distribution\", \"attributes\": {\(attributes)}}"
  }

  /// Reads what Optuna 5.0.0 reads: its own texts, those of the classes that it had before version 3, and the
  /// short form with `type`.
  ///
  /// - Returns: nil for another text.
  package init?(text: String) {
    guard let value = PythonJSON.value(text) else { return nil }
    if let type = value["type"]?.string, value["name"] == nil {
      self.init(name: type, value, isShort: true)
    } else if let name = value["name"]?.string, let attributes = value["attributes"] {
      self.init(name: name, attributes, isShort: false)
    } else {
      return nil
    }
  }

  private init?(name: String, _ attributes: JSONValue, isShort: Bool) {
    switch (name, isShort) {
    case ("CategoricalDistribution", false), ("categorical", true):
      guard let choices = attributes["choices"]?.items, !choices.isEmpty else { return nil }
      self = .categorical(choices.map { ChoiceValue($0) })
    case ("FloatDistribution", false), ("float", true), ("UniformDistribution", false):
      self.init(float: attributes, step: "step", isLogarithmic: attributes["log"]?.boolean ?? false)
    case ("LogUniformDistribution", false):
      self.init(float: attributes, step: "step", isLogarithmic: true)
    case ("DiscreteUniformDistribution", false):
      self.init(float: attributes, step: "q", isLogarithmic: false)
    case ("IntDistribution", false), ("int", true), ("IntUniformDistribution", false):
      self.init(integer: attributes, isLogarithmic: attributes["log"]?.boolean ?? false)
    case ("IntLogUniformDistribution", false): self.init(integer: attributes, isLogarithmic: true)
    default: return nil
    }
  }

  private init?(float attributes: JSONValue, step: String, isLogarithmic: Bool) {
    guard let low = attributes["low"]?.double, let high = attributes["high"]?.double else {
      return nil
    }
    self = .float(
      low: low, high: high, step: attributes[step]?.double, isLogarithmic: isLogarithmic)
  }

  private init?(integer attributes: JSONValue, isLogarithmic: Bool) {
    guard let low = attributes["low"]?.integer, let high = attributes["high"]?.integer else {
      return nil
    }
    let step = attributes["step"]?.integer ?? 1
    guard step > 0 else { return nil }
    self = .integer(low: low, high: high, step: step, isLogarithmic: isLogarithmic)
  }
}

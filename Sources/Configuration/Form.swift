/// What a value may look like: the description that the JSON Schema, the reference page,
/// `hptrain explain` and the suggestions read.
package indirect enum Form: Sendable {
  case boolean
  case integer(Bounds)
  case number(Bounds)
  /// A string; the text says what it stands for, such as `a path`.
  case string(String, allowsEmpty: Bool = false)
  case choice([String])
  case list(Form, atLeast: Int = 0, atMost: Int = .max)
  /// An object with names of the user's own choice, such as columns.
  case map(of: String, Form, atLeast: Int = 0)
  case object(@Sendable () -> [KeyForm])
  case variant(VariantForm)
  case either([Form])
  /// Any JSON value, such as one that another place of the configuration will hold.
  case anything(String)

  /// In a few words, with the article: `a number greater than 0`.
  package var summary: String {
    switch self {
    case .boolean: "true or false"
    case .integer(let bounds): "an integer" + (bounds.description.map { " " + $0 } ?? "")
    case .number(let bounds): "a number" + (bounds.description.map { " " + $0 } ?? "")
    case .string(let meaning, _): meaning
    case .choice(let names): Spelling.list(names.map { "\"\($0)\"" }, "or")
    case .list(let form, _, _): "an array, each item \(form.summary)"
    case .map(let meaning, _, _): "an object by \(meaning)"
    case .object: "an object"
    case .variant(let variant):
      "\(Spelling.article(variant.kind)) \(variant.kind): \(Spelling.list(variant.alternatives().map(\.type), "or"))"
    case .either: Spelling.list(parts.map(\.summaryAmongOthers), "or")
    case .anything(let meaning): meaning
    }
  }

  /// Each of several forms for itself.
  var parts: [Form] {
    guard case .either(let forms) = self else { return [self] }
    return forms.flatMap(\.parts)
  }

  /// Tells an object from others by its keys.
  private var summaryAmongOthers: String {
    guard case .object(let keys) = self else { return summary }
    let names = keys().map(\.name)
    let shown = names.count > 4 ? names.prefix(3) + ["…"] : names[...]
    return "\(summary) (\(shown.joined(separator: ", ")))"
  }
}

/// A key as the derived texts see it.
package struct KeyForm: Sendable {
  package let name: String
  package let form: Form
  package let help: String
  package let unit: String?
  /// The default in JSON notation, `nil` if the key is left out by default.
  package let defaultText: String?
  package let isRequired: Bool
  /// What people write who know the key by another name; understood in suggestions only.
  package let synonyms: [String]
  /// How to choose a value; every key of a configuration has it.
  package let guidance: Guidance?
  /// Whether a run that was stopped may go on with another value; `nil` if that is as for the object around it.
  package let resumption: Resumption?

  /// Whether other programs have a name for the key.
  func isCalled(_ name: String) -> Bool { synonyms.contains { Spelling.isSame($0, name) } }

  /// The default; `nil` if the key is left out by default.
  var defaultValue: JSONValue? {
    defaultText.map { JSONParser.parse(SourceText(name: "default", $0)).value }
  }
}

/// A choice of objects by the value of one key, such as `type`.
package struct VariantForm: Sendable {
  package struct Alternative: Sendable {
    package let type: String
    package let aliases: [String]
    package let synonyms: [String]
    package let summary: String
    /// When to choose it; all that a configuration can name have it.
    package let guidance: Guidance?
    package let keys: @Sendable () -> [KeyForm]
  }

  /// What is chosen, in the singular: `layer`, `optimizer`.
  package let kind: String
  /// The key that names the choice: `type`, `format`.
  package let tag: String
  /// The alternative that is taken where the tag is absent; `nil` makes the tag required.
  package let defaultType: String?
  package let alternatives: @Sendable () -> [Alternative]
}

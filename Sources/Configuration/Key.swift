/// One key of a configuration object, declared once: its name, type, range, default (the one that
/// `Root()` has) and help. Reading, checking, writing and describing all derive from it.
package struct Key<Root>: Sendable {
  package let name: String
  package let help: String
  package let unit: String?
  package let isRequired: Bool
  package let synonyms: [String]
  /// How to choose a value; every key of a configuration has it.
  package let guidance: Guidance?
  /// Whether a run that was stopped may go on with another value; `nil` if that is as for the object around it.
  package let resumption: Resumption?
  package let form: Form
  package let read: @Sendable (JSONValue, inout Root, inout Reading) -> Void
  /// `nil` where there is nothing to write: an optional value that is absent.
  package let write: @Sendable (Root) -> JSONValue?

  /// A key with a default.
  package init<Value>(
    _ name: String, _ property: WritableKeyPath<Root, Value> & Sendable, _ codec: Codec<Value>,
    unit: String? = nil, synonyms: [String] = [], resumption: Resumption? = nil, help: String,
    guidance: Guidance? = nil
  ) {
    self.name = name
    self.help = help
    self.unit = unit
    self.synonyms = synonyms
    self.guidance = guidance
    self.resumption = resumption
    isRequired = false
    form = codec.form
    read = { json, root, reading in
      if let value = codec.read(json, &reading) { root[keyPath: property] = value }
    }
    write = { codec.write($0[keyPath: property]) }
  }

  /// A key that may be absent, or, if `required`, must not be.
  package init<Value>(
    _ name: String, _ property: WritableKeyPath<Root, Value?> & Sendable, _ codec: Codec<Value>,
    required: Bool = false, unit: String? = nil, synonyms: [String] = [],
    resumption: Resumption? = nil, help: String, guidance: Guidance? = nil
  ) {
    self.name = name
    self.help = help
    self.unit = unit
    self.synonyms = synonyms
    self.guidance = guidance
    self.resumption = resumption
    isRequired = required
    form = codec.form
    read = { json, root, reading in
      if let value = codec.read(json, &reading) { root[keyPath: property] = value }
    }
    write = { $0[keyPath: property].map(codec.write) }
  }
}

extension Key where Root: ConfigObject {
  package func keyForm() -> KeyForm {
    KeyForm(
      name: name, form: form, help: help, unit: unit, defaultText: write(Root())?.compactText,
      isRequired: isRequired, synonyms: synonyms, guidance: guidance, resumption: resumption)
  }
}

// The common kinds of keys, so that a table of keys reads as one.
extension Key {
  package static func number(
    _ name: String, _ property: WritableKeyPath<Root, Double> & Sendable, in bounds: Bounds = .any,
    unit: String? = nil, synonyms: [String] = [], resumption: Resumption? = nil, help: String,
    guidance: Guidance? = nil
  ) -> Key {
    Key(
      name, property, .number(in: bounds), unit: unit, synonyms: synonyms, resumption: resumption,
      help: help, guidance: guidance)
  }

  package static func number(
    _ name: String, _ property: WritableKeyPath<Root, Double?> & Sendable, in bounds: Bounds = .any,
    unit: String? = nil, synonyms: [String] = [], resumption: Resumption? = nil, help: String,
    guidance: Guidance? = nil
  ) -> Key {
    Key(
      name, property, .number(in: bounds), unit: unit, synonyms: synonyms, resumption: resumption,
      help: help, guidance: guidance)
  }

  package static func integer(
    _ name: String, _ property: WritableKeyPath<Root, Int> & Sendable, in bounds: Bounds = .any,
    unit: String? = nil, synonyms: [String] = [], resumption: Resumption? = nil, help: String,
    guidance: Guidance? = nil
  ) -> Key {
    Key(
      name, property, .integer(in: bounds), unit: unit, synonyms: synonyms, resumption: resumption,
      help: help, guidance: guidance)
  }

  package static func integer(
    _ name: String, _ property: WritableKeyPath<Root, Int?> & Sendable, in bounds: Bounds = .any,
    required: Bool = false, unit: String? = nil, synonyms: [String] = [],
    resumption: Resumption? = nil, help: String, guidance: Guidance? = nil
  ) -> Key {
    Key(
      name, property, .integer(in: bounds), required: required, unit: unit, synonyms: synonyms,
      resumption: resumption, help: help, guidance: guidance)
  }

  package static func boolean(
    _ name: String, _ property: WritableKeyPath<Root, Bool> & Sendable, synonyms: [String] = [],
    resumption: Resumption? = nil, help: String, guidance: Guidance? = nil
  ) -> Key {
    Key(
      name, property, .boolean, synonyms: synonyms, resumption: resumption, help: help,
      guidance: guidance)
  }
}

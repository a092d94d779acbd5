import Configuration

/// One of the values of a categorical hyperparameter, or a value that was set for a trial beforehand.
package enum ChoiceValue: Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// Not-a-number and infinities are values here.
  case double(Double)
  case text(String)
  /// What Optuna takes with a warning, lists and objects, and integers that need more than 64 bits: the JSON.
  case other(String)

  package init(_ value: JSONValue) {
    switch value.kind {
    case .null, .invalid: self = .null
    case .boolean(let value): self = .boolean(value)
    case .string(let text): self = .text(text)
    case .number(let number):
      if let integer = Int(number.text) {
        self = .integer(integer)
      } else if number.text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (48...57).contains($0) }) {
        self = .other(number.text)
      } else {
        self = .double(number.value)
      }
    case .array, .object: self = .other(PythonJSON.text(value))
    }
  }

  /// The value as Python's `json.dumps` writes it.
  package var pythonText: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .double(let value): PythonJSON.text(value)
    case .text(let text): PythonJSON.text(text)
    case .other(let text): text
    }
  }
}

extension ChoiceValue: Equatable {
  /// Equal values of one kind; unlike numbers elsewhere, not-a-number equals itself.
  package static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.double(let left), .double(let right)): left == right || left.isNaN && right.isNaN
    case (.text(let left), .text(let right)), (.other(let left), .other(let right)): left == right
    default: false
    }
  }
}

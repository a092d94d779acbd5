/// What accumulates while a configuration is read: the findings, and where the reader stands.
package struct Reading: Sendable {
  package private(set) var diagnostics: [Diagnostic] = []
  package private(set) var path = ConfigPath.root
  /// The form of the whole document.
  let root: Form
  /// Where each key is valid, to tell where a misplaced one belongs; made when the first is met.
  private(set) lazy var atlas = Atlas(root: root)
  /// The text broke off, so what is missing is no finding.
  let isTruncated: Bool
  /// All findings, those beyond the most that are kept too.
  package private(set) var findingCount = 0
  private static let mostFindings = 100

  package init(root: Form, isTruncated: Bool = false) {
    self.root = root
    self.isTruncated = isTruncated
  }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// Whether another finding would be kept.
  var keepsFindings: Bool { findingCount < Self.mostFindings }

  package mutating func within<Result>(
    _ step: ConfigPath.Step, _ body: (inout Self) -> Result
  ) -> Result {
    path.steps.append(step)
    defer { path.steps.removeLast() }
    return body(&self)
  }

  package mutating func report(
    _ severity: Diagnostic.Severity = .error, code: String, _ message: String,
    at location: Location?, help: String? = nil
  ) {
    findingCount += 1
    guard findingCount <= Self.mostFindings else { return }
    diagnostics.append(
      Diagnostic(
        severity, .configuration, code: code, message, at: location?.place, help: help))
    guard findingCount == Self.mostFindings else { return }
    diagnostics.append(
      Diagnostic(
        .note, .configuration, code: "more-findings",
        "there may be more; these \(Self.mostFindings) are shown"))
  }

  /// Reports that a value is of another kind than the form asks for.
  ///
  /// - Parameter meant: the form by which to guess what was meant, where `form` is only a wording of it.
  package mutating func reportMismatch(
    _ value: JSONValue, expected form: Form, meant: Form? = nil
  ) {
    if case .invalid = value.kind { return }
    report(
      code: "wrong-type", "'\(path.name)' must be \(form.summary), not \(value.summary)",
      at: value.location, help: keepsFindings ? help(for: value, as: meant ?? form) : nil)
  }

  private func help(for value: JSONValue, as form: Form) -> String? {
    if case .null = value.kind { return root.isOptional(path) ? "leave it out" : nil }
    // Whoever only says that something shall be done is shown how it is said.
    if value.boolean == true, form.takes(.object([JSONMember]())),
      let example = root.example(at: path), example.members != nil
    {
      return "write \(example.spacedText)"
    }
    return form.help(for: value)
  }
}

import Configuration
import Datasets
import TestSupport
import Testing
import Training

/// A proposal for data in a folder of its own.
struct ProposalSample {
  let workspace: Workspace
  let proposal: Proposal
  /// What is wrong with the run, or may be: nothing, it is hoped.
  let diagnostics: [Diagnostic]

  /// - Parameter adjust: decides what the command line would.
  init(
    _ name: String, _ bytes: [UInt8], labels: [UInt8]? = nil,
    _ adjust: (inout ProposalRequest) -> Void = { _ in }
  ) throws {
    workspace = try Workspace()
    let path = try workspace.write(name, bytes)
    var request = ProposalRequest(data: path, output: workspace.path("proposal.json"))
    if let labels { request.labels = try workspace.write("labels", labels) }
    adjust(&request)
    proposal = try Proposal.make(for: request)
    try workspace.write("proposal.json", proposal.text)
    diagnostics = RunPlan.check(path: workspace.path("proposal.json")).diagnostics
  }

  init(
    _ name: String, _ text: String,
    _ adjust: (inout ProposalRequest) -> Void = { _ in }
  ) throws {
    try self.init(name, Array(text.utf8), adjust)
  }

  init(_ text: String, _ adjust: (inout ProposalRequest) -> Void = { _ in }) throws {
    try self.init("data.csv", text, adjust)
  }

  var document: JSONValue {
    JSONParser.parse(SourceText(name: "proposal.json", proposal.text)).value
  }

  var data: JSONValue? { document["data"] }
  var training: JSONValue? { document["training"] }
  var layers: [String] {
    document["model"]?["layers"]?.items?.compactMap { $0["type"]?.string } ?? []
  }
  var noteCodes: [String] { proposal.notes.map(\.code) }

  func fact(_ subject: String) -> String? {
    proposal.facts.first { $0.subject == subject }?.text
  }

  /// Columns by name, one function of the row each.
  static func csv(rows: Int, _ columns: KeyValuePairs<String, (Int) -> String>) -> String {
    columns.map(\.key).joined(separator: ",") + "\n"
      + (0..<rows).map { row in
        columns.map { $0.value(row) }.joined(separator: ",") + "\n"
      }.joined()
  }

  /// A number that looks random.
  static func noise(_ row: Int, _ salt: Int = 0) -> Int {
    var generator = SplitMix64(seed: UInt64(row * 1009 + salt))
    return Int(generator.next() % 1000)
  }

  /// The finding that a request fails with.
  static func failure(
    _ name: String, _ bytes: [UInt8],
    _ adjust: (inout ProposalRequest) -> Void = { _ in }
  ) throws -> Diagnostic {
    do {
      _ = try ProposalSample(name, bytes, adjust)
    } catch let failure as Failure {
      return try #require(failure.diagnostics.last { $0.severity == .error })
    }
    throw NoFailure()
  }

  static func failure(
    _ name: String, _ text: String,
    _ adjust: (inout ProposalRequest) -> Void = { _ in }
  ) throws -> Diagnostic {
    try failure(name, Array(text.utf8), adjust)
  }

  static func failure(
    _ text: String, _ adjust: (inout ProposalRequest) -> Void = { _ in }
  ) throws -> Diagnostic {
    try failure("data.csv", text, adjust)
  }

  private struct NoFailure: Error {}
}

extension JSONValue {
  /// One text, or the texts of an array.
  var texts: [String] { items?.compactMap(\.string) ?? string.map { [$0] } ?? [] }
}

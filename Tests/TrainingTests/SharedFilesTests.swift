import Configuration
import Foundation
import TestSupport
import Testing
import Training

/// Files that are a part of the data twice.
@Suite struct SharedFilesTests {
  private static let csv = "a,y\n" + (0..<40).map { "\($0 * 7 % 40),\($0 * 3 % 17)\n" }.joined()

  private func findings(_ data: String) throws -> [Diagnostic] {
    let workspace = try Workspace()
    for name in ["data.csv", "other.csv"] { try workspace.write(name, Self.csv) }
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path("link.csv"), withDestinationPath: workspace.path("data.csv"))
    try workspace.write(
      "config.json",
      """
      {"data": {"target": "y", \(data)}, "model": {"layers": [{"type": "dense"}]},
       "training": {"epochs": 2}}
      """)
    return RunPlan.check(path: workspace.path("config.json")).diagnostics
  }

  @Test(arguments: [
    (#""train": "data.csv", "validation": "data.csv""#, ["validation"]),
    (#""train": "data.csv", "test": "./data.csv""#, ["test"]),
    (
      #""train": "data.csv", "validation": "link.csv", "test": "link.csv""#, ["validation", "test"]
    ),
    (#""train": ["other.csv", "data.csv"], "test": "data.csv""#, ["test"]),
  ])
  func aFileThatIsLearnedFromIsSaid(data: String, parts: [String]) throws {
    let found = try findings(data)
    #expect(found.map(\.code) == parts.map { _ in "same-rows" }, "\(found.map(\.message))")
    #expect(found.allSatisfy { $0.severity == .warning && $0.place?.line == 1 })
    for (finding, part) in zip(found, parts) {
      #expect(finding.message.contains("the \(part) part"), "\(finding.message)")
    }
  }

  /// The same file for choosing and for judging is common practice.
  @Test func othersAreFine() throws {
    #expect(
      try findings(#""train": "data.csv", "validation": "other.csv", "test": "other.csv""#).isEmpty)
    #expect(try findings(#""train": "data.csv", "validation": {"fraction": 0.2}"#).isEmpty)
  }
}

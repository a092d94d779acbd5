import Configuration
import Foundation
import TestSupport
import Testing

/// `evaluate --on-error skip` on files that lack values, columns or rows.
@Suite(.timeLimit(minutes: 10)) struct SkippedRowsTests {
  /// A model that drops rows without `a` or without a class.
  private static func workspace() throws -> Workspace {
    let workspace = try Workspace()
    let rows = (0..<80).map {
      "\($0 % 9 == 4 ? "NA" : "\($0 * 7 % 31)"),k\($0 % 3),\($0 % 2 == 0 ? "small" : "big")\n"
    }
    try workspace.write("train.csv", "a,c,kind\n" + rows.joined())
    try workspace.write(
      "config.json",
      """
      {"name": "t", "data": {"train": "train.csv", "target": "kind", "scaling": "standard",
         "columns": {"a": {"missing": "drop_row"}, "kind": {"missing": "drop_row"}}},
       "model": {"layers": [{"type": "dense"}]}, "training": {"epochs": 2}}
      """)
    let result = try Program.run(
      "train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    return workspace
  }

  private func evaluate(
    _ text: String, _ more: String..., in workspace: Workspace
  ) throws -> Program.Result {
    try workspace.write("rows.csv", text)
    return try Program.run(
      ["evaluate", "run", "rows.csv", "--on-error", "skip"] + more, in: workspace.path)
  }

  /// What a strategy drops is no mistake, however wrong the rest of the row.
  @Test func rowsThatAreDroppedAreNotTold() throws {
    let workspace = try Self.workspace()
    let sound = try evaluate("a,c,kind\n5,k0,small\n7,k1,big\n", "--format", "json", in: workspace)
    #expect(sound.exitCode == 0 && sound.errors.isEmpty, "\(sound.errors)")
    let found = try evaluate(
      "a,c,kind\n,k0,small\n5,k0,small\n-,k7,big\n7,k1,big\n3,k7,small\n4,k0,\n", "--format",
      "json", in: workspace)
    #expect(found.exitCode == 65)
    let (event, expected) = (try #require(found.events.first), try #require(sound.events.first))
    #expect(event["figures"]?.compactText == expected["figures"]?.compactText)
    // Those without a number or a class are dropped, that of a category nobody knows is skipped.
    #expect(event["dropped_rows"]?.integer == 3 && event["skipped_rows"]?.integer == 1)
    #expect(event["examples"]?.integer == 2)
    let told = (event["diagnostics"]?.items ?? []).filter { $0["file"]?.string == "rows.csv" }
    #expect(told.count == 1 && told[0]["line"]?.integer == 6 && told[0]["column"]?.integer == 3)
    #expect(found.lines.count == 1 && found.errors.isEmpty, "\(found.errors)")
  }

  @Test(arguments: [
    ("", "rows.csv"), ("a,c,kind\n", "rows"), ("a,c,kind\n,k0,small\n4,k0,\n", "no row without"),
    ("a,c\n5,k0\n", "lacks the column \"kind\""),
    ("b,kind\n5,small\n", "lacks the columns \"a\" and \"c\""),
  ])
  func whatHasNothingToScoreIsAnError(text: String, message: String) throws {
    let workspace = try Self.workspace()
    let found = try evaluate(text, in: workspace)
    #expect(found.exitCode == 65 && found.output.isEmpty, "\(found.errors)")
    #expect(found.errors.contains(message), "\(found.errors)")
    let plain = try Program.run("evaluate", "run", "rows.csv", in: workspace.path)
    #expect(plain.exitCode == 65 && plain.errors.contains(message), "\(plain.errors)")
  }

  /// A trained model has no settings that could be changed for a file.
  @Test(arguments: [
    ("a,kind\n1,small\nx,big\n", "mend the file; evaluate and find-threshold leave such rows out"),
    ("a,kind\n1,small\n2,\n", "mend the file; evaluate and find-threshold leave such rows out"),
    ("a,kind\n", "write one with the names of the columns before it"),
  ])
  func adviceIsAboutTheFile(text: String, help: String) throws {
    let workspace = try Sample.workspace(
      csv: "a,kind\n" + (0..<40).map { "\($0),\($0 < 20 ? "small" : "big")\n" }.joined())
    let trained = try Program.run(
      "train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    #expect(trained.exitCode == 0, "\(trained.errors)")
    try workspace.write("rows.csv", text)
    let result = try Program.run("evaluate", "run", "rows.csv", in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(result.errors.contains(help), "\(result.errors)")
    #expect(!result.errors.contains("data."), "\(result.errors)")
  }

  /// An order of categories has no place for others, and a column of which training lacked nothing has its mean.
  @Test func ordersAndMeans() throws {
    let workspace = try Workspace()
    let rows = (0..<40).map { "\($0 % 7),\(["S", "M", "L"][$0 % 3]),\($0 % 5)\n" }
    try workspace.write("train.csv", "a,size,y\n" + rows.joined())
    try workspace.write(
      "config.json",
      """
      {"name": "t", "data": {"train": "train.csv", "target": "y",
         "columns": {"size": {"encoding": "ordinal", "order": ["S", "M", "L"]}}},
       "model": {"layers": [{"type": "dense"}]}, "training": {"epochs": 2, "loss": "mse"}}
      """)
    let trained = try Program.run(
      "train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    #expect(trained.exitCode == 0, "\(trained.errors)")
    try workspace.write("later.csv", "a,size,y\n1,XL,1\n1,S,2\n")
    let unknown = try Program.run("evaluate", "run", "later.csv", in: workspace.path)
    #expect(unknown.exitCode == 65)
    #expect(unknown.errors.contains("'XL' is not in the order of column 'size'"))
    #expect(unknown.errors.contains("known: "), "\(unknown.errors)")
    try workspace.write("gaps.csv", "a,size,y\n,S,1\n2,M,2\n,L,0\n")
    let filled = try Program.run("evaluate", "run", "gaps.csv", in: workspace.path)
    #expect(filled.exitCode == 0)
    #expect(
      filled.errors.contains(
        "2 values of column 'a' are missing that training had, and its mean or most frequent category stands for them"
      ), "\(filled.errors)")
  }
}

import Configuration
import Foundation
import TestSupport
import Testing

/// Runs that were moved away from their data.
@Suite(.timeLimit(minutes: 10)) struct MovedRunTests {
  /// A run that was copied to where its paths lead nowhere.
  private func workspace() throws -> Workspace {
    let workspace = try Sample.workspace()
    let made = try Shell.run(
      "$hptrain train config.json --output run --quiet && mkdir -p far/away && cp -r run far/away/",
      in: workspace)
    try #require(made.exitCode == 0, "\(made.errors)")
    return workspace
  }

  @Test func theFileIsNamedAndStaysNamed() throws {
    let workspace = try workspace()
    let lost = try Program.run("train", "--resume", "far/away/run", in: workspace.path)
    #expect(lost.exitCode == 66)
    #expect(lost.errors.contains("by its whole path"), "\(lost.errors)")
    #expect(lost.errors.contains("--set data.train=/…/data.csv"), "\(lost.errors)")

    let path = workspace.path("data.csv")
    let found = try Program.run(
      "train", "--resume", "far/away/run", "--set", "data.train=\(path)", "--set",
      "training.epochs=5", in: workspace.path)
    #expect(found.exitCode == 0, "\(found.errors)")
    #expect(found.errors.contains("goes on behind iteration 24 of 40"), "\(found.errors)")
    let next = try Program.run(
      "train", "--resume", "far/away/run", "--set", "training.epochs=6", in: workspace.path)
    #expect(next.exitCode == 0, "\(next.errors)")
    #expect(next.errors.contains("goes on behind iteration 40 of 48"), "\(next.errors)")
    // The same as if it had never been moved.
    let whole = try Shell.run(
      "$hptrain train --resume run --set training.epochs=6 --quiet", in: workspace)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let isSame =
      try workspace.read("far/away/run/model.safetensors")
      == workspace.read("run/model.safetensors")
    #expect(isSame)
  }

  @Test func anotherFileIsRefused() throws {
    let workspace = try workspace()
    let other = try workspace.write(
      "other.csv", Sample.csv.replacingOccurrences(of: "5.1", with: "5.2"))
    let result = try Program.run(
      "train", "--resume", "far/away/run", "--set", "data.train=\(other)", in: workspace.path)
    #expect(result.exitCode == 65, "\(result.errors)")
    #expect(
      result.errors.contains("is not what the run began with: other bytes"), "\(result.errors)")
  }

  /// What comes out of a pipe cannot be compared before it is read.
  @Test func aPipeIsRefused() throws {
    let workspace = try workspace()
    let result = try Shell.run(
      "cat data.csv | $hptrain train --resume far/away/run --set data.train=/dev/stdin",
      in: workspace)
    #expect(result.exitCode == 65, "\(result.errors)")
    #expect(
      result.errors.contains("is no regular file, and nothing tells whether it gives the data"),
      "\(result.errors)")
  }
}

import Foundation
import TestSupport
import Testing

/// Configurations and data that come through pipes.
@Suite(.timeLimit(minutes: 10)) struct PipedInputTests {
  /// The files of a configuration that has no folder are looked for where the command was given.
  @Test(arguments: [
    "cat config.json | $hptrain check /dev/stdin", "$hptrain check /dev/stdin < config.json",
    "cat config.json | $hptrain check /dev/fd/0",
    "cat config.json | $hptrain check /proc/self/fd/0",
    "mkdir far; mkfifo far/pipe; cat config.json > far/pipe & $hptrain check far/pipe",
  ])
  func relativePathsStartInTheWorkingDirectory(line: String) throws {
    let workspace = try Sample.workspace()
    let result = try Shell.run(line, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  /// A number of an open file is no name.
  @Test func aRunIsNotNamedAfterADescriptor() throws {
    let workspace = try Sample.workspace()
    let result = try Shell.run(
      "grep -v name config.json | $hptrain train /dev/fd/0 --quiet", in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.output == "runs/run/model.safetensors\n")
  }

  @Test func trainingDoesNotReadDataFromStandardInput() throws {
    let workspace = try Sample.workspace()
    let result = try Program.run(
      ["train", "config.json", "--set", "data.train=-"], in: workspace.path,
      input: Array(Sample.csv.utf8))
    #expect(result.exitCode == 78)
    #expect(
      result.errors.contains("--set:1:12: error: training does not read data from standard input"),
      "\(result.errors)")
    #expect(result.errors.contains("write it to a file"), "\(result.errors)")
  }

  @Test func dataOfAPipeIsToldToBeGone() throws {
    let workspace = try Sample.workspace()
    let train =
      "cat data.csv | $hptrain train config.json --set data.train=/dev/stdin"
    let warned = try Shell.run("\(train) --output run", in: workspace)
    #expect(warned.exitCode == 0, "\(warned.errors)")
    #expect(
      warned.errors.contains("warning: '/dev/stdin' is no regular file"), "\(warned.errors)")
    let silent = try Shell.run(
      "\(train) --output other --set training.checkpoint.keep=0", in: workspace)
    #expect(silent.exitCode == 0, "\(silent.errors)")
    #expect(!silent.errors.contains("is no regular file"), "\(silent.errors)")
  }
}

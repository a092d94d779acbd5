import Foundation
import TestSupport
import Testing

/// `"storage": "disk"` as users meet it.
@Suite(.timeLimit(minutes: 10)) struct DiskStorageProgramTests {
  private static let data =
    #""scaling": "standard", "validation": {"fraction": 0.2, "stratify": true}, "storage": "disk""#

  @Test func trainsGoesOnAndLeavesNothing() throws {
    let workspace = try Sample.workspace(data: Self.data)
    let result = try Shell.run(
      """
      mkdir tmp && export TMPDIR=$PWD/tmp
      "$hptrain" check config.json && "$hptrain" train config.json --output run --quiet &&
      "$hptrain" train --resume run --set training.epochs=5 --quiet &&
      "$hptrain" evaluate run/model.safetensors data.csv && ls -A tmp | wc -l
      """, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.output.contains("on disk"))
    #expect(result.lines.last == "0")
  }

  @Test(.withoutSanitizer) func aFolderThatCannotBeWrittenTo() throws {
    let workspace = try Sample.workspace(data: Self.data)
    let none = try Shell.run("TMPDIR=/nowhere \"$hptrain\" train config.json", in: workspace)
    #expect(none.exitCode == 73)
    #expect(none.errors.contains("cannot create a file in '/nowhere': No such file"))
    // The same command can be given again.
    #expect(!workspace.exists("runs/config"))
    // More than half a megabyte of examples.
    let rows = (0..<60_000).map { "\($0 % 97),\($0 % 89),\($0 % 2 == 0 ? "x" : "y")\n" }
    try workspace.write("data.csv", "a,b,kind\n" + rows.joined())
    let full = try Shell.run(
      "TMPDIR=$PWD; export TMPDIR; ulimit -f 200; \"$hptrain\" train config.json", in: workspace)
    #expect(full.exitCode == 74)
    #expect(full.errors.contains("cannot write the examples to a file in"))
  }

  /// The configuration is in the folder before the examples are written to the disk, which takes a while for 40 MB.
  @Test func aSignalEndsTheWritingOfExamples() throws {
    let workspace = try Sample.workspace(data: Self.data)
    let rows = (0..<1_000).map {
      "\($0 % 97).123456,\($0 % 89).123456,\($0 % 2 == 0 ? "x" : "y")\n"
    }.joined()
    try workspace.write("data.csv", "a,b,kind\n" + String(repeating: rows, count: 1_800))
    let process = Program.process(["train", "config.json", "--output", "run"], in: workspace.path)
    process.standardError = FileHandle.nullDevice
    try process.run()
    while process.isRunning, !workspace.exists("run/config.json") { usleep(500) }
    // SIGTERM, since what a shell runs in the background ignores SIGINT.
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(!workspace.exists("run/checkpoints"))
  }

  @Test(.withoutSanitizer) func aTableThatDoesNotFitSaysWhatToWrite() throws {
    let workspace = try Sample.workspace()
    let result = try Shell.run(
      "truncate -s 8G data.csv; ulimit -v 4000000; \"$hptrain\" check config.json", in: workspace)
    #expect(result.exitCode == 66)
    #expect(result.errors.contains("there is no memory for 8589934592 bytes"))
    #expect(result.errors.contains(#""storage": "disk""#))
  }

  @Test func foldsNeedMemory() throws {
    let workspace = try Sample.workspace(data: Self.data)
    let result = try Program.run("train", "config.json", "--folds", "3", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("folds need all examples in memory"))
  }
}

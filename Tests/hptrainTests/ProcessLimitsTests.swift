import TestSupport
import Testing

/// Commands under limits of `ulimit`.
@Suite(.timeLimit(minutes: 10)) struct ProcessLimitsTests {
  /// The signal for files that are too long would end the process without a word.
  @Test(
    .withoutSanitizer,
    arguments: ["export run --output model.onnx", "report run --output page.html", "schema"])
  func aFileThatIsTooLongIsTold(command: String) throws {
    let workspace = try Sample.workspace()
    let run = try Program.run(
      "train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    try #require(run.exitCode == 0, "\(run.errors)")
    let result = try Shell.run("ulimit -f 1; $hptrain \(command)", in: workspace)
    #expect(result.exitCode == 74, "\(result.errors)")
    #expect(result.errors.contains("File too large"), "\(result.errors)")
    #expect(try Shell.run("ls | grep part", in: workspace).output.isEmpty)
  }

  /// OpenBLAS waits for threads that had no room to start when it is unloaded.
  @Test(
    .withoutSanitizer,
    arguments: [("--version", 0), ("check config.json", 0), ("check no.json", 66), ("trian", 64)])
  func littleAddressSpaceIsNoReasonToWait(command: String, code: Int32) throws {
    let workspace = try Sample.workspace()
    let result = try Shell.run(
      "ulimit -v 250000; exec timeout 60 $hptrain \(command)", in: workspace)
    // Some builds have no room for the program itself, which the system says.
    #expect([code, 127].contains(result.exitCode), "\(result.errors)")
    #expect(!result.output.isEmpty || !result.errors.isEmpty)
  }
}

import TestSupport
import Testing

/// `check --measure`: the bill before the run.
@Suite(.timeLimit(minutes: 10)) struct MeasureTests {
  @Test func theBillIsShown() throws {
    let workspace = try Sample.workspace(data: #""validation": {"fraction": 0.2}"#)
    let text = try Program.run("check", "config.json", "--measure", in: workspace.path)
    #expect(text.exitCode == 0)
    for line in ["iteration    ", "expected     ", "peak memory  ", "disk         "] {
      #expect(text.output.contains(line), "\(line)")
    }
    let json = try Program.run(
      "check", "config.json", "--measure", "--format", "json", in: workspace.path)
    let event = try #require(json.events.first)
    let iteration = try #require(event["iteration_seconds"]?.double)
    #expect(iteration > 0 && iteration < 0.1)
    #expect((event["expected_seconds"]?.double ?? 0) >= 18 * iteration)
    #expect(event["model_bytes"]?.integer == 6 * 4)
    #expect((event["checkpoint_bytes"]?.integer ?? 0) > 0)
    #expect((event["peak_memory_bytes"]?.integer ?? 0) > 1 << 20)
    // Nothing was trained, and nothing is left.
    #expect(!workspace.exists("runs"))
  }

  @Test(arguments: [
    (["--max-memory", "1MiB"], "more than the 1.0 MiB of --max-memory"),
    (["--max-time", "1e-6s"], "of --max-time"),
    (["--max-time", "1e-6", "--max-memory", "1k"], "of --max-memory"),
  ])
  func limitsMakeItFail(options: [String], message: String) throws {
    let workspace = try Sample.workspace()
    let result = try Program.run(["check", "config.json"] + options, in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test func aLimitNamesTheConfiguration() throws {
    let workspace = try Sample.workspace()
    try workspace.write("other.json", Sample.config())
    let result = try Program.run(
      "check", "config.json", "other.json", "--max-memory", "1k", in: workspace.path)
    for name in ["config.json", "other.json"] {
      #expect(result.errors.contains("the run of '\(name)' needs"), "\(result.errors)")
    }
  }

  @Test(arguments: [
    ["--max-memory", "64GiB"], ["--max-time", "2h"], ["--max-time", "1.5d", "--max-memory", "2tb"],
    ["--max-time", "1h30m"], ["--max-time", "3600000ms"],
  ])
  func limitsThatHoldChangeNothing(options: [String]) throws {
    let workspace = try Sample.workspace()
    #expect(try Program.run(["check", "config.json"] + options, in: workspace.path).exitCode == 0)
  }

  @Test(arguments: [
    "--max-memory=lots", "--max-time=-1s", "--max-memory=0", "--max-time=soon", "--max-time=1m2h",
    "--max-time=1m30", "--max-time=",
  ])
  func wrongAmountsAreTold(option: String) throws {
    let workspace = try Sample.workspace()
    #expect(try Program.run("check", "config.json", option, in: workspace.path).exitCode == 64)
  }
}

import Configuration
import Foundation
import TestSupport
import Testing

/// How the program behaves where a shell is not kind to it.
@Suite(.timeLimit(minutes: 10)) struct ShellTests {
  @Test(arguments: [">&-", "2>&-", "<&-", ">&- 2>&-"])
  func closedStreamsDoNotReachTheFilesOfTheRun(redirection: String) throws {
    let workspace = try Sample.workspace()
    _ = try Shell.run("$hptrain train config.json --output run \(redirection)", in: workspace)
    let metrics = String(decoding: try workspace.read("run/metrics.jsonl"), as: UTF8.self)
    #expect(metrics.split(separator: "\n").allSatisfy { $0.hasPrefix("{\"event\"") })
    #expect(metrics.split(separator: "\n").count == 4)
  }

  @Test(arguments: [
    "check config.json", "info", "schema", "explain", "train config.json --format json",
    "check config.json --format json",
  ])
  func fullDevicesHaveTheirExitCode(command: String) throws {
    let workspace = try Sample.workspace()
    let result = try Shell.run("$hptrain \(command) > /dev/full", in: workspace)
    #expect(result.exitCode == 74)
  }

  @Test func theModelIsSavedThoughNobodyReads() throws {
    let workspace = try Sample.workspace(training: #""shuffle": true"#)
    _ = try Shell.run(
      "$hptrain train config.json --set training.epochs=2000 --format json | head -n 1",
      in: workspace)
    #expect(workspace.exists("runs/sample/model.safetensors"))
  }

  @Test func pipelinesCountLabels() throws {
    let workspace = try Sample.workspace(
      training: #""optimizer": {"type": "adam", "learning_rate": 0.1}"#)
    let result = try Shell.run(
      """
      model=$($hptrain train config.json) &&
      $hptrain predict $model - < data.csv | cut -d, -f1 | sort | uniq -c
      """, in: workspace)
    #expect(
      result.lines.map { $0.split(separator: " ").joined(separator: " ") } == [
        "30 big", "30 small",
      ])
  }

  @Test func gzipArrivesThroughPipes() throws {
    let workspace = try Sample.workspace()
    let result = try Shell.run(
      """
      $hptrain train config.json -q --output run > /dev/null &&
      $hptrain predict run data.csv > plain && gzip -k data.csv &&
      $hptrain predict run - < data.csv.gz | cmp plain - &&
      cat data.csv.gz | $hptrain predict run | cmp plain - &&
      $hptrain predict run data.csv.gz | cmp plain -
      """, in: workspace)
    #expect(result.exitCode == 0)
  }

  @Test(arguments: ["/dev/zero", "/dev/full"])
  func devicesAreNoFiles(device: String) throws {
    let workspace = try Sample.workspace()
    let result = try Program.run(
      "check", "config.json", "--set", "data.train=\(device)", in: workspace.path)
    #expect(result.exitCode == 66)
    #expect(try Program.run("check", device, in: workspace.path).exitCode == 66)
  }

  @Test(arguments: [#""a\nb""#, #"".."#, #""-rf""#, #""a/b""#, #""\u001b[31m""#])
  func namesArePlain(name: String) throws {
    let workspace = try Sample.workspace()
    let result = try Program.run(
      "check", "config.json", "--set", "name=\(name)", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(!result.errors.contains("\u{1B}"))
  }

  @Test func hugeFiguresAreShown() throws {
    let workspace = try Sample.workspace(
      csv: "x,kind\n1,1e13\n2,2e13\n3,4e13\n4,-5e13\n",
      training: #""loss": "mse", "metrics": ["mse"]"#)
    let result = try Program.run("train", "config.json", in: workspace.path)
    #expect(result.exitCode == 0)
    #expect(result.errors.contains("e26") || result.errors.contains("e27"))
  }
}

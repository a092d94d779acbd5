import Foundation
import TestSupport
import Testing

/// Outputs that are links, devices, FIFOs or open files.
@Suite(.timeLimit(minutes: 10)) struct OutputPlaceTests {
  private static func trained() throws -> Workspace {
    let workspace = try Sample.workspace()
    let run = try Program.run(
      "train", "config.json", "--output", "run", "--quiet", in: workspace.path)
    try #require(run.exitCode == 0, "\(run.errors)")
    return workspace
  }

  // MARK: - Links

  @Test func whatALinkNamesIsReplaced() throws {
    let workspace = try Sample.workspace()
    let result = try Shell.run(
      """
      mkdir far && echo old > far/real.json && ln -s real.json far/near && ln -s far/near link &&
      $hptrain init data.csv --output link --force && test -L link && test -L far/near &&
      grep -q data.csv far/real.json && ls far
      """, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.lines == ["link", "near", "real.json"])
  }

  /// A name for the newest of several models.
  @Test func aThresholdReachesTheModelThatALinkNames() throws {
    let workspace = try Self.trained()
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path("current"), withDestinationPath: "run/model.safetensors")
    let before = try workspace.read("run/model.safetensors")
    let found = try Program.run(
      "find-threshold", "current", "data.csv", "--cost", "1,6", in: workspace.path)
    #expect(found.exitCode == 0, "\(found.errors)")
    let type = try FileManager.default.attributesOfItem(atPath: workspace.path("current"))[.type]
    #expect(type as? FileAttributeType == .typeSymbolicLink)
    #expect(try workspace.read("run/model.safetensors") != before)
  }

  @Test func aLinkThatLeadsNowhereLeadsToTheNewFile() throws {
    let workspace = try Sample.workspace()
    let result = try Shell.run(
      """
      mkdir far && ln -s far/new.json link && $hptrain init data.csv --output link &&
      test -L link && test -f far/new.json && ls far
      """, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.lines == ["link", "new.json"])
  }

  @Test func linksInACircleAreToldSo() throws {
    let workspace = try Sample.workspace()
    let result = try Shell.run(
      "ln -s a b && ln -s b a && $hptrain init data.csv --output a", in: workspace)
    #expect(result.exitCode == 73)
    #expect(result.errors.contains("cannot create 'a': Too many levels"), "\(result.errors)")
  }

  // MARK: - What is no file

  @Test(arguments: [
    "init data.csv --output pipe", "init data.csv --output pipe --force",
    "report run --output pipe",
    "report run --output pipe --force", "export run --output pipe --format onnx",
  ])
  func aPipeIsWrittenTo(command: String) throws {
    let workspace = try Self.trained()
    let result = try Shell.run(
      """
      mkfifo pipe
      timeout 60 cat pipe > copy &
      timeout 60 $hptrain \(command)
      code=$?; wait; test -p pipe && test -s copy && exit $code
      """, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  @Test(arguments: ["init data.csv", "report run", "report run --figure loss"])
  func standardOutputHasADevice(command: String) throws {
    let workspace = try Self.trained()
    let plain = try Shell.run("$hptrain \(command) --output -", in: workspace)
    #expect(plain.exitCode == 0, "\(plain.errors)")
    let device = try Shell.run("$hptrain \(command) --output /dev/stdout", in: workspace)
    #expect(device.exitCode == 0 && device.output == plain.output, "\(device.errors)")
    let none = try Shell.run("$hptrain \(command) --output /dev/null", in: workspace)
    #expect(none.exitCode == 0 && none.output.isEmpty, "\(none.errors)")
  }

  @Test func aCommandOfBashTakesThePage() throws {
    let workspace = try Self.trained()
    let result = try Shell.run(
      """
      export hptrain; timeout 60 bash -c '$hptrain report run --output >(cat > part; mv part page.html) &&
      until test -f page.html; do sleep 0.05; done'
      """, in: workspace)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(String(decoding: try workspace.read("page.html"), as: UTF8.self).hasPrefix("<!doctype"))
  }

  @Test func aReportMakesItsFolders() throws {
    let workspace = try Self.trained()
    let result = try Program.run(
      "report", "run", "--output", "new/er/page.html", in: workspace.path)
    #expect(result.exitCode == 0 && result.output == "new/er/page.html\n", "\(result.errors)")
    #expect(workspace.exists("new/er/page.html"))
  }

  // MARK: - Data for init

  @Test(arguments: [
    "mkfifo pipe && timeout 60 $hptrain init pipe", "cat data.csv | $hptrain init /dev/stdin",
    "$hptrain init /dev/stdin < data.csv", "timeout 60 $hptrain init /dev/null",
  ])
  func initWantsAFile(line: String) throws {
    let workspace = try Sample.workspace()
    let result = try Shell.run(line, in: workspace)
    #expect(result.exitCode == 64 && result.output.isEmpty)
    #expect(
      result.errors.contains("a configuration names its data, so the data must be in a file"),
      "\(result.errors)")
  }

  @Test func aLinkToDataIsAFile() throws {
    let workspace = try Sample.workspace()
    let result = try Shell.run("ln -s data.csv link.csv && $hptrain init link.csv", in: workspace)
    #expect(result.exitCode == 0 && result.output == "link.json\n", "\(result.errors)")
  }
}

import Foundation
import TestSupport
import Testing

/// Wherever the power is lost, checkpoints, models and studies are whole, old or new, and the work goes on.
/// 'make powerloss' tries each point between two changes of the disk, the suite some of them.
@Suite(.timeLimit(minutes: 60)) struct PowerLossTests {
  private static let isComplete =
    ProcessInfo.processInfo.environment["HPTRAIN_POWER_LOSS"] == "all"

  private static let scenarios = FaultScenario.all.filter {
    ["train", "resume", "tune"].contains($0.testDescription)
  }

  @Test(arguments: scenarios) func everythingIsWholeAtEveryPoint(scenario: FaultScenario) throws {
    let template = try scenario.workspace()
    let before = try template.contents()
    let reference = try template.copy()
    let changes = try Self.record(scenario.command, in: reference)
    let facts = try scenario.facts(in: reference, output: "")
    #expect(changes.count > 20)
    var disk = RecordedDisk(before)
    var seen: Set<[String: [UInt8]?]> = []
    let step = Self.isComplete ? 1 : max(1, changes.count / 10)
    for point in 0...changes.count {
      if point > 0 { disk.apply(changes[point - 1]) }
      let isLast = point == changes.count
      guard point % step == 0 || isLast else { continue }
      let losses: [RecordedDisk.Loss] =
        Self.isComplete
        ? [.all, .nothing, .names, .data] + (0..<3).map { .some(seed: UInt64(10 * point + $0)) }
        : [[.all, .data, .names, .nothing][point / step % 4], .some(seed: UInt64(point))]
      for loss in losses {
        let contents = disk.contents(after: loss)
        guard seen.insert(contents).inserted else { continue }
        let last = point > 0 ? Self.text(changes[point - 1]) : "nothing"
        try expectWhole(
          contents, scenario, reference, facts, isLast: isLast,
          "\(scenario.testDescription), \(loss) after \(point) of \(changes.count), \(last)")
      }
    }
    if Self.isComplete {
      print("\(scenario.testDescription): \(changes.count) changes, \(seen.count) states")
    }
  }

  private func expectWhole(
    _ contents: [String: [UInt8]?], _ scenario: FaultScenario, _ reference: Workspace,
    _ facts: [String], isLast: Bool, _ point: String
  ) throws {
    let workspace = try Workspace()
    for (name, bytes) in contents.sorted(by: { $0.key < $1.key }) {
      if let bytes {
        try workspace.write(name, bytes)
      } else {
        try FileManager.default.createDirectory(
          atPath: workspace.path(name), withIntermediateDirectories: true)
      }
    }
    let context = Comment(rawValue: point)
    for name in ["run/model.safetensors", "run/config.json", "run/report.json"]
    where workspace.exists(name) && scenario.testDescription == "train" {
      #expect(try workspace.read(name) == reference.read(name), "\(name): \(context)")
    }
    if scenario.testDescription == "tune" {
      let trials = try FaultScenario.trials(in: workspace)
      #expect(trials.count >= 2, context)
      #expect(trials.prefix(2) == facts.prefix(2), context)
    }
    // What a command has told is on the disk: nothing has to be done again.
    if isLast, scenario.testDescription != "tune" {
      for name in scenario.results {
        #expect(try workspace.read(name) == reference.read(name), "\(name): \(context)")
      }
      return
    }
    let next = try Program.run(
      scenario.continuation(in: workspace, crashed: true), in: workspace.path)
    #expect(next.exitCode == 0, "\(context): \(next.errors)")
    #expect(!next.errors.contains("is no valid"), "\(context): \(next.errors)")
    for name in scenario.results {
      #expect(try workspace.read(name) == reference.read(name), "\(name): \(context)")
    }
    #expect(try scenario.facts(in: workspace, output: "") == facts, context)
  }

  /// Runs a command and takes down what it does to the files of its folder.
  private static func record(_ arguments: [String], in workspace: Workspace) throws -> [DiskChange]
  {
    let log = try Workspace()
    let process = FaultyProgram.process(
      arguments, in: workspace.path,
      environment: [
        "HPTRAIN_RECORD": log.path("record"), "HPTRAIN_RECORD_ROOT": workspace.path,
      ])
    let result = try Program.result(of: process)
    try #require(result.exitCode == 0, "\(result.errors)")
    return try DiskChange.read(try log.read("record"))
  }

  private static func text(_ change: DiskChange) -> String {
    if case .write(let name, let offset, let bytes) = change {
      return "write \(name) \(offset) \(bytes.count)"
    }
    return "\(change)"
  }
}

/// That the model of the disk loses what it may lose.
@Suite struct RecordedDiskTests {
  @Test func onlyWhatWasSynchronizedStays() {
    var disk = RecordedDisk(["old": [1, 2, 3]])
    disk.apply(.create("new.part"))
    disk.apply(.write("new.part", offset: 2, bytes: [7]))
    #expect(disk.contents(after: .all) == ["old": [1, 2, 3]])
    #expect(disk.contents(after: .data) == ["old": [1, 2, 3], "new.part": []])
    #expect(disk.contents(after: .nothing) == ["old": [1, 2, 3], "new.part": [0, 0, 7]])
    // A file that is renamed without having been synchronized may be empty.
    disk.apply(.rename("new.part", "old"))
    #expect(disk.contents(after: .data) == ["old": []])
    #expect(disk.contents(after: .names) == ["old": [1, 2, 3]])
    disk.apply(.synchronize("old"))
    #expect(disk.contents(after: .data) == ["old": [0, 0, 7]])
    #expect(disk.contents(after: .all) == ["old": [1, 2, 3]])
    disk.apply(.synchronize(""))
    #expect(disk.contents(after: .all) == ["old": [0, 0, 7]])
  }

  @Test func blocksGetThereAlone() {
    var disk = RecordedDisk(["a": [UInt8](repeating: 1, count: 10_000)])
    disk.apply(.write("a", offset: 100, bytes: [UInt8](repeating: 2, count: 9000)))
    let states = Set((0..<40).map { disk.contents(after: .some(seed: $0))["a"] })
    // Three blocks.
    #expect(states.count == 8)
  }

  @Test func whatIsInALostFolderIsLost() {
    var disk = RecordedDisk([:])
    disk.apply(.makeFolder("run"))
    disk.apply(.create("run/a"))
    disk.apply(.synchronize("run"))
    #expect(disk.contents(after: .all).isEmpty)
    disk.apply(.synchronize(""))
    #expect(disk.contents(after: .all) == ["run": nil, "run/a": []])
  }
}

import Foundation
import TestSupport
import Testing

/// Whatever call fails, a command ends with the right code and names the file, nothing that was good is damaged, and
/// the next one works. 'make faults' lets each call fail in each way; the suite takes some of them.
@Suite(.timeLimit(minutes: 60)) struct FaultTests {
  private static let isComplete = ProcessInfo.processInfo.environment["HPTRAIN_FAULTS"] == "all"

  /// How a call may fail that the system makes.
  private static let kinds: [String: [String]] = [
    "open": ["EMFILE", "ENOSPC", "EIO"], "read": ["EIO", "EINTR", "short"],
    "write": ["ENOSPC", "EIO", "EINTR", "short", "ENOSPC+"], "truncate": ["EIO", "ENOSPC+"],
    "sync": ["EIO", "ENOSPC+"], "rename": ["EIO", "ENOSPC+"], "link": ["EIO"],
    "unlink": ["EIO"], "mkdir": ["ENOSPC", "EACCES"], "mmap": ["ENOMEM"], "malloc": ["ENOMEM"],
  ]

  /// The faults of a command that makes so many calls.
  private static func faults(_ counts: [String: Int]) -> [Fault] {
    kinds.sorted { $0.key < $1.key }.flatMap { call, kinds -> [Fault] in
      let count = counts[call] ?? 0
      guard count > 0 else { return [] }
      // Of thousands of allocations some, everywhere.
      let most = isComplete ? (call == "malloc" ? 60 : count) : (call == "malloc" ? 2 : 3)
      let numbers = Set((0..<most).map { 1 + $0 * (count - 1) / max(1, most - 1) }).sorted()
      return numbers.enumerated().flatMap { index, number in
        (isComplete ? kinds : [kinds[index % kinds.count]]).map {
          Fault(
            call: call, number: number, kind: $0.replacingOccurrences(of: "+", with: ""),
            isLasting: $0.hasSuffix("+"))
        }
      }
    }
  }

  @Test(arguments: FaultScenario.all) func everyCallMayFail(scenario: FaultScenario) throws {
    let template = try scenario.workspace()
    let before = try template.contents()
    let reference = try template.copy()
    let sound = try FaultyProgram.run(scenario.command, in: reference.path, fault: nil)
    #expect(sound.result.exitCode == 0, "\(sound.result.errors)")
    let facts = try scenario.facts(in: reference, output: sound.result.output)
    var fired = 0
    for fault in Self.faults(sound.counts) {
      let workspace = try template.copy()
      let outcome = try FaultyProgram.run(scenario.command, in: workspace.path, fault: fault)
      guard let file = outcome.file else { continue }
      fired += 1
      let result = outcome.result
      let context = Comment(
        rawValue: "\(scenario.testDescription), \(fault) of '\(file)': "
          + "\(result.exitCode) \(result.errors)")
      // A run whose checkpoints could not be seen would begin again and lose them.
      #expect(
        scenario.testDescription == "train" || !result.errors.contains("begins again"), context)
      try expectNothingDamaged(scenario, before, reference, in: workspace, context)
      var output = result.output
      if result.exitCode != 0 {
        let isFolder = file == workspace.path || file == "."
        expectRightEnd(result, fault, file: file, isFolder: isFolder, context)
        let next = try Program.run(
          scenario.continuation(in: workspace, crashed: result.exitCode >= 1000),
          in: workspace.path)
        #expect(next.exitCode == 0, "\(context) next: \(next.errors)")
        output = next.output
      }
      for name in scenario.results {
        let (found, wanted) = (try? workspace.read(name), try reference.read(name))
        #expect(found == wanted, "\(name) after \(context)")
      }
      let found = try scenario.facts(in: workspace, output: output)
      // A trial for which there was no memory, or no data, is one that failed.
      let isRight = zip(found, facts).allSatisfy { $0 == $1 || $0.contains(#""state":"fail""#) }
      #expect(found.count == facts.count && isRight, context)
    }
    #expect(fired > 5)
    if Self.isComplete { print("\(scenario.testDescription): \(fired) faults, \(sound.counts)") }
  }

  private func expectRightEnd(
    _ result: Program.Result, _ fault: Fault, file: String, isFolder: Bool, _ context: Comment
  ) {
    // Swift ends the process where there is no memory for its objects.
    if fault.call == "malloc", result.exitCode >= 1000 { return }
    #expect(!["EINTR", "short"].contains(fault.kind), context)
    var codes: [Int32] =
      switch fault.call {
      case "open", "read", "mkdir": [66, 73, 74]
      case "mmap", "malloc": [65, 66, 73, 74, 78]
      default: [73, 74]
      }
    // To read a study, SQLite may have to write: memory that is shared, and what a process before had not finished.
    if file.contains("/s.db") { codes.append(66) }
    #expect(codes.contains(result.exitCode), context)
    // What was tried again in vain was told before.
    #expect(result.errors.contains("error: ") || result.errors.contains("warning: "), context)
    // A folder is not what a message is about, and of calls that go on failing it is perhaps about a later one.
    guard !fault.isLasting, !["mmap", "malloc"].contains(fault.call), !file.isEmpty, !isFolder
    else { return }
    #expect(result.errors.contains(Self.name(of: file)), context)
  }

  /// What a message may call a file: by its own name, not by that which it has until it is whole.
  private static func name(of file: String) -> String {
    if file.hasSuffix("/output") { return "standard output" }
    var name = URL(fileURLWithPath: file).lastPathComponent
    if name.hasSuffix(".part") { name = String(name.dropLast(5)) }
    while let last = name.last, last.isNumber || last == "." { name.removeLast() }
    // SQLite's own files belong to a study.
    for ending in ["-journal", "-wal", "-shm"] where name.hasSuffix(ending) {
      name = String(name.dropLast(ending.count))
    }
    return name
  }

  /// Each file is as it was or as the command makes it; what grows begins with what it was.
  private func expectNothingDamaged(
    _ scenario: FaultScenario, _ before: [String: [UInt8]], _ reference: Workspace,
    in workspace: Workspace, _ context: Comment
  ) throws {
    if scenario.testDescription == "tune" {
      let (old, new) = (2, try FaultScenario.trials(in: workspace))
      #expect(new.count >= old, context)
      #expect(
        new.prefix(old) == (try FaultScenario.trials(in: reference)).prefix(old), context)
    }
    for (name, bytes) in before where !name.hasPrefix("s.db") {
      // Older checkpoints and what was not finished are not kept.
      if name.contains("/checkpoints/") { continue }
      guard workspace.exists(name) else {
        Issue.record("\(name) is gone: \(context)")
        continue
      }
      let now = try workspace.read(name)
      if name.hasSuffix("metrics.jsonl") || name.hasSuffix("report.html") {
        let isWhole =
          name.hasSuffix(".html")
          ? now.suffix(8) == Array("</html>\n".utf8)[...] : now.starts(with: bytes.prefix(10))
        #expect(isWhole, "\(name) \(context)")
      } else {
        #expect(now == bytes || now == (try? reference.read(name)), "\(name) \(context)")
      }
    }
  }
}

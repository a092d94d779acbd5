import Configuration
import Foundation
import GRDB
import Studies
import TestSupport
import Testing

struct StudyTransactionsTests {
  let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test func twoHandlesGiveEachNumberOnce() async throws {
    let path = try newStudy(in: workspace).path
    let numbers = try await withThrowingTaskGroup(of: [Int].self) { group in
      for _ in 0..<2 {
        group.addTask {
          let study = try StudyFile.open(path: path)
          return try (0..<30).map { _ in try study.addTrial([.init("rate", 0.5, rate)]) }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(numbers.sorted() == Array(0..<60))
  }

  /// The files as they are on the disk in the middle of a transaction are what a process leaves that is killed then.
  @Test(arguments: ["DELETE", "WAL"]) func aKilledProcessLeavesWholeTrials(mode: String) throws {
    let study = try newStudy(in: workspace)
    for _ in 0..<3 {
      let number = try study.addTrial([.init("rate", 0.5, rate)])
      try study.finish(trial: number, state: .complete, values: [1], intermediateValues: [1: 2])
    }
    study.close()
    let path = study.path
    let queue = try stranger(path)
    try queue.inDatabase { database in
      try database.execute(
        sql: "PRAGMA journal_mode = \(mode); PRAGMA cache_size = 1; BEGIN IMMEDIATE")
      // Enough that pages reach the disk before the end.
      for number in 3..<300 {
        try database.execute(
          sql: """
            INSERT INTO trials (number, study_id, state) VALUES (?, 1, 'RUNNING');
            INSERT INTO trial_user_attributes (trial_id, key, value_json) \
            VALUES (last_insert_rowid(), 'k', '"\(String(repeating: "x", count: 500))"')
            """, arguments: [number])
      }
      for ending in ["", "-journal", "-wal"]
      where FileManager.default.fileExists(atPath: path + ending) {
        try FileManager.default.copyItem(
          atPath: path + ending, toPath: workspace.path("killed.db\(ending)"))
      }
      try database.execute(sql: "ROLLBACK")
    }
    #expect(workspace.exists(mode == "WAL" ? "killed.db-wal" : "killed.db-journal"))
    let killed = try StudyFile.open(path: workspace.path("killed.db"))
    let trials = try killed.trials()
    #expect(trials.map(\.number) == [0, 1, 2])
    #expect(trials.allSatisfy { $0.values == [1] && $0.intermediateValues == [1: 2] })
    #expect(try killed.addTrial() == 3)
    killed.close()
    #expect(!workspace.exists("killed.db-wal") && !workspace.exists("killed.db-journal"))
  }

  /// Of a process that was killed between transactions, each one is there.
  @Test func whatWasStoredOutlivesTheProcess() throws {
    let study = try newStudy(in: workspace)
    try study.lockForRunning()
    for _ in 0..<20 { _ = try study.addTrial([.init("rate", 0.5, rate)]) }
    for ending in ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: study.path + ending, toPath: workspace.path("killed.db\(ending)"))
    }
    let killed = try StudyFile.open(path: workspace.path("killed.db"), access: .reading)
    #expect(try killed.trials().count == 20)
    killed.close()
    #expect(!workspace.exists("killed.db-wal"))
  }

  @Test func oneRunsAStudyAndOthersAdd() throws {
    let study = try newStudy(in: workspace)
    try study.lockForRunning()
    try study.lockForRunning()
    let other = try StudyFile.open(path: study.path)
    let refusal = try #require(finding { try other.lockForRunning() })
    #expect(refusal.code == "study-in-use" && refusal.category == .cannotCreate)
    #expect(refusal.message.contains("process \(ProcessInfo.processInfo.processIdentifier) ("))
    #expect(try study.addTrial() == 0)
    #expect(try other.addTrial() == 1)
    study.close()
    try other.lockForRunning()
    #expect(try other.trials().count == 2)
    other.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path) == ["study.db"])
  }

  /// As a process leaves it that was killed.
  @Test func aLockFileWithoutALockIsTakenOver() throws {
    let study = try newStudy(in: workspace)
    try workspace.write("study.db.lock", "1 elsewhere\n")
    try study.lockForRunning()
    study.close()
    #expect(!workspace.exists("study.db.lock"))
  }
}

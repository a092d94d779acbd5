import Configuration
import Foundation
import GRDB
import TestSupport
import Testing

import Studies

/// What cannot be worked with is said, and stays as it is.
struct StudyRefusalTests {
  let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// What opening says of a file, which it must not change.
  private func refusal(
    _ path: String, name: String? = nil, access: StudyFile.Access = .writing
  ) throws -> Diagnostic? {
    let before = try bytes(of: path)
    let finding = finding {
      _ = try StudyFile.open(path: path, name: name, access: access, patience: 0.05)
    }
    #expect(try bytes(of: path) == before)
    return finding
  }

  @Test func whatIsNoFile() throws {
    let missing = finding { _ = try StudyFile.open(path: workspace.path("none.db")) }
    #expect(missing?.category == .unreadable)
    #expect(missing?.message.hasSuffix("No such file or directory") == true)
    #expect(!workspace.exists("none.db"))
    let folder = finding { _ = try StudyFile.open(path: workspace.path) }
    #expect(folder?.category == .unreadable && folder?.message.hasSuffix("a folder") == true)
  }

  @Test(arguments: ["", "[]", String(repeating: "no database ", count: 1000)])
  func whatIsNoDatabase(text: String) throws {
    let refusal = try refusal(workspace.write("x.db", text))
    #expect(refusal?.code == "not-a-study" && refusal?.category == .configuration)
  }

  @Test(arguments: ["DELETE", "WAL"]) func aStrangersDatabase(mode: String) throws {
    let path = workspace.path("x.db")
    try change(path, "PRAGMA journal_mode = \(mode); CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    #expect(try refusal(path)?.code == "not-a-study")
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path) == ["x.db"])
  }

  /// What a process that was killed left beside a stranger's database is not put into it.
  @Test func aStrangersJournalStays() throws {
    let queue = try DatabaseQueue(path: workspace.path("x.db"))
    try queue.inDatabase { database in
      try database.execute(
        sql: "CREATE TABLE t (a); PRAGMA journal_mode = WAL; INSERT INTO t VALUES (1)")
    }
    for ending in ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: workspace.path("x.db\(ending)"), toPath: workspace.path("killed.db\(ending)"))
    }
    let journal = try bytes(of: workspace.path("killed.db-wal"))
    #expect(!journal.isEmpty)
    #expect(try refusal(workspace.path("killed.db"))?.code == "not-a-study")
    #expect(try bytes(of: workspace.path("killed.db-wal")) == journal)
  }

  @Test(arguments: [
    ("v3.0.0.d", "older"), ("v4.0.0.a", "newer"), ("v3.2.0.b", "newer"), ("x", "not"),
  ])
  func otherRevisions(revision: String, word: String) throws {
    let path = try optunaFile(in: workspace)
    try change(path, "UPDATE alembic_version SET version_num = '\(revision)'")
    let refusal = try #require(try refusal(path, name: "one"))
    #expect(refusal.code == "study-revision" && refusal.category == .configuration)
    #expect(refusal.message.contains("'\(revision)', \(word)"))
  }

  @Test func aStudyHasToBeNamed() throws {
    let path = try optunaFile(in: workspace)
    #expect(try refusal(path)?.help == "there are 'two é', 'one'")
    #expect(try refusal(path, name: "three")?.message.contains("no study 'three'") == true)
    try change(path, "DELETE FROM studies WHERE study_id = 1")
    #expect(try StudyFile.open(path: path).name == "one")
    try change(path, "DELETE FROM studies")
    #expect(try refusal(path)?.code == "which-study")
  }

  @Test(arguments: [
    "DROP TABLE trial_values", "ALTER TABLE studies RENAME COLUMN study_name TO title",
    "UPDATE study_directions SET direction = 'NOT_SET'", "DELETE FROM study_directions",
  ])
  func otherTables(change statement: String) throws {
    let path = try optunaFile(in: workspace)
    try change(path, statement)
    #expect(try refusal(path, name: "one")?.code == "damaged-study")
  }

  /// What would run without end whenever a trial is stored or read.
  @Test(arguments: [
    (
      "CREATE TRIGGER t AFTER INSERT ON trials BEGIN DELETE FROM trials WHERE trial_id IN (WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x FROM r); END",
      "the trigger 't'"
    ),
    (
      "CREATE VIEW v AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x FROM r",
      "the view 'v'"
    ),
    ("CREATE VIRTUAL TABLE f USING fts5(a)", "the virtual table 'f'"),
  ])
  func statementsOfAStranger(statement: String, words: String) throws {
    let path = try optunaFile(in: workspace)
    try change(path, statement)
    for access in [StudyFile.Access.reading, .writing] {
      let refusal = try refusal(path, name: "one", access: access)
      #expect(refusal?.code == "not-a-study")
      #expect(refusal?.message.contains(words) == true, "\(String(describing: refusal))")
    }
  }

  @Test(arguments: [
    "UPDATE trials SET number = NULL", "UPDATE trials SET number = 'x'",
    "UPDATE trials SET number = -1",
    "UPDATE trials SET number = 1e300", "UPDATE trials SET state = 'DONE'",
    "UPDATE trials SET state = x'ff'",
    "UPDATE trial_params SET distribution_json = NULL",
    "UPDATE trial_params SET distribution_json = '{}'",
    "UPDATE trial_params SET param_value = 'x'", "UPDATE trial_params SET param_name = NULL",
    "UPDATE trial_values SET value_type = 'BIG'",
    "UPDATE trial_values SET objective = objective + 5",
    "UPDATE trial_values SET value = 'x', value_type = 'FINITE'",
    "UPDATE trial_values SET value = NULL, value_type = 'FINITE'",
    "UPDATE trial_user_attributes SET value_json = '{'",
    "UPDATE trial_system_attributes SET value_json = NULL",
    "UPDATE trial_system_attributes SET key = NULL",
  ])
  func otherValues(change statement: String) throws {
    let path = try optunaFile(in: workspace)
    try change(path, statement)
    let study = try StudyFile.open(path: path, name: "two é")
    #expect(finding { _ = try study.trials() }?.code == "damaged-study")
  }

  /// Never a trap, never a change; what is found by looking through the file is a refusal.
  @Test func damagedBytes() throws {
    let sound = try bytes(of: optunaFile(in: workspace))
    var random = SplitMix64(seed: 3)
    var refusals = 0
    for index in 0..<60 {
      var damaged = sound
      if index % 4 == 0 { damaged.removeLast(Int(random.next() % UInt64(sound.count - 1))) }
      for _ in 0..<(1 << (index % 9)) {
        damaged[Int(random.next() % UInt64(damaged.count))] = UInt8(
          truncatingIfNeeded: random.next())
      }
      let path = try workspace.write("damaged.db", damaged)
      if let refusal = try refusal(path, name: "two é") {
        #expect([.configuration, .unreadable].contains(refusal.category))
        refusals += 1
      } else {
        let study = try StudyFile.open(path: path, name: "two é", access: .reading)
        _ = finding { _ = try study.trials() }
      }
      for ending in ["-wal", "-shm", "-journal"] { unlink(path + ending) }
    }
    #expect(refusals > 15)
  }

  @Test func aDamagedPage() throws {
    let path = try optunaFile(in: workspace)
    var damaged = try bytes(of: path)
    for index in 3 * 4096..<6 * 4096 { damaged[index] = 0xA5 }
    try workspace.write("optuna.db", damaged)
    #expect(try refusal(path, name: "one")?.code == "damaged-study")
  }

  @Test func lockedForTooLong() throws {
    let study = try newStudy(in: workspace)
    let queue = try stranger(study.path)
    try queue.inDatabase { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    let reading = try refusal(study.path)
    #expect(reading?.code == "study-locked" && reading?.category == .unreadable)
    try queue.inDatabase { try $0.execute(sql: "ROLLBACK") }
    let other = try StudyFile.open(path: study.path, patience: 0.05)
    try queue.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let writing = finding { _ = try other.addTrial() }
    #expect(writing?.code == "study-locked" && writing?.category == .writeFailed)
    #expect(writing?.message.contains("more than 0.05 s") == true)
    try queue.inDatabase { try $0.execute(sql: "ROLLBACK") }
    #expect(try other.addTrial() == 0)
  }

  /// The locks that SQLite takes, by a process that is none of SQLite's.
  @Test(.enabled(if: access("/usr/bin/perl", X_OK) == 0)) func whoHasTheLockIsNamed() throws {
    let study = try newStudy(in: workspace)
    study.close()
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/perl")
    // A `struct flock` of Linux on 64 bits: F_WRLCK of the bytes from 2³⁰ on, set by F_SETLK.
    holder.arguments = [
      "-e",
      """
      open(F, "+<", $ARGV[0]) or die; $lock = pack("s s x4 q q i x4", 1, 0, 1 << 30, 512, 0);
      fcntl(F, 6, $lock) or die; $| = 1; print "ready\\n"; sleep 60
      """, study.path,
    ]
    let output = Pipe()
    holder.standardOutput = output
    try holder.run()
    defer { holder.terminate() }
    #expect(output.fileHandleForReading.readData(ofLength: 6) == Data("ready\n".utf8))
    let refusal = finding { _ = try StudyFile.open(path: study.path, patience: 0.05) }
    #expect(refusal?.code == "study-locked")
    let process = holder.processIdentifier
    #expect(refusal?.message.contains("process \(process) (/usr/bin/perl -e ") == true)
    #expect(refusal?.help == "wait until it ends, or end it: kill \(process)")
  }

  /// What a stranger did to a trial that is to end.
  @Test func anEndNeedsAStateAndItsValues() throws {
    let study = try newStudy(in: workspace, [.minimize, .maximize])
    _ = try study.addTrial()
    let count = finding { try study.finish(trial: 0, state: .complete, values: [1]) }
    #expect(count?.message.hasSuffix("objectives") == true, "\(count?.message ?? "")")
    for state in ["'DONE'", "x'ff'"] {
      try change(study.path, "UPDATE trials SET state = \(state)")
      #expect(
        finding { try study.finish(trial: 0, state: .fail) }?.message.contains(
          "trial 0 has the state '") == true)
    }
  }

  @Test func aFullDisk() throws {
    let study = try newStudy(in: workspace)
    _ = try study.addTrial()
    try study.queue.inDatabase { try $0.execute(sql: "PRAGMA max_page_count = 1") }
    let refusal = finding {
      for _ in 0..<1000 { _ = try study.addTrial([.init("rate", 0.5, rate)]) }
    }
    #expect(refusal?.category == .writeFailed)
    #expect(refusal?.message.hasSuffix("No space left on device") == true)
    let count = try study.trials().count
    #expect(try study.trials().dropFirst().allSatisfy { $0.parameters.count == 1 } && count >= 1)
  }

  @Test func whatMayOnlyBeRead() throws {
    let study = try newStudy(in: workspace)
    try study.queue.inDatabase { try $0.execute(sql: "PRAGMA query_only = 1") }
    let refusal = finding { _ = try study.addTrial() }
    #expect(refusal?.category == .writeFailed && refusal?.message.contains("read-only") == true)
    let reader = try StudyFile.open(path: study.path, access: .reading)
    #expect(finding { _ = try reader.addTrial() }?.code == "read-only-study")
  }

  /// Whoever runs a study leaves a word of itself in the file of the lock, which may be anything.
  @Test(arguments: [
    ("", "another process"), ("1 2 3", "another process"), ("x host", "another process"),
    ("12 elsewhere", "process 12 on elsewhere"), ("12 elsewhere run", "process 12 on elsewhere"),
  ])
  func whoRunsAStudyIsNamed(owner: String, words: String) throws {
    let study = try newStudy(in: workspace)
    let path = try workspace.write("study.db.lock", owner)
    let descriptor = open(path, O_RDWR)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_EX) == 0)
    let refusal = finding { try study.lockForRunning() }
    #expect(refusal?.code == "study-in-use")
    #expect(refusal?.message.hasSuffix("is being run by \(words)") == true)
  }

  /// Who has a study for one change is waited for.
  @Test func aBriefLockIsWaitedFor() throws {
    let path = try newStudy(in: workspace).path
    let first = try StudyFile.openLocked(path: path, isBrief: true)
    let queue = DispatchQueue(label: "first")
    queue.asyncAfter(deadline: .now() + .milliseconds(200)) { first.close() }
    let start = ContinuousClock.now
    let second = try StudyFile.openLocked(path: path, isBrief: false)
    #expect(ContinuousClock.now - start > .milliseconds(50))
    #expect(try second.addTrial() == 0)
    // A run would not wait for one that stays.
    let third = try StudyFile.open(path: path)
    #expect(finding { try third.lockForRunning() }?.help?.contains("its trials are kept") == true)
    second.close()
    try third.lockForRunning()
    third.close()
  }

  @Test func aLockThatCannotBeMade() throws {
    let study = try newStudy(in: workspace)
    try FileManager.default.createDirectory(
      atPath: workspace.path("study.db.lock"), withIntermediateDirectories: true)
    #expect(finding { try study.lockForRunning() }?.code == "cannot-create")
  }

  @Test(arguments: [
    ("UPDATE studies SET study_name = x'ff'", "a study has no name"),
    ("UPDATE study_directions SET direction = x'ff'", "has no directions"),
    ("DELETE FROM study_directions", "has no directions"),
  ])
  func aStudyHasANameAndDirections(statement: String, words: String) throws {
    let study = try newStudy(in: workspace)
    study.close()
    try change(study.path, statement)
    let refusal = try refusal(study.path)
    #expect(refusal?.code == "damaged-study" && refusal?.message.contains(words) == true)
  }

  @Test func aDeviceIsNoStudy() throws {
    #expect(
      finding { _ = try StudyFile.open(path: "/dev/null") }?.message.hasSuffix(
        "it is no regular file") == true)
  }

  /// The number of the last trial is one more than the others', and cannot be more than the largest.
  @Test func thereIsALastNumber() throws {
    let study = try newStudy(in: workspace)
    _ = try study.addTrial()
    try change(study.path, "UPDATE trials SET number = 9223372036854775807")
    #expect(
      finding { _ = try study.addTrial() }?.message.hasSuffix("a trial has no number") == true)
  }

  @Test func manyStudiesAreNotAllNamed() throws {
    let study = try newStudy(in: workspace)
    study.close()
    let one = finding { _ = try StudyFile.open(path: study.path, name: "other") }
    #expect(one?.help == "there is 'study'")
    try change(
      study.path,
      (2...30).map { "INSERT INTO studies VALUES (\($0), 's\($0)')" }.joined(separator: "; "))
    let many = finding { _ = try StudyFile.open(path: study.path) }
    #expect(many?.help?.hasPrefix("there are ") == true && many?.help?.hasSuffix(", …") == true)
  }

  @Test func aFileThatIsMovedIsNotWrittenTo() throws {
    let study = try newStudy(in: workspace)
    _ = try study.addTrial()
    try FileManager.default.moveItem(atPath: study.path, toPath: workspace.path("moved.db"))
    let before = try bytes(of: workspace.path("moved.db"))
    let refusal = finding { _ = try study.addTrial() }
    #expect(refusal?.category == .writeFailed)
    #expect(
      refusal?.message.hasSuffix("the file was moved or removed while it was open") == true,
      "\(refusal?.message ?? "")")
    #expect(try bytes(of: workspace.path("moved.db")) == before)
  }

  /// Another program has put something else into the file since it was opened.
  @Test func aFileThatIsOverwrittenIsNotRun() throws {
    let study = try newStudy(in: workspace)
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: study.path))
    try file.write(contentsOf: Data(repeating: 0x41, count: 8192))
    try file.close()
    #expect(finding { try study.lockForRunning() }?.code == "not-a-study")
  }

  @Test func whatIsNoJSONDoesNotWait() throws {
    let study = try newStudy(in: workspace)
    let refusal = finding { _ = try study.enqueue(["a": .integer(1), "b": .other("[1")]) }
    #expect(refusal?.code == "invalid-value" && refusal?.category == .usage)
    #expect(refusal?.message == "the value of 'b' is no JSON")
    #expect(try study.trials().isEmpty)
  }

  @Test(.enabled(if: geteuid() != 0)) func withoutRights() throws {
    let study = try newStudy(in: workspace)
    study.close()
    chmod(study.path, 0o444)
    #expect(
      finding { _ = try StudyFile.open(path: study.path).addTrial() }?.category == .writeFailed)
    chmod(study.path, 0)
    #expect(finding { _ = try StudyFile.open(path: study.path) }?.category == .unreadable)
  }

  @Test func aFileThatIsThereIsNotReplaced() throws {
    let path = try workspace.write("study.db", "mine")
    let refusal = finding { _ = try newStudy(in: workspace) }
    #expect(refusal?.code == "already-there" && refusal?.category == .cannotCreate)
    #expect(try bytes(of: path) == Array("mine".utf8))
    let nowhere = finding {
      _ = try StudyFile.create(path: workspace.path("a/b.db"), name: "b", directions: [.minimize])
    }
    #expect(nowhere?.category == .cannotCreate)
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path) == ["study.db"])
  }
}

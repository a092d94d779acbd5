import Configuration
import Foundation
import GRDB
import Studies
import TestSupport
import Testing

/// Makes the file that Optuna 5.0.0 made, by its statements.
func optunaFile(in workspace: Workspace, _ name: String = "optuna.db") throws -> String {
  let path = workspace.path(name)
  let statements = try String(decoding: bytes(of: fixture), as: UTF8.self)
  let queue = try stranger(path)
  // Rows come before those that they refer to.
  try queue.inDatabase { try $0.execute(sql: "PRAGMA foreign_keys = OFF; \(statements)") }
  try queue.close()
  return path
}

private let fixture = #filePath.replacing("Studies.swift", with: "optuna-5.0.0.sql")

/// Changes a file as a stranger to its tables.
func change(_ path: String, _ statements: String) throws {
  let queue = try DatabaseQueue(path: path)
  try queue.inDatabase { try $0.execute(sql: "PRAGMA foreign_keys = OFF; \(statements)") }
  try queue.close()
}

/// A connection of a stranger, which may leave a transaction open.
func stranger(_ path: String) throws -> DatabaseQueue {
  var configuration = GRDB.Configuration()
  configuration.allowsUnsafeTransactions = true
  return try DatabaseQueue(path: path, configuration: configuration)
}

/// The first finding of what is thrown.
func finding(_ body: () throws -> Void) -> Diagnostic? {
  do {
    try body()
  } catch let failure as Failure {
    return failure.diagnostics.first
  } catch {
    Issue.record("\(error)")
  }
  return nil
}

func newStudy(
  in workspace: Workspace, _ directions: [Direction] = [.minimize]
) throws -> StudyFile {
  try StudyFile.create(path: workspace.path("study.db"), name: "study", directions: directions)
}

let rate = Distribution.float(low: 1e-5, high: 1, step: nil, isLogarithmic: true)

func bytes(of path: String) throws -> [UInt8] {
  try Array(Data(contentsOf: URL(fileURLWithPath: path)))
}

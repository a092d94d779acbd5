import Configuration
import GRDB
import Glibc

extension StudyFile {
  /// Makes a file with one study, and opens it. The file gets its name when all of it is there.
  ///
  /// - Throws: `Failure` if there is a file of that name, or it cannot be made.
  package static func create(
    path: String, name: String, directions: [Direction], userAttributes: [String: JSONValue] = [:],
    systemAttributes: [String: JSONValue] = [:]
  ) throws -> StudyFile {
    var status = stat()
    guard lstat(path, &status) != 0 else { throw alreadyThere(path) }
    let temporary = "\(path).\(getpid()).part"
    let descriptor = Glibc.open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Failure.system(.cannotCreate, code: "cannot-create", "create", path, errno)
    }
    Glibc.close(descriptor)
    defer { unlink(temporary) }
    do {
      var configuration = GRDB.Configuration()
      configuration.prepareDatabase { database in
        // Nobody sees the file before it is whole.
        try database.execute(sql: "PRAGMA journal_mode = MEMORY")
      }
      let queue = try DatabaseQueue(path: databasePath(temporary), configuration: configuration)
      try queue.write { database in
        try database.execute(sql: StudySchema.statements)
        try database.execute(
          sql: "INSERT INTO studies (study_id, study_name) VALUES (1, ?)", arguments: [name])
        for (index, direction) in directions.enumerated() {
          try database.execute(
            sql: "INSERT INTO study_directions (direction, study_id, objective) VALUES (?, 1, ?)",
            arguments: [direction.rawValue, index])
        }
        for (kind, attributes) in [("user", userAttributes), ("system", systemAttributes)] {
          for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
            try database.execute(
              sql:
                "INSERT INTO study_\(kind)_attributes (study_id, key, value_json) VALUES (1, ?, ?)",
              arguments: [key, PythonJSON.text(value)])
          }
        }
      }
      try queue.close()
    } catch let error as DatabaseError {
      throw Failure.database(error, path, isWriting: true, patience: 0)
    }
    try giveName(temporary, path)
    return try open(path: path, name: name)
  }

  /// Without ever replacing a file that appeared meanwhile.
  private static func giveName(_ temporary: String, _ path: String) throws {
    if link(temporary, path) != 0 {
      let number = errno
      if number == EEXIST { throw alreadyThere(path) }
      // Some file systems have no links.
      guard [EPERM, ENOSYS, EOPNOTSUPP, EMLINK].contains(number), Glibc.access(path, F_OK) != 0,
        rename(temporary, path) == 0
      else { throw Failure.system(.cannotCreate, code: "cannot-create", "create", path, number) }
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    Glibc.close(descriptor)
  }

  private static func alreadyThere(_ path: String) -> Failure {
    Failure(
      Diagnostic(
        .error, .cannotCreate, code: "already-there",
        "cannot create '\(path)': there is such a file",
        help: "name another file, or go on with the study in it"))
  }
}

import TestSupport

/// What a program did to the files of a folder, in order, as `Tests/FaultInjection` records it.
enum DiskChange {
  case create(String)
  case truncate(String, length: Int)
  case write(String, offset: Int, bytes: [UInt8])
  /// Of a file or a folder; "" is the folder that was recorded.
  case synchronize(String)
  case rename(String, String)
  case link(String, String)
  case unlink(String)
  case makeFolder(String)

  /// What no record holds.
  struct Unreadable: Error {
    let kind: UInt8
    let missingBytes: Int
  }

  /// The changes of a record.
  static func read(_ bytes: [UInt8]) throws -> [DiskChange] {
    var changes: [DiskChange] = []
    var rest = bytes[...]
    func number(_ size: Int) -> Int {
      defer { rest = rest.dropFirst(size) }
      return rest.prefix(size).reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    func text(_ length: Int) -> String {
      defer { rest = rest.dropFirst(length) }
      return String(decoding: rest.prefix(length), as: UTF8.self)
    }
    while let kind = rest.popFirst() {
      let lengths = (number(4), number(4), number(4))
      let offset = number(8)
      let (path, other) = (text(lengths.0), text(lengths.1))
      let data = Array(rest.prefix(lengths.2))
      rest = rest.dropFirst(lengths.2)
      let missing =
        lengths.0 + lengths.1 + lengths.2 - path.utf8.count - other.utf8.count - data.count
      guard missing == 0 else { throw Unreadable(kind: kind, missingBytes: missing) }
      switch Character(Unicode.Scalar(kind)) {
      case "c": changes.append(.create(path))
      case "t": changes.append(.truncate(path, length: offset))
      case "w": changes.append(.write(path, offset: offset, bytes: data))
      case "s": changes.append(.synchronize(path))
      case "r": changes.append(.rename(path, other))
      case "l": changes.append(.link(path, other))
      case "u": changes.append(.unlink(path))
      case "m": changes.append(.makeFolder(path))
      default: throw Unreadable(kind: kind, missingBytes: 0)
      }
    }
    return changes
  }
}

/// A disk that promises no more than POSIX does: what was not synchronized may be there after a loss of power or not, each
/// block and each name for itself. Synchronizing a file keeps its bytes, synchronizing a folder the names in it.
struct RecordedDisk {
  /// What of the unsynchronized changes a loss of power leaves.
  enum Loss: CustomStringConvertible {
    case all
    /// That of a process that was killed.
    case nothing
    case names
    case data
    case some(seed: UInt64)

    var description: String {
      switch self {
      case .all: "all is lost"
      case .nothing: "nothing is lost"
      case .names: "names are lost"
      case .data: "data is lost"
      case .some(let seed): "some is lost (\(seed))"
      }
    }
  }

  private enum Entry {
    case file(Int)
    case folder
  }

  private enum DataChange {
    case truncate(Int)
    case write(Int, [UInt8])

    func apply(to bytes: inout [UInt8]) {
      switch self {
      case .truncate(let length): Self.resize(&bytes, length)
      case .write(let offset, let data):
        if bytes.count < offset + data.count { Self.resize(&bytes, offset + data.count) }
        bytes.replaceSubrange(offset..<offset + data.count, with: data)
      }
    }

    private static func resize(_ bytes: inout [UInt8], _ length: Int) {
      if bytes.count > length { bytes.removeLast(bytes.count - length) }
      bytes += [UInt8](repeating: 0, count: length - bytes.count)
    }

    /// The blocks, each of which may get to the disk alone.
    var blocks: [DataChange] {
      guard case .write(let offset, let data) = self else { return [self] }
      var blocks: [DataChange] = []
      var start = 0
      while start < data.count {
        let end = min(
          data.count,
          (offset + start) / RecordedDisk.block * RecordedDisk.block
            + RecordedDisk.block - offset)
        blocks.append(.write(offset + start, Array(data[start..<end])))
        start = end
      }
      return blocks
    }
  }

  private struct File {
    var durable: [UInt8] = []
    var pending: [DataChange] = []
  }

  private struct NameChange {
    let folder: String
    var removed: String?
    var added: (name: String, entry: Entry)?

    func apply(to names: inout [String: Entry]) {
      if let removed { names[removed] = nil }
      if let added { names[added.name] = added.entry }
    }
  }

  private static let block = 4096

  private var files: [File] = []
  private var durable: [String: Entry] = [:]
  private var current: [String: Entry] = [:]
  private var pending: [NameChange] = []

  /// - Parameter contents: what has been on the disk for long.
  init(_ contents: [String: [UInt8]]) {
    for (name, bytes) in contents {
      var parent = Self.folder(of: name)
      while !parent.isEmpty {
        durable[parent] = .folder
        parent = Self.folder(of: parent)
      }
      durable[name] = .file(files.count)
      files.append(File(durable: bytes))
    }
    current = durable
  }

  private static func folder(of name: String) -> String {
    name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
  }

  mutating func apply(_ change: DiskChange) {
    switch change {
    case .create(let name):
      add(name, .file(files.count))
      files.append(File())
    case .truncate(let name, let length): changeData(of: name, .truncate(length))
    case .write(let name, let offset, let bytes): changeData(of: name, .write(offset, bytes))
    case .synchronize(let name): synchronize(name)
    case .rename(let old, let new):
      guard let entry = current[old] else { return }
      changeNames(NameChange(folder: Self.folder(of: new), removed: old, added: (new, entry)))
    case .link(let old, let new):
      if let entry = current[old] { add(new, entry) }
    case .unlink(let name):
      changeNames(NameChange(folder: Self.folder(of: name), removed: name))
    case .makeFolder(let name): add(name, .folder)
    }
  }

  private mutating func add(_ name: String, _ entry: Entry) {
    changeNames(NameChange(folder: Self.folder(of: name), added: (name, entry)))
  }

  private mutating func changeNames(_ change: NameChange) {
    change.apply(to: &current)
    pending.append(change)
  }

  private mutating func changeData(of name: String, _ change: DataChange) {
    // A file that was removed while it is open has no name any more.
    guard case .file(let file) = current[name] else { return }
    files[file].pending.append(change)
  }

  private mutating func synchronize(_ name: String) {
    if case .file(let file) = current[name] {
      let changes = files[file].pending
      for change in changes { change.apply(to: &files[file].durable) }
      files[file].pending = []
      return
    }
    for change in pending where change.folder == name { change.apply(to: &durable) }
    pending.removeAll { $0.folder == name }
  }

  /// What is there after a loss of power: folders have no bytes.
  func contents(after loss: Loss) -> [String: [UInt8]?] {
    var generator = SplitMix64(seed: 0)
    if case .some(let seed) = loss { generator = SplitMix64(seed: seed) }
    func isKept(name: Bool) -> Bool {
      switch loss {
      case .all: false
      case .nothing: true
      case .names: !name
      case .data: name
      case .some: Bool.random(using: &generator)
      }
    }
    var names = durable
    for change in pending where isKept(name: true) { change.apply(to: &names) }
    var contents: [String: [UInt8]?] = [:]
    for (name, entry) in names.sorted(by: { $0.key < $1.key }) {
      // Memory that processes share is made anew by the first that opens a study.
      if name.hasSuffix("-shm") { continue }
      // What lies in a folder that is not there is not there, either.
      var parent = Self.folder(of: name)
      while !parent.isEmpty, names[parent] != nil { parent = Self.folder(of: parent) }
      guard parent.isEmpty else { continue }
      switch entry {
      case .folder: contents[name] = .some(nil)
      case .file(let file):
        var bytes = files[file].durable
        for change in files[file].pending.flatMap(\.blocks) where isKept(name: false) {
          change.apply(to: &bytes)
        }
        contents[name] = bytes
      }
    }
    return contents
  }
}

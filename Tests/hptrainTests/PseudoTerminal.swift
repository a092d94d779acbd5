import Foundation
import Glibc
import TestSupport

/// A terminal of which a test holds the other end.
final class PseudoTerminal {
  struct NoTerminal: Error {}

  private let descriptor: Int32
  private let path: String
  /// All that was written to it, as the terminal got it.
  private(set) var bytes: [UInt8] = []

  // From asm-generic/ioctls.h, as macros that are not imported.
  private static let unlock: UInt = 0x4004_5431
  private static let number: UInt = 0x8004_5430

  init(columns: Int, rows: Int) throws {
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw NoTerminal() }
    var isLocked: Int32 = 0
    var index: Int32 = 0
    guard ioctl(descriptor, Self.unlock, &isLocked) == 0,
      ioctl(descriptor, Self.number, &index) == 0
    else { throw NoTerminal() }
    path = "/dev/pts/\(index)"
    resize(columns: columns, rows: rows)
  }

  deinit { close(descriptor) }

  func resize(columns: Int, rows: Int) {
    var size = winsize()
    (size.ws_col, size.ws_row) = (UInt16(columns), UInt16(rows))
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
  }

  /// Where a program writes to it.
  func end() throws -> FileHandle {
    let end = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard end >= 0 else { throw NoTerminal() }
    return FileHandle(fileDescriptor: end, closeOnDealloc: true)
  }

  /// Takes what comes for so long, or until all that had the terminal open have closed it.
  ///
  /// - Parameter isEnough: whether no more is waited for.
  /// - Returns: whether it is still open.
  @discardableResult
  func read(seconds: Double, until isEnough: () -> Bool = { false }) -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(seconds)
    while clock.now < deadline, !isEnough() {
      guard let count = readOnce(milliseconds: 20) else { continue }
      guard count > 0 else { return false }
    }
    return true
  }

  /// Takes what has come until now.
  func readWaiting() {
    while let count = readOnce(milliseconds: 0), count > 0 {}
  }

  /// - Returns: the bytes that came, 0 once nobody has the terminal open; `nil` if there was nothing for so long.
  private func readOnce(milliseconds: Int32) -> Int? {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, milliseconds) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = max(0, Glibc.read(descriptor, &buffer, buffer.count))
    bytes += buffer[..<count]
    return count
  }
}

/// What a terminal shows, for the sequences that hptrain writes.
struct TerminalScreen {
  private(set) var columns: Int
  private(set) var lines: [[Character]] = [[]]
  /// How often a line was too long, so that it went on in the next.
  private(set) var wraps = 0
  /// Sequences that are not known here.
  private(set) var unknown: [String] = []
  /// How many sequences of each kind there were, by the letter that ends them.
  private(set) var counts: [Character: Int] = [:]
  private var row = 0
  private var column = 0
  /// Whether what is too long for a line goes on in the next.
  private var isWrapping = true
  private var pending: [UInt8] = []

  init(columns: Int) { self.columns = columns }

  /// Lines that are too long are cut, as terminals do that do not break them anew.
  mutating func resize(columns: Int) {
    self.columns = columns
    lines = lines.map { Array($0.prefix(columns)) }
  }

  var text: [String] {
    lines.map { line in
      var text = String(line)
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    }
  }

  mutating func write(_ bytes: some Sequence<UInt8>) {
    pending += bytes
    let whole = wholeCount
    let text = String(decoding: pending[..<whole], as: UTF8.self)
    pending.removeFirst(whole)
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\r": column = 0
      case "\n":
        row += 1
        if row == lines.count { lines.append([]) }
      case "\u{1B}":
        guard let end = scalars.firstIndex(where: { $0.properties.isAlphabetic }) else {
          // The rest of the sequence is yet to come.
          pending = Array(("\u{1B}" + scalars.map { String($0) }.joined()).utf8) + pending
          return
        }
        _ = scalars.popFirst()
        let argument = scalars[..<end].map { String($0) }.joined()
        apply(Character(scalars[end]), argument)
        scalars = scalars[(end + 1)...]
      default: put(Character(scalar))
      }
    }
  }

  /// How many of the bytes are whole characters.
  private var wholeCount: Int {
    for back in 1...3 where back <= pending.count {
      let byte = pending[pending.count - back]
      if byte < 0x80 { return pending.count }
      if byte >= 0xC0 {
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        return back < length ? pending.count - back : pending.count
      }
    }
    return pending.count
  }

  private mutating func put(_ character: Character) {
    if column >= columns, !isWrapping { column = columns - 1 }
    if column == columns {
      wraps += 1
      column = 0
      row += 1
      if row == lines.count { lines.append([]) }
    }
    while lines[row].count <= column { lines[row].append(" ") }
    lines[row][column] = character
    column += 1
  }

  private mutating func apply(_ letter: Character, _ argument: String) {
    counts[letter, default: 0] += 1
    switch letter {
    case "m": break
    case "K": lines[row] = Array(lines[row].prefix(column))
    case "J":
      lines[row] = Array(lines[row].prefix(column))
      lines.removeLast(lines.count - row - 1)
    case "h" where argument == "?7": isWrapping = true
    case "l" where argument == "?7": isWrapping = false
    case "A": row = max(0, row - (Int(argument) ?? 1))
    default: unknown.append(argument + String(letter))
    }
  }
}

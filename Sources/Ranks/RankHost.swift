import Configuration
import Glibc
import Numerics

/// Where a rank runs.
package struct RankHost: Sendable {
  package let name: String
  /// Those that it may use.
  package let processors: Int
  package let threads: Int

  /// The hosts of all ranks, in their order.
  ///
  /// - Parameter threads: those that this rank computes on.
  package static func all(_ ranks: any Communicator, threads: Int) -> [RankHost] {
    var name = [UInt8](repeating: 0, count: nameBytes)
    name.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      // The last byte stays 0.
      gethostname(base.assumingMemoryBound(to: CChar.self), bytes.count - 1)
    }
    var names = [UInt8](repeating: 0, count: nameBytes * ranks.size)
    name.withUnsafeBytes { name in
      names.withUnsafeMutableBytes {
        ranks.gather(name, counts: Array(repeating: nameBytes, count: ranks.size), into: $0)
      }
    }
    let processors = ranks.gather(ThreadPool.availableProcessors)
    let counts = ranks.gather(threads)
    return (0..<ranks.size).map { rank in
      let bytes = names[rank * nameBytes..<(rank + 1) * nameBytes].prefix { $0 != 0 }
      return RankHost(
        name: String(decoding: bytes, as: UTF8.self), processors: processors[rank],
        threads: counts[rank])
    }
  }

  /// Linux names have 64 at most.
  private static let nameBytes = 72

  package var text: String {
    "\(Spelling.count(threads, "thread")) of \(Spelling.count(processors, "processor")) on \(name)"
  }

  package var json: JSONValue {
    .object([
      "host": .string(name), "processors": .integer(processors), "threads": .integer(threads),
    ])
  }
}

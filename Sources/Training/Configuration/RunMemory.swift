import Datasets
import Glibc
import Numerics

/// The most memory that a run will hold at once, as far as it is known before it begins.
package struct RunMemory: Sendable {
  /// What the process holds after the data was looked at: the program, its libraries, and of the data what
  /// stays.
  package let process: Int
  /// The examples, as far as they are made or touched later.
  package let examples: Int
  /// Parameters, optimizer states, values and gradients, and the scratch memory of the workers.
  package let network: Int
  /// The parameters of the best epoch, and the model file as it is written.
  package let copies: Int

  package init(_ data: PreparedData, plan: MemoryPlan, workers: Int) {
    process = Self.residentBytes
    examples = data.laterBytes
    network = plan.byteCount(workers: workers)
    copies = 2 * plan.modelArrays.reduce(0) { $0 + $1.shape.count } * MemoryLayout<Float>.stride
  }

  package var total: Int { process + examples + network + copies }

  /// What this process holds in memory now; 0 where the system does not say.
  private static var residentBytes: Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
    let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      .split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}

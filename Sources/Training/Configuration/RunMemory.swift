import Datasets
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
  /// The parameters of the best epoch.
  package let copies: Int
  /// What metrics keep of every example.
  package let metrics: Int
  /// What is on its way to the disk.
  package let staging: Int

  package init(
    _ data: PreparedData, plan: MemoryPlan, metrics: Int, checkpoints: CheckpointConfig,
    workers: Int
  ) {
    self.metrics = metrics
    staging = checkpoints.keep > 0 ? CheckpointWriter.stagingBytes(for: plan.stateBytes) : 0
    process = ProcessMemory.residentBytes
    examples = data.laterBytes
    network = plan.byteCount(workers: workers)
    copies = plan.modelArrays.reduce(0) { $0 + $1.shape.count } * MemoryLayout<Float>.stride
  }

  package var total: Int { process + examples + network + copies + metrics + staging }
}

import Configuration
import Numerics
import Training

extension TrainedModel {
  /// A model file in memory.
  static func bytes(
    plan: RunPlan, memory: Memory, summary: JSONValue, version: String
  ) -> [UInt8] {
    withPieces(plan: plan, memory: memory, summary: summary, version: version) {
      $0.flatMap { Array($0) }
    }
  }
}

import Configuration
import Datasets
import Foundation
import Training

extension FuzzTarget {
  private static let checkpointMetadata = ["config", "data", "state"]
  private static let version = "fuzz"

  /// The metadata of a checkpoint and the shapes of its tensors, with a checksum that is right: what is taken goes on.
  static let checkpoint = FuzzTarget(
    name: "checkpoint",
    words: {
      let state = Pieces(try checkpointSeeds()[0])[2]
      return DeclaredWords.of(JSONParser.parse(SourceText(name: "state", state)).value)
        .reduce(into: ["1e300", "-1", "9223372036854775807", "\"nan\"", "\"inf\""]) {
          $0.insert("\"\($1)\"")
        }
    },
    seeds: checkpointSeeds, mutations: 1_000,
    read: { bytes in
      let pieces = Pieces(bytes)
      let texts = checkpointMetadata.indices.map { (checkpointMetadata[$0], pieces[$0]) }
      let zeros = "fletcher:" + String(repeating: "0", count: 16)
      let file = TensorFile.bytes(
        metadata: [("format", "hptrain-checkpoint"), ("hptrain_version", version)] + texts,
        tensors: pieces[checkpointMetadata.count], checksum: zeros)
      guard var file else { return false }
      seal(&file, zeros)
      let path = try FuzzWorkspace.shared.write("checkpoint.safetensors", file)
      let checkpoint = try Checkpoint(path: path, version: version)
      let loop = try checkpointed.loop()
      try loop.restore(checkpoint)
      // What is left of the run is short, whatever the state says.
      let outcome = try loop.run(TrainingLoop.Observer())
      try require(
        outcome.iterations == loop.plan.iterations || outcome.reason != .completed,
        "the run ended at iteration \(outcome.iterations)")
      return true
    })

  /// A network whose optimizer and schedule remember something.
  private static let checkpointed = SampleModel(
    data: #""train": "table", "target": "kind", "validation": {"fraction": 0.3}"#,
    layers: #"{"type": "dense", "units": 2}, {"type": "dense"}"#,
    training: #"""
      , "optimizer": "adam", "gradient_accumulation": 2, "learning_rate_schedule": "reduce_on_plateau",
      "early_stopping": {"patience": 2}, "metrics": ["accuracy", "roc_auc"]
      """#,
    name: "table", contents: SampleModel.all[0].contents)

  /// Where the run stands within an epoch, and behind one.
  @Sendable private static func checkpointSeeds() throws -> [[UInt8]] {
    try [1, 2, 4].map { stop in
      let path = FuzzWorkspace.shared.path("run")
      try? FileManager.default.removeItem(atPath: path)
      let loop = try checkpointed.loop()
      let directory = try RunDirectory(path: path)
      try directory.write(loop.plan)
      let checkpointer = try Checkpointer(
        loop.plan, directory: directory, version: version, pool: pool, iterations: 0,
        report: { _ in })
      var observer = TrainingLoop.Observer()
      observer.shouldStop = { loop.iterations >= stop }
      _ = try loop.run(observer, checkpointer: checkpointer)
      guard checkpointer.finish(),
        let name = try FileManager.default.contentsOfDirectory(atPath: path + "/checkpoints")
          .filter({ $0.hasSuffix(".safetensors") }).max()
      else { throw FuzzFinding(description: "no checkpoint was written") }
      let bytes = try FileBytes(path: path + "/checkpoints/" + name, compression: .keep)
      return try TensorFile.pieces(
        of: bytes.withBytes { Array($0) }, checkpointMetadata, types: [.float, .word])
    }
  }

  /// Puts the checksum in the place of its zeros, as Architecture.md describes it.
  private static func seal(_ file: inout [UInt8], _ zeros: String) {
    let length = file.withUnsafeBytes {
      Int(UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)))
    }
    let (start, data) = (Array(file[..<(8 + length)]), Array(file[(8 + length)...]))
    var sum = BlockChecksum()
    start.withUnsafeBytes { sum.add($0) }
    data.withUnsafeBytes { sum.add($0) }
    guard let place = start.firstRange(of: Array("\"checksum\":\"\(zeros)\"".utf8)) else { return }
    file.replaceSubrange(
      place.upperBound - 17..<place.upperBound - 1, with: Array(sum.hexadecimal.utf8))
  }
}

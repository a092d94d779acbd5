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
      let tensors = pieces[checkpointMetadata.count]
      if let path = try write("hptrain-training", [texts[2]], tensors) { try takeOver(path) }
      guard let path = try write("hptrain-checkpoint", texts, tensors) else { return false }
      let loop = try checkpointed.loop()
      try loop.restore(try Checkpoint(path: path, version: version))
      // What is left of the run is short, whatever the state says.
      let outcome = try loop.run(TrainingLoop.Observer())
      try require(
        outcome.iterations == loop.plan.iterations || outcome.reason != .completed,
        "the run ended at iteration \(outcome.iterations)")
      return true
    })

  /// Goes on from a state as a member of a population does from that of another one.
  private static func takeOver(_ path: String) throws {
    let loop = try checkpointed.loop()
    do {
      try TrainingState.restore(loop, from: path, version: version)
    } catch is Failure {
      return
    }
    _ = try loop.run(toEpoch: 2, TrainingLoop.Observer())
  }

  /// - Returns: the path of the file; `nil` if the tensors are none.
  private static func write(
    _ format: String, _ texts: [(String, String)], _ tensors: String
  ) throws -> String? {
    let zeros = "fletcher:" + String(repeating: "0", count: 16)
    let file = TensorFile.bytes(
      metadata: [("format", format), ("hptrain_version", version)] + texts, tensors: tensors,
      checksum: zeros)
    guard var file else { return nil }
    seal(&file, zeros)
    return try FuzzWorkspace.shared.write("\(format).safetensors", file)
  }

  /// A network whose optimizer and schedule remember something.
  private static let checkpointed = SampleModel(
    data: #""train": "table", "target": "kind", "validation": {"fraction": 0.3}"#,
    layers: #"{"type": "dense", "units": 2}, {"type": "dense"}"#,
    training: #"""
      , "optimizer": "adam", "gradient_accumulation": 2, "learning_rate_schedule": "reduce_on_plateau",
      "early_stopping": {"patience": 2}, "metrics": ["accuracy", "roc_auc"]
      """#,
    name: "table", contents: SampleModel.all[0].contents)

  /// Where the run stands within an epoch and behind one, and with counts that cannot go on.
  @Sendable private static func checkpointSeeds() throws -> [[UInt8]] {
    let right = try checkpoints()
    let endless = ["samples", "updates"].map { name in
      var texts = (0...checkpointMetadata.count).map { Pieces(right[0])[$0] }
      let state = JSONParser.parse(SourceText(name: "state", texts[2])).value
      let members = (state.members ?? []).map {
        $0.key == name ? JSONMember(name, .integer(.max)) : $0
      }
      texts[2] = JSONValue.object(members).compactText
      return Pieces.joined(texts)
    }
    return right + endless
  }

  private static func checkpoints() throws -> [[UInt8]] {
    try [1, 2, 4].map { stop in
      let path = try FuzzWorkspace.shared.path("run")
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
        of: bytes.withBytes { Array($0) }, checkpointMetadata, types: [.float, .word],
        noun: Safetensors.checkpointNoun)
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

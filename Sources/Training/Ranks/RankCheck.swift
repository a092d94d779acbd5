import Configuration
import Datasets
import Numerics

extension RunPlan {
  /// Why several ranks cannot make the run; none if they can.
  package func obstacles(ranks size: Int) -> [Diagnostic] {
    guard size > 1 else { return [] }
    var found: [Diagnostic] = []
    func report(_ code: String, _ message: String, help: String) {
      found.append(Diagnostic(.error, .configuration, code: code, message, help: help))
    }
    if network.isStateful {
      report(
        "ranks",
        "a stateful layer carries its state from batch to batch by rows, which \(size) ranks do not divide alike in each batch",
        help: "train it in one process, or remove \"stateful\"")
    }
    if (data.config as? CSVDataConfig)?.isOnDisk == true {
      report(
        "ranks", "examples on the disk are read by one process, not by \(size) ranks",
        help: "train in one process, or leave data.storage out")
    }
    let last = config.training.dropLast ? 0 : examples % batchSize
    if batchSize < size {
      report(
        "ranks",
        "a batch of \(Spelling.count(batchSize, "example")) cannot be divided among \(size) ranks",
        help: "make training.batch_size larger, or start fewer ranks")
    } else if last > 0, last < size {
      report(
        "ranks",
        "the last batch of each epoch has \(Spelling.count(last, "example")), which cannot be divided among \(size) ranks",
        help: "set \"drop_last\": true in training, choose another batch_size, or start fewer ranks"
      )
    }
    return found
  }

  /// Numbers that are the same on all ranks that make the same run of the same data: checksums of the configuration
  /// and of what the files hold.
  package func identity(at checkpoint: Checkpoint?) throws -> [Int] {
    let texts = [
      resolvedConfig(in: "").compactText, try fingerprint(in: "").json.compactText,
    ]
    let sums = texts.map { text in
      Array(text.utf8).withUnsafeBytes { Int(Checksum.crc32($0)) }
    }
    return sums + [checkpoint?.iterations ?? 0, parameterCount, examples]
  }
}

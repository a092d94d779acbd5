import Configuration

/// Where the examples of a table are kept while a network learns from them: `"disk"`, or
/// `{"type": "disk", "memory_megabytes": 512}`.
package struct StorageConfig: ConfigObject {
  package enum Kind: String, CaseIterable, Sendable {
    case memory
    case disk
  }

  package var type = Kind.disk
  /// What the examples that are in memory at a time take, in millions of bytes; `nil` for the default.
  package var memoryMegabytes: Int?

  package init() {}

  package static let defaultMegabytes = 128

  /// What the examples that are in memory at a time take, in bytes.
  package var memoryBytes: Int { (memoryMegabytes ?? Self.defaultMegabytes) * 1_000_000 }

  package static let keys: [Key<Self>] = [
    Key(
      "type", \.type, .choice,
      help:
        "memory holds all examples; disk writes them into a temporary file and reads them in parts.",
      guidance: .choice(
        """
        disk where the table, of which each number takes 4 bytes and 8 while it is read, does not fit \
        into memory. Examples are then shuffled within windows of pages from all over the file, and what \
        has to sort all numbers of a column is not to be had.
        """,
        typical: "memory, as long as the examples fit.",
        example: #""type": "disk""#)),
    .integer(
      "memory_megabytes", \.memoryMegabytes, in: .between(1, 1_000_000), unit: "millions of bytes",
      synonyms: ["memory", "memory_mb", "cache", "buffer"],
      help:
        "What the examples in memory take, with disk; by default 128. The order of the examples depends on it.",
      guidance: .amount(
        tooLow: """
          Examples that stand near each other in the file come in the same batches: in a sorted file the loss \
          leaps from window to window.
          """,
        tooHigh: "Memory that others need, and no better order than half of it gives.",
        typical: "128; up to a quarter of the memory that there is.",
        example: #""type": "disk", "memory_megabytes": 512"#)),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    guard type == .memory, memoryMegabytes != nil else { return }
    reading.report(
      code: "contradiction", "'memory_megabytes' has no effect while all examples are in memory",
      at: json["memory_megabytes"]?.location, help: "write \"type\": \"disk\", or remove it")
  }

  static let codec = Codec<StorageConfig>.shortForm(.object()) { (type: Kind) in
    var config = StorageConfig()
    config.type = type
    return config
  }
}

extension CSVDataConfig {
  /// Whether examples are kept on the disk.
  package var isOnDisk: Bool { storage?.type == .disk }
}

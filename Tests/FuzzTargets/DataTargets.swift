import Configuration
import Datasets
import Numerics
import TestSupport

extension FuzzTarget {
  /// A table as the data of a run, encoded and, in a series, under windows. The first byte says by which settings.
  static let tables = FuzzTarget(
    name: "tables",
    words: {
      ["rome", "NA", "2020-02-29", "1e300", "\"\"", "\r\n", "big", "day,who,v,kind"]
    },
    seeds: {
      var csv = "day,who,v,kind\n"
      for index in 1...9 {
        csv += "2020-0\(index),a,\(index).5,\(index % 2 == 0 ? "x" : "y")\n"
        csv += "2020-0\(index),b,-\(index),x\n"
      }
      return tableSettings.indices.map { [UInt8($0)] + Array(csv.utf8) }
    },
    mutations: 1_500,
    read: { bytes in
      guard let first = bytes.first else { return false }
      let setting = tableSettings[Int(first) % tableSettings.count]
      try require(
        try readExamples(#""train": "train", \#(setting)"#, Array(bytes.dropFirst())), "no numbers")
      return true
    })

  private static let tableSettings = [
    #""target": "v", "scaling": "standard", "test": {"fraction": 0.3}"#,
    #""target": "kind", "validation": {"fraction": 0.2, "stratify": true}"#,
    #""target": "v", "missing": "mean", "columns": {"who": {"type": "category", "encoding": "hash", "buckets": 4}}"#,
    #""target": "v", "missing": "drop_row", "columns": {"day": {"type": "datetime"}}"#,
    #"""
    "target": "v", "scaling": "standard", "test": {"fraction": 0.3},
    "window": {"length": 2, "time": "day", "group": "who", "gaps": "error"}
    """#,
    #"""
    "target": "v", "validation": {"fraction": 0.3},
    "window": {"length": 2, "time": "day", "group": "who", "gaps": "split"}
    """#,
    #"""
    "target": "v", "window": {"length": 2, "horizon": 2, "time": "day", "group": "who", "gaps": "ignore"}
    """#,
  ]

  /// A text as the data of a run. The first byte says what its tokens are, and how many make an example.
  static let text = FuzzTarget(
    name: "text", words: { ["é", "\u{FEFF}", "\u{10FFFF}", "\u{7FF}", "\u{800}"] },
    seeds: {
      [
        "to be or not to be, that is the question", "naïve 🥧 façade\r\nnaïve 🥧 façade\r\n",
        "\u{FEFF}abcabcabcabcabcabcabcabcabcabc",
      ].flatMap { text in
        [0, 1, 6].map { [UInt8($0)] + Array(text.utf8) }
      }
    },
    mutations: 3_000,
    read: { bytes in
      guard let first = bytes.first else { return false }
      let tokenizer = first & 1 == 0 ? "character" : "byte"
      let settings = #"""
        "format": "text", "train": "train", "tokenizer": "\#(tokenizer)",
        "sequence_length": \#(1 + first / 2 % 8), "validation": {"fraction": 0.2}
        """#
      try require(try readExamples(settings, Array(bytes.dropFirst())), "no numbers")
      return true
    })

  /// Prepares data as a run does, and loads its examples.
  ///
  /// - Parameters:
  ///   - settings: the data section, which names the file `train`.
  ///   - bytes: what is in the file.
  /// - Returns: whether all that a network would get are numbers.
  /// - Throws: `Failure` if the data is refused.
  private static func readExamples(_ settings: String, _ bytes: [UInt8]) throws -> Bool {
    let workspace = try FuzzWorkspace.shared
    try workspace.write("train", bytes)
    let document = JSONParser.parse(
      SourceText(name: "config.json", "{\"data\": {\(settings)}}")
    ).value
    var reading = Reading(root: DataFormats.catalog.codec.form)
    let config = document["data"].flatMap { DataFormats.catalog.codec.read($0, &reading) }
    guard let config, reading.diagnostics.isEmpty else {
      throw FuzzFinding(description: "the settings are refused: \(reading.diagnostics)")
    }
    let data = try config.prepare(
      DataContext(
        document: document, baseDirectory: workspace.path, seed: 1, lossTask: nil,
        allowsScaledTargets: true))
    for (part, set) in try data.makeSets() where set.count > 0 {
      guard data.counts[part] == set.count else { return false }
      let rows = min(64, set.count)
      let features = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: rows * set.features.width)
      let targets = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: rows * max(set.targets?.width ?? 1, data.encoding.positions ?? 1))
      features.initialize(repeating: .nan)
      targets.initialize(repeating: 0)
      defer {
        features.deallocate()
        targets.deallocate()
      }
      guard let first = features.baseAddress, let second = targets.baseAddress else { return false }
      Batches(set, size: rows).load(0, features: first, targets: second, pool: pool)
      guard features.allSatisfy(\.isFinite), targets.allSatisfy(\.isFinite) else { return false }
    }
    return true
  }

  static let pool = ThreadPool(threads: 1)
}

import Configuration
import Foundation

/// The golden values that `Tests/Golden/generate.py` wrote.
package enum Golden {
  package struct Missing: Error {
    let description: String
  }

  /// The contents of a golden file, by its topic.
  package static func read(_ topic: String) throws -> JSONValue {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Golden/\(topic).json")
    let bytes = Array(try Data(contentsOf: file))
    let parsed = JSONParser.parse(SourceText(name: file.path, bytes: bytes))
    guard parsed.diagnostics.isEmpty else { throw Missing(description: file.path) }
    return parsed.value
  }
}

extension JSONValue {
  /// A member that has to be there.
  package func require(_ key: String) throws -> JSONValue {
    guard let value = self[key] else { throw Golden.Missing(description: key) }
    return value
  }

  /// The numbers of an array, or of the `values` of a tensor.
  package func numbers() throws -> [Double] {
    guard let items = items ?? self["values"]?.items else {
      throw Golden.Missing(description: "values")
    }
    return items.compactMap(\.double)
  }

  package func floats() throws -> [Float] { try numbers().map { Float($0) } }

  /// The extents of a tensor.
  package func shape() throws -> [Int] {
    try (require("shape").items ?? []).compactMap(\.integer)
  }
}

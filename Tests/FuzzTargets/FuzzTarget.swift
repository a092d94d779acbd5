import Configuration

/// Something that reads the bytes of strangers, and what has to hold whatever they are.
///
/// The suite gives each target its seeds, the inputs that were found to reach more of it, and mutations of both;
/// 'make fuzz' lets libFuzzer look for further ones.
package struct FuzzTarget: Sendable {
  package let name: String
  /// Words that mean something to the reader.
  package let words: @Sendable () throws -> Set<String>
  /// Inputs that are right, or nearly so.
  package let seeds: @Sendable () throws -> [[UInt8]]
  /// How many mutations the suite tries: fewer where an input takes long.
  package var mutations = 20_000
  /// Reads bytes and looks at what came of it.
  ///
  /// - Returns: whether they were taken.
  /// - Throws: `Failure` where the reader refuses, which is as good; anything else is a fault that was found.
  let read: @Sendable ([UInt8]) throws -> Bool

  package static let all: [FuzzTarget] = [
    .configuration, .rows, .csv, .idx, .gzip, .tables, .times, .text, .safetensors, .model,
    .checkpoint, .study,
  ]

  /// Reads bytes, which may be any.
  ///
  /// - Returns: whether they were taken.
  /// - Throws: `FuzzFinding`, or whatever else the reader should not have thrown.
  @discardableResult
  package func check(_ bytes: [UInt8]) throws -> Bool {
    do {
      return try read(bytes)
    } catch let failure as Failure {
      try require(!failure.diagnostics.isEmpty, "it was refused without a reason")
      for diagnostic in failure.diagnostics {
        try require(!diagnostic.text(color: true).isEmpty, "a diagnostic has no text")
      }
      return false
    }
  }
}

/// Something that must not be, whatever the bytes are.
package struct FuzzFinding: Error, CustomStringConvertible {
  package let description: String
}

func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw FuzzFinding(description: message()) }
}

/// The parts of an input that stands for several texts.
///
/// Bytes of 0 stand between them, since none of the texts may hold one.
struct Pieces {
  private let texts: [[UInt8]]

  init(_ bytes: [UInt8]) {
    texts = bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
  }

  /// Empty where there are fewer.
  subscript(index: Int) -> String {
    texts.indices.contains(index) ? String(decoding: texts[index], as: UTF8.self) : ""
  }

  static func joined(_ texts: [String]) -> [UInt8] {
    Array(texts.map { Array($0.utf8) }.joined(separator: [0]))
  }
}

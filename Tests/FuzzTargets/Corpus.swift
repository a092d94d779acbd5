import Foundation
import TestSupport

/// Inputs that were found to reach what others do not, all of a target in one file.
///
/// Each begins with its length in four bytes, the lowest first.
package struct Corpus {
  package var inputs: [[UInt8]]

  package init(_ inputs: [[UInt8]]) { self.inputs = inputs }

  /// Those that are committed.
  package init(of target: FuzzTarget) throws {
    try self.init(packed: Array(Data(contentsOf: URL(fileURLWithPath: Self.path(of: target)))))
  }

  package static func path(of target: FuzzTarget) -> String {
    Checkout.path("Tests/FuzzTargets/Corpus/\(target.name).inputs")
  }

  package init(packed bytes: [UInt8]) throws {
    inputs = []
    var offset = 0
    while offset < bytes.count {
      try require(offset + 4 <= bytes.count, "the corpus ends within a length")
      let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
      offset += 4
      try require(offset + length <= bytes.count, "the corpus ends within an input")
      inputs.append(Array(bytes[offset..<offset + length]))
      offset += length
    }
  }

  package var packed: [UInt8] {
    inputs.flatMap { input in
      (0..<4).map { UInt8(truncatingIfNeeded: input.count >> (8 * $0)) } + input
    }
  }
}

import Interchange
import SwiftProtobuf

/// Reads event files as TensorBoard does, and minds the checksums.
package enum EventFile {
  package struct Damaged: Error {
    package let offset: Int
  }

  package struct Scalar: Equatable {
    package let tag: String
    package let step: Int64
    package let value: Float

    package init(_ tag: String, _ step: Int64, _ value: Float) {
      self.tag = tag
      self.step = step
      self.value = value
    }
  }

  /// - Throws: `Damaged` at the first record that is torn or whose checksum is another.
  package static func events(_ bytes: [UInt8]) throws -> [TensorBoardEvent] {
    var events: [TensorBoardEvent] = []
    var offset = 0
    func number<Value: FixedWidthInteger>(_ range: Range<Int>) -> Value {
      bytes[range].reversed().reduce(0) { $0 << 8 | Value($1) }
    }
    while offset < bytes.count {
      guard bytes.count >= offset + 12 else { throw Damaged(offset: offset) }
      let length = Int(number(offset..<offset + 8) as UInt64)
      let start = offset + 12
      guard CRC32C.masked(bytes[offset..<offset + 8]) == number(offset + 8..<start),
        bytes.count >= start + length + 4,
        CRC32C.masked(bytes[start..<start + length])
          == number(start + length..<start + length + 4)
      else { throw Damaged(offset: offset) }
      events.append(
        try TensorBoardEvent(serializedBytes: Array(bytes[start..<start + length])))
      offset = start + length + 4
    }
    return events
  }

  package static func scalars(_ events: [TensorBoardEvent]) -> [Scalar] {
    events.flatMap { event in
      event.summary.value.compactMap { value in
        guard case .simpleValue(let number)? = value.value else { return nil }
        return Scalar(value.tag, event.step, number)
      }
    }
  }

  package static func histograms(
    _ events: [TensorBoardEvent]
  ) -> [(tag: String, step: Int64, histogram: TensorBoardHistogramProto)] {
    events.flatMap { event in
      event.summary.value.compactMap { value in
        guard case .histo(let histogram)? = value.value else { return nil }
        return (value.tag, event.step, histogram)
      }
    }
  }

  /// What the view of hyperparameters reads, in the order of the file.
  package static func sessions(_ events: [TensorBoardEvent]) throws
    -> [TensorBoardHParamsPluginData]
  {
    try events.flatMap(\.summary.value).filter { $0.metadata.pluginData.pluginName == "hparams" }
      .map { try TensorBoardHParamsPluginData(serializedBytes: $0.metadata.pluginData.content) }
  }
}

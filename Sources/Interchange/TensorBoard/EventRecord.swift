/// A record of an event file: how long it is and its bytes, each with a checksum (TFRecord of TensorFlow).
package enum EventRecord {
  package static func bytes(of contents: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(contents.count))
    return length + littleEndian(CRC32C.masked(length)) + contents
      + littleEndian(CRC32C.masked(contents))
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}

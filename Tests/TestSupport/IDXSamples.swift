/// Makes IDX files for tests.
package enum IDXSamples {
  package static func file(type: UInt8, dimensions: [UInt32], data: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(dimensions.count)] + dimensions.flatMap(bigEndian) + data
  }

  package static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}

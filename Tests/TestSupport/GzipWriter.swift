import CZlib

/// Makes gzip members for tests.
package enum GzipWriter {
  package static func member(_ bytes: [UInt8]) -> [UInt8] {
    // On the heap, since zlib remembers the address of the stream it was set up with.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    deflateInit2_(
      stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(stream) }
    var input = bytes
    let room = Int(deflateBound(stream, UInt(bytes.count))) + 64
    return [UInt8](unsafeUninitializedCapacity: room) { output, count in
      input.withUnsafeMutableBufferPointer { input in
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        deflate(stream, Z_FINISH)
      }
      count = room - Int(stream.pointee.avail_out)
    }
  }
}

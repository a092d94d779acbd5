import CZlib

/// Inflates the members of a gzip file one piece at a time; zlib checks their checksums.
struct GzipStream: ~Copyable {
  private let input: UnsafeRawBufferPointer
  /// How many bytes of the input zlib was given.
  private var given = 0
  private var isFinished = false
  // On the heap, since zlib remembers the address of the stream it was set up with.
  private let stream: UnsafeMutablePointer<z_stream>

  /// - Parameter input: the gzip file, which must stay valid as long as this does.
  init(_ input: UnsafeRawBufferPointer) throws(GzipError) {
    let created = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    created.initialize(to: z_stream())
    let gzipOnly = MAX_WBITS + 16
    let status = inflateInit2_(
      created, gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      created.deallocate()
      throw .outOfMemory
    }
    self.input = input
    stream = created
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills `output` with the next bytes.
  ///
  /// - Returns: the number of bytes written, fewer than there is room for only at the end.
  mutating func read(into output: UnsafeMutableRawBufferPointer) throws(GzipError) -> Int {
    var written = 0
    while written < output.count, !isFinished {
      written += try inflatePiece(into: .init(rebasing: output[written...]))
    }
    return written
  }

  private mutating func inflatePiece(
    into output: UnsafeMutableRawBufferPointer
  ) throws(GzipError) -> Int {
    giveInput()
    let room = min(output.count, Self.largestPiece)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room)
    let status = CZlib.inflate(stream, Z_NO_FLUSH)
    let written = room - Int(stream.pointee.avail_out)
    switch status {
    case Z_OK: break
    case Z_STREAM_END: try startNextMember()
    case Z_BUF_ERROR: throw .truncated
    case Z_MEM_ERROR: throw .outOfMemory
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "invalid data"
      throw .corrupt(reason: reason, offset: consumed)
    }
    return written
  }

  /// zlib counts its input in 32 bits, so a large file is given in pieces.
  private mutating func giveInput() {
    guard stream.pointee.avail_in == 0, given < input.count, let base = input.baseAddress else {
      return
    }
    let length = min(input.count - given, Self.largestPiece)
    // zlib declares its input as mutable for C's sake and never writes to it.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: (base + given).assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(length)
    given += length
  }

  private mutating func startNextMember() throws(GzipError) {
    guard consumed < input.count else {
      isFinished = true
      return
    }
    guard Gzip.hasMagic(UnsafeRawBufferPointer(rebasing: input[consumed...])) else {
      throw .trailingBytes(offset: consumed)
    }
    inflateReset(stream)
  }

  private var consumed: Int { given - Int(stream.pointee.avail_in) }

  private static let largestPiece = 1 << 30
}

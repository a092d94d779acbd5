/// Values as the bytes of a message to another rank of the same program, which takes them in the order in which they
/// were put.
struct MessageBytes {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  mutating func put(_ value: Int) { put(UInt64(bitPattern: Int64(value))) }

  /// To the bit, whether it is a number or not.
  mutating func put(_ value: Double) { put(value.bitPattern) }

  mutating func put(_ text: String) { put(Array(text.utf8)) { $0.bytes.append($1) } }

  mutating func put<Element>(_ values: [Element], _ each: (inout Self, Element) -> Void) {
    put(values.count)
    for value in values { each(&self, value) }
  }

  mutating func put<Value>(_ value: Value?, _ some: (inout Self, Value) -> Void) {
    put(value == nil ? 0 : 1)
    if let value { some(&self, value) }
  }
}

/// Takes values out of a message.
///
/// - Precondition: of each call: the message has such a value there.
struct MessageReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func byte() -> UInt8 { rest.removeFirst() }

  mutating func word() -> UInt64 {
    defer { rest.removeFirst(8) }
    return rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func integer() -> Int { Int(Int64(bitPattern: word())) }

  mutating func double() -> Double { Double(bitPattern: word()) }

  mutating func text() -> String { String(decoding: array { $0.byte() }, as: UTF8.self) }

  mutating func array<Element>(_ each: (inout Self) -> Element) -> [Element] {
    (0..<integer()).map { _ in each(&self) }
  }

  mutating func optional<Value>(_ some: (inout Self) -> Value) -> Value? {
    integer() == 0 ? nil : some(&self)
  }
}

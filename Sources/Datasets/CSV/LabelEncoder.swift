import Glibc

/// Numbers the distinct texts of a column in the order in which they first appear.
struct LabelEncoder {
  /// The distinct texts; the code of a text is its index.
  private(set) var labels: [String] = []
  /// One code for each field, -1 for one that is missing.
  private(set) var codes: [Int32] = []

  // Labels by the hash of their bytes, so that a text that was met before is never made a String.
  private var slots = [Int32](repeating: -1, count: 64)
  private var hashes: [UInt64] = []
  private var ends: [Int] = []
  private var bytes: [UInt8] = []

  mutating func appendMissing() {
    codes.append(-1)
  }

  /// - Returns: false if the text is new and is not UTF-8.
  mutating func append(_ text: UnsafeRawBufferPointer) -> Bool {
    let hash = Self.hash(text)
    var slot = slotIndex(hash)
    while slots[slot] >= 0 {
      let code = Int(slots[slot])
      if hashes[code] == hash, isLabel(code, text) {
        codes.append(Int32(code))
        return true
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    guard let label = String(validating: text, as: UTF8.self) else { return false }
    let code = Int32(labels.count)
    labels.append(label)
    hashes.append(hash)
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    slots[slot] = code
    codes.append(code)
    if labels.count * 2 > slots.count { growSlots() }
    return true
  }

  private func isLabel(_ code: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    let start = code == 0 ? 0 : ends[code - 1]
    guard ends[code] - start == text.count, let first = text.baseAddress else {
      return ends[code] == start && text.isEmpty
    }
    return bytes.withUnsafeBytes { bytes in
      bytes.baseAddress.map { memcmp($0 + start, first, text.count) == 0 } ?? false
    }
  }

  private mutating func growSlots() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (code, hash) in hashes.enumerated() {
      var slot = slotIndex(hash)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(code)
    }
  }

  private func slotIndex(_ hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash >> 32) & (slots.count - 1)
  }

  /// Eight bytes at a time, each spread by a product of which both halves count.
  private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
    func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
      let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      return product.high ^ product.low
    }
    var hash = 0xCBF2_9CE4_8422_2325 ^ UInt64(text.count)
    var position = 0
    while position + 8 <= text.count {
      hash = mixed(hash, text.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    var rest: UInt64 = 0
    while position < text.count {
      rest = rest << 8 | UInt64(text[position])
      position += 1
    }
    return mixed(mixed(hash, rest), 0xFF51_AFD7_ED55_8CCD)
  }
}

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
    return ends[code] - start == text.count && text.elementsEqual(bytes[start..<ends[code]])
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

  /// FNV-1a, and a last step that spreads it to the upper bits.
  private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    return (hash ^ (hash >> 29)) &* 0x9E37_79B9_7F4A_7C15
  }
}

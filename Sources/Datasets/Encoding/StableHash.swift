/// A hash that is the same in every version and on every machine: FNV-1a with 64 bits (Fowler, Noll, Vo; RFC 9923).
package enum StableHash {
  package static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}

/// Damages bytes in the ways that files get damaged, and in some that they do not.
package struct Mutator {
  /// How many mutations a test tries.
  package static let count = 20_000

  private var generator: SplitMix64
  private let corpus: [[UInt8]]
  /// Bytes that mean something in the format at hand, and so break more than others.
  private let meaningful: [UInt8]

  package init(seed: UInt64, corpus: [[UInt8]], meaningful: [UInt8]) {
    generator = SplitMix64(seed: seed)
    self.corpus = corpus
    self.meaningful = meaningful
  }

  /// One of the corpus with one to four mutations.
  package mutating func next() -> [UInt8] {
    var bytes = pick(corpus)
    for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes) }
    return bytes
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    let range = randomRange(in: bytes)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0:
      guard !range.isEmpty else { return }
      bytes[range.lowerBound] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1:
      bytes.removeSubrange(range)
    case 2:
      bytes.insert(pick(meaningful), at: range.lowerBound)
    case 3:
      bytes.removeSubrange(range.lowerBound...)
    case 4:
      let other = pick(corpus)
      bytes.replaceSubrange(range, with: other[randomRange(in: other)])
    default:
      guard !range.isEmpty else { return }
      bytes[range.lowerBound] = UInt8.random(in: 0...255, using: &generator)
    }
  }

  private mutating func randomRange(in bytes: [UInt8]) -> Range<Int> {
    let start = Int.random(in: 0...bytes.count, using: &generator)
    let end = Int.random(in: start...min(bytes.count, start + 16), using: &generator)
    return start..<end
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &generator)]
  }
}

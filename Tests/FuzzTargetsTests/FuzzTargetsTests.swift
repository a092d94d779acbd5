import FuzzTargets
import TestSupport
import Testing

/// Whatever bytes a reader gets, it takes them or says why not. 'make fuzz' looks for bytes that are not among these.
@Suite(.serialized) struct FuzzTargetsTests {
  @Test(arguments: FuzzTarget.all) func seedsAreTaken(target: FuzzTarget) throws {
    let seeds = try target.seeds()
    let refused = try seeds.filter { try !target.check($0) }
    // What is nearly right, as a study with a byte of damage, is a seed, too.
    #expect(
      2 * refused.count <= seeds.count && refused.count < seeds.count,
      "\(refused.map { String(decoding: $0, as: UTF8.self) })")
  }

  @Test(arguments: FuzzTarget.all) func whatReachedMoreIsNoFault(target: FuzzTarget) throws {
    let inputs = try Corpus(of: target).inputs
    #expect(!inputs.isEmpty)
    for input in inputs {
      #expect(throws: Never.self, "\(input)") { try target.check(input) }
    }
  }

  @Test(arguments: FuzzTarget.all) func mutationsAreNoFaults(target: FuzzTarget) throws {
    let meaningful = Set(try target.words().flatMap { Array($0.utf8) } + [0, 0xFF, 0x0A])
    var mutator = Mutator(
      seed: 7, corpus: try target.seeds() + Corpus(of: target).inputs,
      meaningful: meaningful.sorted())
    var taken = 0
    for _ in 0..<target.mutations {
      let input = mutator.next()
      do {
        taken += try target.check(input) ? 1 : 0
      } catch {
        Issue.record("\(error) for \(input)")
      }
    }
    #expect(taken > 0 && taken < target.mutations)
  }

  /// Quotes and ends of lines beside each other as mutations seldom have them.
  @Test func rowsAreTheSameInPieces() throws {
    let target = try #require(FuzzTarget.all.first { $0.name == "rows" })
    let words = [
      "a", "1.5", ",", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"", "\"x\"", "\"\"", " ", "\t",
      "\"p\nq\"", "é", "\u{FEFF}", "\0",
    ]
    var generator = SplitMix64(seed: 7)
    for _ in 0..<Mutator.count {
      let count = Int.random(in: 0...14, using: &generator)
      let text = (0..<count).flatMap { _ in
        Array(words[Int.random(in: words.indices, using: &generator)].utf8)
      }
      try target.check([UInt8.random(in: .min ... .max, using: &generator)] + text)
    }
  }

  @Test func wordsAreThoseOfTheDeclarations() throws {
    let target = try #require(FuzzTarget.all.first { $0.name == "configuration" })
    let words = try target.words()
    for word in ["learning_rate", "adamw", "kernel_size", "null"] {
      #expect(words.contains("\"\(word)\""))
    }
  }
}

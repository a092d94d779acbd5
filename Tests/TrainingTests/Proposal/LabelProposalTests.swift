import Configuration
import Testing
import Training

/// Targets that may be lists of labels.
@Suite struct LabelProposalTests {
  private typealias Sample = ProposalSample

  private func tagged(_ tags: @escaping (Int) -> String) throws -> ProposalSample {
    try Sample(
      Sample.csv(
        rows: 200,
        ["a": { "\(Sample.noise($0))" }, "b": { "\(Sample.noise($0, 1))" }, "tags": tags])
    ) { $0.target = "tags" }
  }

  @Test func listsOfLabelsAreClear() throws {
    let names = ["red", "green", "blue", "dark"]
    for separator in ["|", ";"] {
      let sample = try tagged { row in
        (0..<4).filter { Sample.noise(row, $0 + 2) % 3 == 0 }.map { names[$0] }
          .joined(separator: separator)
      }
      #expect(sample.diagnostics.isEmpty, "\(sample.diagnostics)")
      #expect(sample.data?["columns"]?["tags"]?["separator"]?.string == separator)
      #expect(sample.noteCodes.contains("labels"))
      #expect(sample.fact("target")?.hasPrefix("tags, 4 labels: ") == true)
      #expect(sample.data?["validation"]?["stratify"] == nil)
      #expect(sample.training?["metrics"]?.texts == ["accuracy", "exact_match", "jaccard"])
    }
  }

  /// Names of places and of people are no lists, and neither are two labels in every row.
  @Test func otherTextsAreClasses() throws {
    let places = try tagged {
      ["\"Paris, France\"", "\"Lyon, France\"", "\"Rome, Italy\""][Sample.noise($0, 5) % 3]
    }
    #expect(places.data?["columns"]?["tags"] == nil)
    let note = try #require(places.proposal.notes.first { $0.code == "labels" })
    #expect(note.help?.contains(#""columns": {"tags":{"separator":","}}"#) == true)
    let plain = try tagged { ["p", "q"][Sample.noise($0, 5) % 2] }
    #expect(!plain.noteCodes.contains("labels"))
    let rare = try tagged { Sample.noise($0, 5) % 50 == 0 ? "p|q" : ["p", "q"][$0 % 2] }
    #expect(!rare.noteCodes.contains("labels"))
  }
}

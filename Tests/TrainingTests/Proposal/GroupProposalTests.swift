import Configuration
import Testing
import Training

/// Columns that may say which rows belong together.
@Suite struct GroupProposalTests {
  private typealias Sample = ProposalSample

  private func grouped(
    _ name: String, _ value: @escaping (Int) -> String,
    _ adjust: (inout ProposalRequest) -> Void = { _ in }
  ) throws -> ProposalSample {
    try Sample(
      Sample.csv(
        rows: 200,
        [
          name: value, "pulse": { "\(Sample.noise($0))" },
          "ill": { ["yes", "no"][Sample.noise($0, 3) % 2] },
        ]), adjust)
  }

  @Test(arguments: ["patient", "patient_id", "PatientID", "customer no", "userId"])
  func whatTellsApartIsSaid(name: String) throws {
    let sample = try grouped(name) { "p\($0 / 8)" }
    let note = try #require(sample.proposal.notes.first { $0.code == "group" })
    #expect(note.message.contains("has 25 values in 200 rows"))
    #expect(note.help?.contains("--group \(name)") == true)
    #expect(note.help?.contains("\"group\": \"\(name)\"") == true)
    // It is no more than a note.
    #expect(sample.data?["group"] == nil)
  }

  @Test func otherCategoriesAreNoGroups() throws {
    for (name, value) in [
      ("city", { "p\($0 / 8)" }), ("patient", { "p\($0)" }), ("patient", { "p\($0 % 3)" }),
      ("patient", { "\(Double($0 / 8) + 0.5)" }), ("patient", { $0 < 100 ? "p\($0)" : "p0" }),
      ("patient", { $0 == 7 ? "" : "p\($0 / 8)" }),
    ] as [(String, (Int) -> String)] {
      #expect(try !grouped(name, value).noteCodes.contains("group"), "\(name)")
    }
  }

  @Test func groupsAreWritten() throws {
    let sample = try grouped("patient", { "p\($0 / 8)" }) { $0.group = "patient" }
    #expect(sample.diagnostics.isEmpty, "\(sample.diagnostics)")
    #expect(sample.data?["group"]?.string == "patient")
    #expect(sample.data?["validation"]?["stratify"] == nil)
    #expect(sample.fact("inputs") == "1 number")
    #expect(sample.fact("held out")?.hasSuffix("the values of patient as wholes") == true)
    #expect(!sample.noteCodes.contains("group"))
    let failure = try Sample.failure("a,ill\n1,x\n2,y\n") { $0.group = "patients" }
    #expect(failure.code == "unknown-column")
  }

  /// With times that ascend within the groups, `--group` tells series apart as it always did.
  @Test func groupsOfSeriesStay() throws {
    let text = Sample.csv(
      rows: 240,
      [
        "shop": { ["north", "south"][$0 / 120] }, "t": { "\($0 % 120)" },
        "time": { "\($0 % 120)" }, "sold": { "\(Sample.noise($0))" },
      ])
    let series = try Sample(text) { $0.group = "shop" }
    #expect(series.data?["window"]?["group"]?.string == "shop")
    let table = try Sample(text) {
      $0.group = "shop"
      $0.isSeries = false
    }
    #expect(table.data?["window"] == nil)
    #expect(table.data?["group"]?.string == "shop")
  }
}

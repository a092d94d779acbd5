import Configuration
import Datasets
import Foundation
import TestSupport
import Testing

import Training

/// What is proposed for rows that follow each other in time.
@Suite struct SeriesProposalTests {
  private typealias Sample = ProposalSample

  private static func date(_ day: Int) -> String {
    let calendar = Date(timeIntervalSince1970: Double(day) * 86_400)
    return String(calendar.ISO8601Format().prefix(10))
  }

  private static func wave(_ row: Int, period: Double) -> String {
    "\(((10 + sin(Double(row) / period * 2 * .pi)) * 1000).rounded() / 1000 + Double(Sample.noise(row)) / 1e5)"
  }

  @Test func aRegularTimeMakesASeries() throws {
    let sample = try Sample(
      Sample.csv(rows: 200, ["day": { Self.date($0) }, "sold": { Self.wave($0, period: 7) }]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["window"]?["time"]?.string == "day")
    #expect(sample.data?["window"]?["length"]?.integer == 15)
    #expect(sample.data?["window"]?["gaps"] == nil)
    #expect(sample.layers == ["flatten", "dense"])
    #expect(sample.fact("series") == "steps of 1 day, repeated after 7")
  }

  @Test func longSeriesGetARecurrentLayer() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 1500,
        [
          "time": { "\($0)" }, "other": { "\(Sample.noise($0))" },
          "level": { Self.wave($0, period: 24) },
        ]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.layers == ["gru", "dense"])
    #expect(sample.data?["window"]?["length"]?.integer == 25)
    #expect(sample.data?["target"]?.string == "level")
  }

  /// Gates saturate where the last values are beyond all others.
  @Test func aTrendGetsALinearModel() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 1500, ["time": { "\($0)" }, "level": { "\($0 * 3 + Sample.noise($0) / 100)" }])
    )
    #expect(sample.layers == ["flatten", "dense"])
    #expect(sample.noteCodes.contains("linear"))
  }

  /// A quantity may grow with time; what counts the rows tells nothing.
  @Test func whatGrowsIsAnInput() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 200,
        [
          "row": { "\($0 + 7)" }, "day": { Self.date($0) },
          "people": { "\(1000 + $0 * 10 + Sample.noise($0) % 9)" },
          "sold": { Self.wave($0, period: 7) },
        ]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["ignore"]?.texts == ["row"])
    #expect(sample.fact("inputs") == "sold and 1 number")
  }

  @Test func theShortestWindowIsOneRow() throws {
    let sample = try Sample(
      Sample.csv(rows: 12, ["day": { Self.date($0) }, "sold": { Self.wave($0, period: 7) }]))
    #expect(sample.fact("target") == "the next sold, from the row before it")
  }

  /// One row that repeats a time, or is at another place, must not make examples of a series without a word.
  @Test(arguments: [
    ([199], "line 202 repeats the time of the row before it, '1970-07-19'"),
    ([0], "line 202 has '1970-01-01', which comes before '1970-07-19' of the row before it"),
  ]) func whatKeepsRowsFromBeingASeriesIsSaid(again: [Int], message: String) throws {
    let days = Array(0..<200) + again
    let text = Sample.csv(
      rows: days.count,
      ["day": { Self.date(days[$0]) }, "sold": { Self.wave(days[$0], period: 7) }])
    let sample = try Sample(text)
    #expect(sample.data?["window"] == nil)
    let note = try #require(sample.proposal.notes.first { $0.code == "time-order" })
    #expect(note.message == "the times of 'day' would make a series, but \(message)")
    #expect(try Sample(text) { $0.isSeries = false }.noteCodes.contains("time-order") == false)
    let requests: [(inout ProposalRequest) -> Void] = [{ $0.isSeries = true }, { $0.time = "day" }]
    for adjust in requests {
      let finding = try Sample.failure(text, adjust)
      #expect(finding.code == "time-order")
      #expect(finding.message.hasSuffix(message), "\(finding.message)")
    }
  }

  /// Rows of many times of one day, and of no step, are examples.
  @Test func timesOfExamplesAreNotNoted() throws {
    let days: [(Int) -> Int] = [
      { $0 / 3 }, { Sample.noise($0) * Sample.noise($0, 1) % 90_001 },
    ]
    for day in days {
      let sample = try Sample(
        Sample.csv(
          rows: 200, ["day": { Self.date(day($0)) }, "sold": { "\(Sample.noise($0)).5" }]))
      #expect(!sample.noteCodes.contains("time-order"))
    }
  }

  @Test func aSingleColumnOfNumbersIsASeries() throws {
    let sample = try Sample("numbers", (0..<120).map { Self.wave($0, period: 12) + "\n" }.joined())
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["window"]?["length"]?.integer == 13)
    #expect(sample.data?["window"]?["time"] == nil)
    let table = try Sample.failure((0..<120).map { "\(Self.wave($0, period: 12))\n" }.joined()) {
      $0.isSeries = false
    }
    #expect(table.code == "no-features")
  }

  @Test func seriesAreToldApartByTheColumnThatOrdersThem() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 300,
        [
          "shop": { ["north", "south"][$0 % 2] }, "day": { Self.date($0 / 2) },
          "kind": { ["a", "b", "c"][$0 % 3] }, "sold": { Self.wave($0 / 2, period: 7) },
        ]))
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["window"]?["group"]?.string == "shop")
    #expect(sample.data?["target"]?.string == "sold")
  }

  @Test func seriesHaveWeights() throws {
    let text = Sample.csv(
      rows: 150,
      ["time": { "\($0)" }, "count": { "\($0 % 4)" }, "sold": { "\(Sample.noise($0))" }])
    let sample = try Sample(text) {
      $0.weight = "count"
      $0.target = "sold"
    }
    #expect(sample.data?["window"]?["time"]?.string == "time")
    #expect(sample.data?["weight"]?.string == "count")
    #expect(sample.fact("weights") == "count")
  }

  @Test func gapsAreSaid() throws {
    func sample(weeks: Bool, missing: Int) throws -> ProposalSample {
      try Sample(
        Sample.csv(
          rows: 200,
          [
            "day": { Self.date(weeks ? $0 + $0 / 5 * 2 : $0) },
            "sold": { $0 % 100 < missing ? "" : Self.wave($0, period: 5) },
          ]))
    }
    for (weeks, missing, gaps) in [
      (true, 0, "ignore"), (true, 1, "ignore"), (false, 1, "split"), (false, 20, "ignore"),
    ] {
      let sample = try sample(weeks: weeks, missing: missing)
      #expect(sample.diagnostics.isEmpty)
      #expect(sample.data?["window"]?["gaps"]?.string == gaps)
      #expect(sample.noteCodes.contains("gaps") == weeks)
      if weeks {
        #expect(
          sample.proposal.notes.first { $0.code == "gaps" }?.message
            == "39 of 199 rows do not follow the one before them by 1 day, the first at line 7")
      }
      #expect((sample.fact("missing") != nil) == (missing > 0))
    }
  }

  /// Of series only the one that orders the rows plays a role.
  @Test func otherTimesOfSeriesAreLeftOut() throws {
    let sample = try Sample(
      Sample.csv(
        rows: 200,
        [
          "day": { Self.date($0) }, "billed": { Self.date($0 / 7 * 7 + 20) },
          "level": { "\(Sample.noise($0))" },
        ])
    ) { $0.time = "day" }
    #expect(sample.diagnostics.isEmpty)
    #expect(sample.data?["ignore"]?.texts == ["billed"])
  }

  @Test func aClassWithATimeIsNoSeriesUnlessAskedFor() throws {
    let text = Sample.csv(
      rows: 200,
      [
        "day": { Self.date($0) }, "x": { "\(Sample.noise($0))" },
        "rain": { Sample.noise($0) > 500 ? "yes" : "no" },
      ])
    let table = try Sample(text)
    #expect(table.diagnostics.isEmpty)
    #expect(table.data?["window"] == nil)
    #expect(table.data?["ignore"] == nil)
    let series = try Sample(text) { $0.isSeries = true }
    #expect(series.diagnostics.isEmpty)
    #expect(series.data?["window"]?["time"]?.string == "day")
    #expect(series.training?["loss"]?.string == "binary_cross_entropy")
  }

  /// Times of several series that nobody named do not order the rows, which is said.
  @Test func rowsWithoutOrderAreTakenAsTheyStand() throws {
    let text = Sample.csv(
      rows: 60,
      [
        "day": { Self.date($0 / 3) }, "level": { "\(Sample.noise($0))" },
        "shop": { ["a", "b", "c"][$0 % 3] },
      ])
    let sample = try Sample(text + Self.date(19) + ",5,c\n") {
      $0.isSeries = true
      $0.target = "level"
    }
    #expect(sample.noteCodes.contains("time-order"), "\(sample.noteCodes)")
  }

  @Test func whatIsAskedForAndCannotBeIsAnError() throws {
    let text = Sample.csv(
      rows: 50, ["day": { Self.date($0 % 9) }, "x": { "\(Sample.noise($0))" }])
    #expect(try Sample.failure(text) { $0.time = "day" }.code == "time-order")
    #expect(try Sample.failure(text) { $0.time = "dax" }.code == "unknown-column")
    let contradiction = try Sample.failure(text) {
      $0.time = "day"
      $0.isSeries = false
    }
    #expect(contradiction.category == .usage)
  }

  // MARK: - Period

  @Test(arguments: [4, 7, 12, 24, 144]) func periodsAreFound(period: Int) {
    let values = (0..<max(60, 5 * period)).map { row in
      sin(Double(row) / Double(period) * 2 * .pi) + 0.02 * Double(row)
        + Double(ProposalSample.noise(row)) / 5000
    }
    #expect(SeasonalPeriod.find(in: values) == period)
  }

  /// The top of a broad peak lies where noise puts it.
  @Test func naturalPeriodsAreTakenForTheirNeighbors() {
    func values(_ period: Double) -> [Double] {
      (0..<1600).map {
        sin(Double($0) / period * 2 * .pi) + Double(ProposalSample.noise($0)) / 1000
      }
    }
    #expect(SeasonalPeriod.find(in: values(367)).map { abs($0 - 367) <= 10 } == true)
    #expect(SeasonalPeriod.find(in: values(367), natural: [7, 365]) == 365)
    // Another one is no noise.
    let other = SeasonalPeriod.find(in: values(300))
    #expect(other != nil && SeasonalPeriod.find(in: values(300), natural: [7, 365]) == other)
    #expect(TimeStep(.second, 86_400).naturalPeriods == [7, 365])
    #expect(TimeStep(.second, 3600).naturalPeriods == [24, 168, 8766])
    #expect(TimeStep(.month, 1).naturalPeriods == [12])
    #expect(TimeStep(.month, 5).naturalPeriods == [])
    #expect(TimeStep(.number, 1).naturalPeriods == [])
  }

  @Test func whatDoesNotRepeatHasNoPeriod() {
    #expect(SeasonalPeriod.find(in: (0..<300).map { Double(ProposalSample.noise($0)) }) == nil)
    #expect(SeasonalPeriod.find(in: (0..<300).map { Double($0) }) == nil)
    #expect(SeasonalPeriod.find(in: [Double](repeating: 3, count: 300)) == nil)
    #expect(SeasonalPeriod.find(in: []) == nil)
    #expect(SeasonalPeriod.find(in: [.nan, 1, .nan]) == nil)
  }
}

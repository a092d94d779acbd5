import Datasets
import TestSupport
import Testing

struct TimeStepTests {
  private func values(_ texts: [String]) throws -> [TimeValue] {
    try texts.map { try #require(TimeStamp.parse($0)).value }
  }

  private func regular(_ texts: [String]) throws -> RegularStep? {
    RegularStep(of: try values(texts), series: [0..<texts.count])
  }

  static let series: [([String], TimeStep, Double)] = [
    (["1", "2", "3", "10"], TimeStep(.number, 1), 2.0 / 3),
    (["0", "0.1", "0.2", "0.30000000000000004", "0.4"], TimeStep(.number, 0.1), 1),
    (["1949-01", "1949-02", "1949-03", "1949-06"], TimeStep(.month, 1), 2.0 / 3),
    (["2020-01-01", "2020-04-01", "2020-07-01"], TimeStep(.month, 3), 1),
    (["2019-02-28", "2020-02-28", "2021-02-28"], TimeStep(.month, 12), 1),
    (["2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"], TimeStep(.month, 1), 1),
    (["2020-01-30", "2020-02-29", "2020-03-30"], TimeStep(.month, 1), 1),
    (["2020-01-31", "2020-02-01", "2020-02-02", "2020-02-05"], TimeStep(.second, 86_400), 2.0 / 3),
    (["2021-02-01", "2021-03-01", "2021-03-29", "2021-04-26"], TimeStep(.second, 28 * 86_400), 1),
    (["2020-01-01T23:30", "2020-01-02T00:00", "2020-01-02T00:30"], TimeStep(.second, 1800), 1),
    (["2020-01-01 00:00:00.5", "2020-01-01 00:00:01.0"], TimeStep(.second, 0.5), 1),
  ]

  @Test(arguments: series)
  func theMostFrequentStepIsFound(
    _ texts: [String], _ step: TimeStep, _ share: Double
  ) throws {
    let found = try #require(try regular(texts))
    #expect(found.step.unit == step.unit)
    #expect(abs(found.step.count - step.count) < 1e-9)
    #expect(abs(found.share - share) < 1e-9)
  }

  @Test func stepsAreCountedWithinSeriesOnly() throws {
    let times = try values(["1", "2", "3", "1", "2", "5", "7"])
    #expect(RegularStep(of: times, series: [0..<3, 3..<5, 5..<7])?.step == TimeStep(.number, 1))
    #expect(RegularStep(of: times, series: [0..<1, 1..<2]) == nil)
  }

  /// Against counting all differences.
  @Test func theStepIsTheModeOfTheDifferences() throws {
    var generator = SplitMix64(seed: 5)
    for _ in 0..<300 {
      let steps = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
        Int.random(in: 1...6, using: &generator)
      }
      var counts: [Int: Int] = [:]
      for step in steps { counts[step, default: 0] += 1 }
      let mode = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
      var hours = [0]
      for step in steps { hours.append(hours[hours.count - 1] + step) }
      let numbers = RegularStep(
        of: hours.map { .number(Double($0) / 8) }, series: [0..<hours.count])
      let moments = RegularStep(
        of: hours.map { .moment($0 * 3_600_000_000) }, series: [0..<hours.count])
      let (step, count) = try #require(mode.map { ($0.key, $0.value) })
      #expect(numbers?.step == TimeStep(.number, Double(step) / 8))
      #expect(moments?.step == TimeStep(.second, Double(step) * 3600))
      #expect(numbers?.share == Double(count) / Double(steps.count))
      #expect(moments?.share == Double(count) / Double(steps.count))
    }
  }

  static let pairs: [(TimeStep, String, String, Bool)] = [
    (TimeStep(.number, 0.1), "0.3", "0.4", true), (TimeStep(.number, 1), "1", "2.01", false),
    (TimeStep(.second, 86_400), "2020-02-28", "2020-02-29", true),
    (TimeStep(.second, 86_400), "2020-02-28", "2020-03-01", false),
    (TimeStep(.month, 1), "2020-01-31", "2020-02-29", true),
    (TimeStep(.month, 1), "2020-01-31", "2020-02-28", false),
    (TimeStep(.month, 1), "2020-01-01T00:00", "2020-02-01T01:00", false),
    (TimeStep(.month, 2), "2020-01-01", "2020-02-01", false),
    (TimeStep(.month, 1), "1", "2", false), (TimeStep(.number, 1), "1949-01", "1949-02", false),
  ]

  @Test(arguments: pairs)
  func rowsFollowByTheStepOrNot(
    _ step: TimeStep, _ first: String, _ second: String, _ follows: Bool
  ) throws {
    let times = try values([first, second])
    #expect(step.leads(from: times[0], to: times[1]) == follows)
  }

  static let forecasts: [(TimeStep, [String], Int, String)] = [
    (TimeStep(.second, 86_400), ["1990-12-31"], 1, "1991-01-01"),
    (TimeStep(.second, 1800), ["2020-02-28T23:30Z"], 2, "2020-02-29T00:30Z"),
    (TimeStep(.second, 0.25), ["2020/01/01 00:00:00.50"], 3, "2020/01/01 00:00:01.25"),
    (TimeStep(.month, 1), ["1960-12"], 13, "1962-01"),
    (TimeStep(.month, 1), ["2020-01-31", "2020-02-29"], 1, "2020-03-31"),
    (TimeStep(.month, 1), ["2020-01-28", "2020-02-28"], 1, "2020-03-28"),
    (TimeStep(.month, 1), ["2020-01-30"], 1, "2020-02-29"),
    (TimeStep(.month, 1), ["2021-01-30", "2021-02-28"], 1, "2021-03-30"),
    (TimeStep(.month, 12), ["2020-02-29"], 1, "2021-02-28"),
    (TimeStep(.number, 0.1), ["0.7"], 2, "0.9"), (TimeStep(.number, 1), ["41"], 1, "42"),
    (TimeStep(.number, 0.5), ["1"], 1, "1.5"), (TimeStep(.number, 5), ["1e3"], 1, "1005"),
    (TimeStep(.second, 86_400), ["9999-12-31"], 1, "10000-01-01"),
    (TimeStep(.number, 3.6e12), ["1700172800000000000"], 1, "1700176400000000000"),
    // A difference of times that are not exact.
    (TimeStep(.number, 0.00099992752), ["1700000000.171"], 2, "1700000000.173"),
    (TimeStep(.number, 0.001), ["1700000000.171000000"], 2, "1700000000.173000000"),
    (TimeStep(.number, 1), ["4.0"], 1, "5.0"),
    (TimeStep(.number, 0.2), ["10002.20"], 1, "10002.40"),
    (TimeStep(.number, 0.5), ["-0.75"], 1, "-0.25"), (TimeStep(.number, 1), ["-2"], 1, "-1"),
    (TimeStep(.number, 0.1), ["0.30000000000000004"], 1, "0.4"),
    (TimeStep(.number, 1e300), ["0"], 1, "1e+300"), (TimeStep(.number, 1e-40), ["0"], 1, "1e-40"),
  ]

  @Test(arguments: forecasts)
  func forecastsHaveTheirTimes(
    _ step: TimeStep, _ texts: [String], _ steps: Int, _ expected: String
  ) throws {
    var days = MonthDays()
    for time in try values(texts) { days.insert(time) }
    let last = try #require(TimeStamp.parse(texts[texts.count - 1]))
    let time = try #require(step.time(steps, after: last.value, days: days))
    #expect(last.format.text(time, step: step) == expected)
  }

  /// Steps of hostile models.
  @Test func timesBeyondTheCalendarAreNone() throws {
    let time = try values(["2020-01-01"])[0]
    for unit in TimeStep.Unit.allCases {
      let step = TimeStep(unit, 1e300)
      #expect(!step.text.isEmpty)
      #expect(step.time(1_000_000, after: time, days: MonthDays()) == nil)
      #expect(!step.leads(from: time, to: time))
    }
    #expect(TimeStep(.number, 1e308).time(9, after: .number(1e308), days: MonthDays()) == nil)
  }

  @Test(arguments: [
    (TimeStep(.second, 86_400), "1 day"), (TimeStep(.second, 7200), "2 hours"),
    (TimeStep(.second, 5400), "90 minutes"), (TimeStep(.second, 1), "1 second"),
    (TimeStep(.second, 0.5), "0.5 seconds"), (TimeStep(.month, 3), "3 months"),
    (TimeStep(.number, 0.25), "0.25"),
  ])
  func stepsHaveNames(_ step: TimeStep, _ text: String) {
    #expect(step.text == text)
  }
}

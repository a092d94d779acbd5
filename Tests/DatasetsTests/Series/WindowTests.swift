import Configuration
import Datasets
import TestSupport
import Testing

/// The examples that windows over a table make.
struct WindowTests {
  /// Rows 0, 1, … of one series, of which row i holds i and 100 + i.
  private static func table(_ rows: Int) -> String {
    "a,b\n" + (0..<rows).map { "\($0),\(100 + $0)\n" }.joined()
  }

  @Test func inputsAreRowsAndTargetsThoseBehindThem() throws {
    let sample = try SeriesData(
      ["train.csv": Self.table(6)],
      #""target": "b", "window": {"length": 2, "horizon": 3}"#)
    #expect(
      sample.examples(.train) == [
        .init(inputs: [0, 100, 1, 101], targets: [102, 103, 104]),
        .init(inputs: [1, 101, 2, 102], targets: [103, 104, 105]),
      ])
    #expect(sample.data.inputShape.dimensions == [2, 2])
    #expect(sample.data.encoding.target.columns.map(\.name) == ["b+1", "b+2", "b+3"])
  }

  /// A forecast of a weekly series beside a daily one would have daily times.
  @Test(arguments: [1, 7])
  func seriesWithAnotherStepAreNamed(step: Int) throws {
    let daily = (0..<40).map { "a,\($0),\($0 % 5)\n" }
    let other = (0..<12).map { "b,\($0 * step),\($0 % 5)\n" }
    let sample = try SeriesData(
      ["train.csv": "g,t,v\n" + (daily + other).joined()],
      #""target": "v", "window": {"length": 3, "time": "t", "group": "g", "gaps": "ignore"}"#)
    #expect(sample.data.warnings.map(\.code) == (step == 1 ? [] : ["other-step"]))
    #expect(sample.data.warnings.first?.message.hasPrefix("the series 'b' has") != false)
  }

  @Test func severalTargetsStandStepByStep() throws {
    let sample = try SeriesData(
      ["train.csv": Self.table(4)],
      #""target": ["b", "a"], "features": ["a"], "window": {"length": 1, "horizon": 2}"#)
    #expect(
      sample.examples(.train) == [
        .init(inputs: [0], targets: [101, 1, 102, 2]),
        .init(inputs: [1], targets: [102, 2, 103, 3]),
      ])
    #expect(sample.data.encoding.target.columns.map(\.name) == ["b+1", "a+1", "b+2", "a+2"])
  }

  @Test func theLastRowsAreHeldOut() throws {
    let sample = try SeriesData(
      ["train.csv": Self.table(10)],
      #"""
      "target": "a", "features": ["a"], "window": {"length": 3},
      "validation": {"fraction": 0.2}, "test": {"fraction": 0.3}
      """#)
    #expect(sample.examples(.train).map(\.targets) == [[3], [4]])
    // Inputs reach back into the part before, targets do not.
    #expect(sample.examples(.validation).first == .init(inputs: [2, 3, 4], targets: [5]))
    #expect(sample.examples(.validation).map(\.targets) == [[5], [6]])
    #expect(sample.examples(.test).first == .init(inputs: [4, 5, 6], targets: [7]))
    #expect(sample.examples(.test).map(\.targets) == [[7], [8], [9]])
    #expect(sample.data.counts == [.train: 2, .validation: 2, .test: 3])
  }

  @Test func targetsNeverStraddleParts() throws {
    let sample = try SeriesData(
      ["train.csv": Self.table(12)],
      #"""
      "target": "a", "features": ["a"], "window": {"length": 2, "horizon": 3, "stride": 2},
      "test": {"fraction": 0.4}
      """#)
    #expect(sample.examples(.train).map(\.targets) == [[2, 3, 4], [4, 5, 6]])
    #expect(sample.examples(.test).map(\.targets) == [[7, 8, 9], [9, 10, 11]])
  }

  @Test func filesOfTheirOwnReachBackToNothing() throws {
    let sample = try SeriesData(
      ["train.csv": Self.table(8), "later.csv": "b,x,a\n1,u,50\n2,v,51\n3,w,52\n"],
      #""target": "a", "features": ["a"], "window": {"length": 2}, "validation": "later.csv""#)
    #expect(sample.examples(.validation) == [.init(inputs: [50, 51], targets: [52])])
    #expect(sample.examples(.train).count == 6)
  }

  @Test func seriesAreToldApartByTheirGroup() throws {
    let csv = "t,who,v\n1,p,1\n1,q,10\n2,q,20\n2,p,2\n3,p,3\n3,q,30\n"
    let sample = try SeriesData(
      ["train.csv": csv], #""target": "v", "window": {"length": 2, "group": "who", "time": "t"}"#)
    #expect(
      sample.examples(.train) == [
        .init(inputs: [1, 2], targets: [3]), .init(inputs: [10, 20], targets: [30]),
      ])
    let window = try #require(sample.encoding?.window)
    #expect(window.step == TimeStep(.number, 1))
    #expect(window.keyColumns == ["who", "t"])
  }

  @Test func theGroupMayBeAnInput() throws {
    let csv = "who,v\np,1\nq,10\nq,20\np,2\n"
    let sample = try SeriesData(
      ["train.csv": csv],
      #""target": "v", "features": ["who", "v"], "window": {"length": 1, "group": "who"}"#)
    #expect(
      sample.examples(.train) == [
        // The index of the group, and the number.
        .init(inputs: [0, 1], targets: [2]), .init(inputs: [1, 10], targets: [20]),
      ])
  }

  @Test func noWindowReachesOverAGap() throws {
    let csv = "t,v\n1,1\n2,2\n3,3\n5,5\n6,6\n8,8\n9,9\n10,10\n"
    let settings = #""target": "v", "window": {"length": 1, "horizon": 2, "time": "t", "gaps": "#
    let split = try SeriesData(["train.csv": csv], settings + #""split"}"#)
    #expect(split.examples(.train).map(\.targets) == [[2, 3], [9, 10]])
    let ignored = try SeriesData(["train.csv": csv], settings + #""ignore"}"#)
    #expect(ignored.examples(.train).count == 6)
    #expect(ignored.encoding?.window?.step == TimeStep(.number, 1))
  }

  @Test func stepsWithoutAMajorityAreNone() throws {
    let csv = "t,v\n1,1\n2,2\n4,3\n8,4\n16,5\n"
    let sample = try SeriesData(
      ["train.csv": csv],
      #""target": "v", "window": {"length": 1, "time": "t", "gaps": "ignore"}"#)
    let window = try #require(sample.encoding?.window)
    #expect(window.step == nil)
  }

  /// The notation of the training file is that of other files and of the model.
  @Test(arguments: [
    (["13.1.2023 7:00", "13.1.2023 8:00", "13.1.2023 9:00"], DateOrder.dayFirst, 3600),
    (["01/31/2023 23:00", "02/01/2023 00:00", "02/01/2023 01:00"], .monthFirst, 3600),
    // The clock is set forward.
    (["2023-03-26 01:30+01:00", "2023-03-26 03:30+02:00", "2023-03-26 04:30+02:00"], nil, 3600),
    (["1970-01-01T0:00", "1970-01-02T0:00", "1970-01-03T0:00"], nil, 86_400),
  ])
  func timesAreReadAsInputsAre(
    _ times: [String], _ order: DateOrder?, _ seconds: Double
  ) throws {
    let csv = "t,v\n" + times.enumerated().map { "\($1),\($0)\n" }.joined()
    let sample = try SeriesData(
      ["train.csv": csv, "later.csv": csv],
      #""target": "v", "validation": "later.csv", "window": {"length": 1, "time": "t"}"#)
    #expect(sample.encoding?.window?.timeOrder == order)
    #expect(sample.encoding?.window?.step == TimeStep(.second, seconds))
    #expect(sample.examples(.train).count == 2)
    #expect(sample.examples(.validation).count == 2)
  }

  /// Where no day is beyond 12, the first of a month and the days of January look the same.
  @Test func dayAndMonthOfTimesAreToldApartBySettings() throws {
    let csv = "t,v\n01/01/2023,1\n02/01/2023,2\n03/01/2023,3\n"
    func step(_ columns: String) throws -> TimeStep? {
      try SeriesData(
        ["train.csv": csv], #""target": "v", "window": {"length": 1, "time": "t"}"# + columns
      ).encoding?.window?.step
    }
    func setting(_ order: String) -> String {
      #", "columns": {"t": {"type": "datetime", "order": "\#(order)"}}"#
    }
    #expect(try step(setting("day_first")) == TimeStep(.second, 86_400))
    #expect(try step(setting("month_first")) == TimeStep(.month, 1))
    #expect(throws: Failure.self) { try step("") }
  }

  @Test func droppedRowsAreGaps() throws {
    let csv = "t,v\n1,1\n2,2\n3,\n4,4\n5,5\n"
    let sample = try SeriesData(
      ["train.csv": csv],
      #""target": "v", "missing": "drop_row", "window": {"length": 1, "time": "t", "gaps": "split"}"#
    )
    #expect(
      sample.examples(.train) == [
        .init(inputs: [1], targets: [2]), .init(inputs: [4], targets: [5]),
      ])
  }

  @Test func theNextClassIsLearned() throws {
    let csv = "v,sky\n1,sun\n2,rain\n3,rain\n4,sun\n5,sun\n"
    let sample = try SeriesData(
      ["train.csv": csv], #""target": "sky", "window": {"length": 2}"#,
      lossTask: .classification)
    #expect(sample.data.encoding.target.classes == ["rain", "sun"])
    #expect(
      sample.examples(.train) == [
        .init(inputs: [1, 1, 2, 0], targets: [0]), .init(inputs: [2, 0, 3, 0], targets: [1]),
        .init(inputs: [3, 0, 4, 1], targets: [1]),
      ])
    // The first two rows are no answers.
    #expect(sample.data.classCounts == [1, 2])
  }

  @Test func severalYesNoTargetsAreLearned() throws {
    let sample = try SeriesData(
      ["train.csv": "wet,cold\n0,1\n1,1\n1,0\n"],
      #""target": ["wet", "cold"], "window": {"length": 1}"#, lossTask: .classification)
    #expect(sample.data.task == .classification)
    #expect(
      sample.examples(.train) == [
        .init(inputs: [0, 1], targets: [1, 1]), .init(inputs: [1, 1], targets: [1, 0]),
      ])
  }

  @Test func headersMayBeAbsent() throws {
    let sample = try SeriesData(
      ["train.csv": "7,2020-01\n8,2020-02\n9,2020-03\n"],
      #""target": "c0", "header": false, "window": {"length": 2, "time": "c1"}"#)
    #expect(sample.examples(.train) == [.init(inputs: [7, 8], targets: [9])])
  }

  @Test func seriesThatAreTooShortAreLeftOutOfAllParts() throws {
    var csv = "who,v\n"
    for row in 0..<10 { csv += "long,\(row)\n" }
    for row in 0..<4 { csv += "short,\(100 + row)\n" }
    csv += "tiny,1000\n"
    let sample = try SeriesData(
      ["train.csv": csv],
      #"""
      "target": "v", "scaling": "standard", "window": {"length": 3, "group": "who"},
      "test": {"fraction": 0.2}
      """#)
    #expect(sample.data.counts == [.train: 5, .test: 2])
    #expect(sample.data.warnings.map(\.code) == ["short-series"])
    let warning = try #require(sample.data.warnings.first)
    #expect(warning.message.contains("2 of 3 series have no window in the training part"))
    #expect(warning.message.contains("the first, 'short', has 3 rows, but"))
    #expect(warning.place?.line == 1)
    // Neither do their rows take part in scaling: the mean of 0 to 7.
    #expect(sample.encoding?.target.columns.first?.scale.offset == 3.5)
  }

  @Test func seriesWithoutAWindowInAHeldOutPartAreCounted() throws {
    var csv = "who,v\n"
    for row in 0..<20 { csv += "long,\(row)\n" }
    for row in 0..<9 { csv += "short,\(row)\n" }
    let sample = try SeriesData(
      ["train.csv": csv],
      #"""
      "target": "v", "window": {"length": 3, "horizon": 2, "group": "who"},
      "validation": {"fraction": 0.15}
      """#)
    #expect(sample.data.counts == [.train: 13 + 4, .validation: 2])
    let warning = try #require(sample.data.warnings.first)
    #expect(
      warning.message.contains(
        "1 of 2 series has no window in the validation part; the first, 'short'"))
  }

  @Test func inputsMayBeScaledWhereTargetsMustNot() throws {
    let sample = try SeriesData(
      ["train.csv": Self.table(5)],
      #"""
      "target": "b", "features": ["b"], "window": {"length": 1},
      "columns": {"b": {"scaling": "standard"}}
      """#, lossTask: .regression, allowsScaledTargets: false)
    #expect(sample.encoding?.target.columns.first?.scale == .identity)
    #expect(sample.examples(.train).first?.targets == [101])
    let input = try #require(sample.examples(.train).first?.inputs.first)
    #expect(abs(Double(input) + 2.squareRoot()) < 1e-6)
  }
}

/// What a model file may say of its window.
struct WindowEncodingTests {
  private func problem(
    _ window: String, inputs: Int = 3, columns: Int = 4, classes: [String] = []
  ) throws -> String? {
    let columns = (0..<columns).map { TargetEncoding.Column(name: "c\($0)", scale: .identity) }
    return try Codec<WindowEncoding>.object().value(window).problem(
      inputs: inputs,
      target: TargetEncoding(
        task: classes.isEmpty ? .regression : .classification, classes: classes, columns: columns))
  }

  @Test func soundWindowsHaveNoProblem() throws {
    #expect(try problem(#"{"length": 9, "horizon": 2, "targets": ["x", "y"]}"#) == nil)
    #expect(try problem(#"{"length": 1000000, "horizon": 4, "targets": ["x"]}"#) == nil)
    #expect(
      try problem(
        #"""
        {"targets": ["x"], "time": "t", "time_kind": "date", "step": {"unit": "month", "count": 1}}
        """#, columns: 1,
        classes: ["u", "v"]) == nil)
    #expect(
      try problem(
        #"""
        {"horizon": 4, "targets": ["x"], "time": "t", "time_kind": "date",
         "time_order": "day_first"}
        """#) == nil)
  }

  @Test(arguments: [
    #"{"length": 9, "horizon": 3, "targets": ["x", "y"]}"#,
    #"{"horizon": 4, "targets": ["x", "y"]}"#,
    #"{"horizon": 4}"#, #"{"horizon": 1000000, "targets": ["x"]}"#,
    #"{"horizon": 4, "targets": ["x"], "step": {"count": 1}}"#,
    #"{"horizon": 4, "targets": ["x"], "time": "t"}"#,
    #"{"horizon": 4, "targets": ["x"], "time_order": "day_first"}"#,
    #"""
    {"horizon": 4, "targets": ["x"], "time": "t", "time_kind": "month", "time_order": "day_first"}
    """#,
    #"{"horizon": 4, "targets": ["x"], "time_kind": "date"}"#,
    #"{"horizon": 4, "targets": ["x"], "time": "t", "time_kind": "date", "step": {"count": 1}}"#,
    #"""
    {"horizon": 4, "targets": ["x"], "time": "t", "time_kind": "number",
     "step": {"unit": "month", "count": 1}}
    """#,
  ])
  func windowsThatDoNotFitAreSaidSo(_ window: String) throws {
    #expect(try problem(window) != nil)
  }

  @Test func windowsMayNotBeImpossiblyLarge() throws {
    #expect(
      try problem(#"{"length": 1000000, "horizon": 4, "targets": ["x"]}"#, inputs: 3000) != nil)
    #expect(
      try problem(#"{"horizon": 2, "targets": ["x", "y"]}"#, columns: 4, classes: ["u", "v"]) != nil
    )
    #expect(throws: Failure.self) {
      try problem(#"{"length": 9223372036854775807, "targets": ["x"]}"#)
    }
  }
}

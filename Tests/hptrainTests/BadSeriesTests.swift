import Configuration
import TestSupport
import Testing

/// Every mistake that series can hold is reported by `check` with its place and exit code.
@Suite struct BadSeriesTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    var csv = SeriesSample.csv(days: 20)
    var window = #""length": 4, "time": "date""#
    var data = #""target": "level""#
    let code: String
    var file = "config.json"
    var place: String
    /// Parts of the message.
    var says: [String] = []
    var exitCode: Int32 = 78
  }

  /// Days of a series whose value is the day.
  private static func days(_ times: [String]) -> String {
    "date,level\n" + times.enumerated().map { "\($1),\($0)\n" }.joined()
  }

  static let configurations = [
    Case(
      testDescription: "no length", window: #""time": "date""#, code: "missing-key", place: "5:15"),
    Case(
      testDescription: "length 0", window: #""length": 0"#, code: "out-of-range", place: "5:26"),
    Case(
      testDescription: "fractional horizon", window: #""length": 4, "horizon": 1.5"#,
      code: "wrong-type", place: "5:40"),
    Case(
      testDescription: "synonym", window: #""length": 4, "lookback": 3"#, code: "unknown-key",
      place: "5:29", says: ["did you mean 'length'?"]),
    Case(
      testDescription: "gaps without time", window: #""length": 4, "gaps": "split""#,
      code: "contradiction", place: "5:37"),
    Case(
      testDescription: "unknown gaps", window: #""length": 4, "time": "date", "gaps": "fill""#,
      code: "unknown-value", place: "5:53"),
    Case(
      testDescription: "unknown time column", window: #""length": 4, "time": "dat""#,
      code: "unknown-column", place: "5:37", says: ["did you mean \"date\"?"]),
    Case(
      testDescription: "unknown group column", window: #""length": 4, "group": "g""#,
      code: "unknown-column", place: "5:38"),
    Case(
      testDescription: "time is the target", window: #""length": 4, "time": "level""#,
      code: "contradiction", place: "5:37"),
    Case(
      testDescription: "time is a feature", data: #""target": "level", "features": ["date"]"#,
      code: "contradiction", place: "5:37"),
    Case(
      testDescription: "time is ignored", data: #""target": "level", "ignore": "date""#,
      code: "contradiction", place: "5:37"),
    Case(
      testDescription: "time is the group",
      window: #""length": 4, "time": "date", "group": "date""#,
      code: "contradiction", place: "5:54"),
    Case(
      testDescription: "settings of the time",
      data: #""target": "level", "columns": {"date": {"type": "number"}}"#, code: "contradiction",
      place: "4:65", says: ["it is the time column"]),
    Case(
      testDescription: "settings of the time besides its order",
      data: #"""
        "target": "level", "columns": {"date": {"order": "day_first", "parts": "day"}}
        """#, code: "contradiction",
      place: "4:65", says: ["it is the time column"]),
    Case(
      testDescription: "a group of numbers", csv: "who,level\n1,1\n1,2\n1,3\n",
      window: #""length": 1, "group": "who""#,
      data: #"""
        "target": "level", "features": ["who"], "columns": {"who": {"type": "number"}}
        """#, code: "contradiction", place: "4:94", says: ["holds names"]),
    Case(
      testDescription: "stratified",
      data: #""target": "level", "validation": {"fraction": 0.2, "stratify": true}"#,
      code: "contradiction", place: "4:89"),
    Case(
      testDescription: "dropped rows", data: #""target": "level", "missing": "drop_row""#,
      code: "contradiction", place: "4:56", says: ["gaps"]),
    Case(
      testDescription: "dropped rows of a column",
      data: #""target": "level", "columns": {"lead": {"missing": {"strategy": "drop_row"}}}"#,
      code: "contradiction", place: "4:90", says: ["gaps"]),
    Case(
      testDescription: "window longer than the training part",
      window: #""length": 19, "horizon": 2"#,
      code: "no-window", place: "5:26",
      says: ["the training part", "20 rows", "a length of 19 and a horizon of 2 need 21"]),
    Case(
      testDescription: "horizon longer than the series", window: #""length": 1, "horizon": 30"#,
      code: "no-window", place: "5:40", says: ["the training part", "20 rows", "31"]),
    Case(
      testDescription: "horizon longer than the validation part",
      window: #""length": 4, "horizon": 3"#,
      data: #""target": "level", "validation": {"fraction": 0.1}"#, code: "no-window",
      place: "5:40",
      says: ["the validation part: it has 2 rows", "a horizon of 3"]),
    Case(
      testDescription: "no group is long enough",
      csv: "who,level\np,1\nq,2\nq,3\np,4\np,5\n", window: #""length": 4, "group": "who""#,
      code: "no-window", place: "5:26", says: ["no series has more than 3 rows", "need 5"]),
    Case(
      testDescription: "no stretch without a gap is long enough",
      csv: days(["1", "2", "3", "5", "6", "7", "9"]),
      window: #""length": 3, "time": "date", "gaps": "split""#, code: "no-window", place: "5:26",
      says: ["nowhere do 4 follow each other without a gap"]),
    Case(
      testDescription: "nothing left for training",
      data: #""target": "level", "validation": {"fraction": 0.6}, "test": {"fraction": 0.6}"#,
      code: "empty-part", place: "4:59", says: ["no row is left for training", "20 rows"]),
    Case(
      testDescription: "classes of several rows",
      csv: "level\nu\nv\nu\nv\nu\nu\nv\n", window: #""length": 2, "horizon": 3"#, code: "task",
      place: "5:40"),
  ]

  static let contents = [
    Case(
      testDescription: "disorder", csv: days(["1", "2", "4", "3", "5", "6"]), code: "time-order",
      place: "5:1", says: ["'3'", "'4'"]),
    Case(
      testDescription: "duplicate", csv: days(["2020-01-01", "2020-01-02", "2020-01-02"]),
      code: "duplicate-time", place: "4:1", says: ["'2020-01-02'", "data.window.group"]),
    Case(
      testDescription: "several out of order",
      csv: days(["1949-03", "1949-02", "1949-03", "1949-01"]), code: "time-order", place: "3:1",
      says: ["'1949-02'", "'1949-03'", "(and 1 more row)"]),
    Case(
      testDescription: "disorder in one series",
      csv: "date,who,level\n1,p,1\n1,q,1\n2,p,2\n0,q,2\n",
      window: #""length": 1, "time": "date", "group": "who""#,
      code: "time-order", place: "5:1", says: ["in the series 'q'"]),
    Case(
      testDescription: "gap", csv: days(["1981-01-01", "1981-01-02", "1981-01-03", "1981-01-07"]),
      code: "gap", place: "5:1",
      says: ["'1981-01-07'", "4 days after '1981-01-03'", "1 day", "\"split\"", "\"ignore\""]),
    Case(
      testDescription: "gaps of months",
      csv: days(["1949-01", "1949-02", "1949-03", "1949-05", "1949-06", "1949-09"]), code: "gap",
      place: "5:1", says: ["2 months", "1 month", "(and 1 more irregular step)"]),
    Case(
      testDescription: "a step that is too short",
      csv: days(["2020-01-01T00:00", "2020-01-01T06:00", "2020-01-01T12:00", "2020-01-01T13:00"]),
      code: "gap", place: "5:1", says: ["1 hour after", "6 hours"]),
    Case(
      testDescription: "gap in one series",
      csv: "date,who,level\n1,p,1\n1,q,1\n2,p,2\n3,q,2\n3,p,3\n",
      window: #""length": 1, "time": "date", "group": "who""#, code: "gap", place: "5:1",
      says: ["in the series 'q'"]),
    Case(
      testDescription: "no time", csv: days(["2020-01-01", "2020-01-02", "3.1.2020", "?x"]),
      code: "not-a-time", place: "4:1", says: ["'3.1.2020'", "(and 1 more row)", "1981-01-31"]),
    Case(
      testDescription: "another order", csv: days(["13.1.2020", "14.1.2020", "2020-01-15"]),
      code: "not-a-time", place: "4:1", says: ["'2020-01-15'", "in another way"]),
    Case(
      testDescription: "no day beyond 12", csv: days(["01/02/2020", "02/02/2020"]),
      code: "ambiguous-dates", place: "2:1",
      says: ["'01/02/2020'", #""columns": {"date": {"type":"datetime","order":"day_first"}}"#]),
    Case(
      testDescription: "offsets and none",
      csv: days(["2020-01-01T00:00+01:00", "2020-01-01T01:00"]), code: "time-kind", place: "3:1",
      says: ["its offset from UTC"]),
    Case(
      testDescription: "a step below single precision", csv: days(["0", "1e-50", "2e-50"]),
      code: "time-step", place: "3:1", says: ["'1e-50'", "too small"]),
    Case(
      testDescription: "a step beyond single precision", csv: days(["0", "1e305", "2e305"]),
      code: "time-step", place: "3:1", says: ["too large"]),
    Case(
      testDescription: "an infinite step", csv: days(["-1.5e308", "1.5e308"]), code: "time-step",
      place: "3:1", says: ["from '-1.5e308' to '1.5e308'"]),
    Case(
      testDescription: "values beyond single precision", csv: "date,level\n1,1\n2,1e300\n3,3\n",
      window: #""length": 1, "time": "date""#, code: "too-large", place: "3:3"),
    Case(
      testDescription: "no such day", csv: days(["2019-02-28", "2019-02-29"]), code: "not-a-time",
      place: "3:1"),
    Case(
      testDescription: "not a number", csv: days(["1", "2", "inf"]), code: "not-a-time",
      place: "4:1"),
    Case(
      testDescription: "a missing time", csv: days(["1", "NA", "3", "", "5"]),
      code: "missing-value", place: "3:1", says: ["the time", "(and 1 more row)"]),
    Case(
      testDescription: "a missing group", csv: "who,level\np,1\n,2\np,3\n",
      window: #""length": 1, "group": "who""#, code: "missing-value", place: "3:1",
      says: ["the group"]),
    Case(
      testDescription: "dates and months", csv: days(["2020-01-01", "2020-02"]), code: "time-kind",
      place: "3:1", says: ["a month", "a date"]),
    Case(
      testDescription: "zones", csv: days(["2020-01-01T00:00", "2020-01-01T01:00Z"]),
      code: "time-kind", place: "3:1"),
    Case(
      testDescription: "a missing value of the target", csv: "date,level\n1,1\n2,\n3,3\n",
      code: "missing-value", place: "3:3", says: ["data.window.gaps"]),
    Case(
      testDescription: "not UTF-8", csv: "who,level\np,1\np,2\n",
      window: #""length": 1, "group": "who""#,
      data: #""target": "level", "validation": "latin.csv""#, code: "invalid-utf-8",
      place: "2:1"),
    Case(
      testDescription: "a file with another step",
      csv: days(["2020-01-01", "2020-01-02", "2020-01-03"]),
      window: #""length": 1, "time": "date""#,
      data: #""target": "level", "validation": "later.csv""#, code: "gap", place: "3:1",
      says: ["31 days", "1 day"]),
    Case(
      testDescription: "a file with other times", csv: days(["1", "2", "3"]),
      window: #""length": 1, "time": "date""#,
      data: #""target": "level", "validation": "later.csv""#,
      code: "time-kind", place: "2:1", says: ["the training part has a number"]),
    Case(
      testDescription: "a file without the time",
      csv: days(["1", "2", "3"]), window: #""length": 1, "time": "date""#,
      data: #""target": "level", "validation": "timeless.csv""#, code: "missing-column",
      place: "4:59", says: ["\"date\""]),
    Case(
      testDescription: "a file that is too short",
      csv: days(["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"]),
      window: #""length": 3, "time": "date""#,
      data: #""target": "level", "validation": "later.csv""#,
      code: "no-window", place: "5:26", says: ["'later.csv'", "it has 3 rows", "need 4"],
      exitCode: 78),
  ].map { sample in
    var sample = sample
    if sample.code != "no-window" && sample.code != "missing-column" {
      sample.file =
        sample.data.contains("latin")
        ? "latin.csv" : sample.data.contains("later") ? "later.csv" : "data.csv"
    }
    if sample.code != "no-window" { sample.exitCode = 65 }
    return sample
  }

  @Test(arguments: configurations + contents)
  func isReported(_ sample: Case) throws {
    let workspace = try SeriesSample.workspace(
      csv: sample.csv, config: SeriesSample.config(window: sample.window, data: sample.data))
    try workspace.write("later.csv", Self.days(["2020-01-01", "2020-02-01", "2020-03-01"]))
    try workspace.write("timeless.csv", "level\n1\n2\n3\n")
    try workspace.write("latin.csv", Array("who,level\n".utf8) + [0xE9] + Array(",1\n".utf8))
    let result = try Program.run("check", "config.json", "--format", "json", in: workspace.path)
    #expect(result.exitCode == sample.exitCode, "\(result.output)")
    let finding = try #require(
      result.events.first {
        $0["code"]?.string == sample.code && $0["severity"]?.string == "error"
      }, "\(result.output)")
    #expect(finding["file"]?.string == sample.file)
    #expect(
      "\(finding["line"]?.integer ?? 0):\(finding["column"]?.integer ?? 0)" == sample.place)
    let text = [finding["message"], finding["help"]].compactMap { $0?.string }.joined(
      separator: " ")
    for words in sample.says { #expect(text.contains(words), "\(text)") }
  }

  @Test func aNumberForAWindowIsExplained() throws {
    let workspace = try SeriesSample.workspace(
      config: SeriesSample.config().replacing("{\"length\": 8, \"time\": \"date\"}", with: "8"))
    let result = try Program.run("check", "config.json", in: workspace.path)
    #expect(result.exitCode == 78)
    #expect(result.errors.contains("write {\"length\": 8}"))
  }

  @Test func aForgottenTimeIsSuspected() throws {
    func check(_ data: String = #""target": "level""#) throws -> String {
      let workspace = try SeriesSample.workspace(
        config: SeriesSample.config(window: #""length": 8"#, data: data))
      return try Program.run("check", "config.json", in: workspace.path).errors
    }
    let plain = try check()
    #expect(plain.contains("warning: column \"date\" looks like times"), "\(plain)")
    #expect(plain.contains("name it in data.window.time"))
    // Later times are none of the categories of training.
    let divided = try check(#""target": "level", "validation": {"fraction": 0.2}"#)
    #expect(divided.contains("does not occur in column 'date'"), "\(divided)")
    #expect(divided.contains("help: it looks like times; name it in data.window.time"))
    #expect(try !check(#""target": "level", "ignore": "date""#).contains("times"))
  }

  @Test func aConstantTargetIsNotToBeIgnored() throws {
    let workspace = try SeriesSample.workspace(
      csv: "date,lead,level\n" + (1...20).map { "\(SeriesSample.date($0)),1,2\n" }.joined(),
      config: SeriesSample.config())
    let errors = try Program.run("check", "config.json", in: workspace.path).errors
    let lines = errors.split(separator: "\n")
    let target = try #require(lines.firstIndex { $0.contains("target \"level\" has the same") })
    let column = try #require(lines.firstIndex { $0.contains("column \"lead\" has the same") })
    let helps = lines.indices.filter { lines[$0].contains("help: ") }
    #expect(helps.first { $0 > column }.map { lines[$0].contains("data.ignore") } == true)
    #expect(helps.first { $0 > target }.map { lines[$0].contains("data.ignore") } == false)
  }
}

import Configuration
import Testing
import Training

/// Settings and columns that do not go together, each by itself.
@Suite struct ContradictionTests {
  /// Columns of each kind: a number, categories, dates, weights, a target of two classes and one of numbers.
  private static let csv = TableSample.csv("a,b,c,d,w,y,n", rows: 60) { row in
    let day = row % 9 + 10
    return
      "\(row * 7 % 60),\(row % 5).5,k\(row % 3),2024-01-\(day),\(row % 4),\(["p", "q"][row % 2]),\(row * 3 % 50)"
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let data: String
    var csv = ContradictionTests.csv
    var target = "y"
    let message: String
    var training = #""epochs": 2"#
    var others: [String: String] = [:]
    var testDescription: String { message }
  }

  static let faults = [
    Fault(data: #""ignore": ["a", "a"]"#, message: "a column stands twice in 'ignore'"),
    Fault(
      data: #""columns": {"y": {"type": "datetime"}}"#, message: #"the target "y" cannot be a date"#
    ),
    Fault(
      data: #""quote": "''""#,
      message: "'delimiter' and 'quote' must be two different single ASCII characters"),
    Fault(
      data: #""columns": {"d": {"type": "datetime", "order": ["a", "b"]}}"#,
      message: #"the order of dates is "year_first", "day_first" or "month_first""#),
    Fault(
      data: #""columns": {"d": {"type": "datetime", "encoding": "ordinal"}}"#,
      message: #"column "d" holds dates, for which "ordinal" is not made"#),
    Fault(
      data: #"""
        "columns": {"c": {"encoding": "embedding", "shared": "a"},
                    "d": {"type": "category", "encoding": "embedding", "shared": "a"}}
        """#, message: #""a" is a column of its own, whose vectors have its name"#),
    Fault(
      data: #"""
        "columns": {"c": {"encoding": "ordinal", "order": ["k0", "k1", "k2"], "unseen_categories": "rare"}}
        """#, message: #"what is rare has no place in the order of column "c""#),
    Fault(
      data: #"""
        "columns": {"c": {"encoding": "ordinal", "order": ["k0", "k1", "k2"],
                          "missing": {"strategy": "constant", "value": "none"}}}
        """#,
      message:
        #""none", which stands in for what is missing, is not in the order of column "c""#),
    Fault(
      data: #""columns": {"c": {"missing": "median"}}"#,
      message: #"column "c" holds categories, which have no median"#),
    Fault(
      data: #""columns": {"a": {"missing": {"strategy": "constant", "value": "x"}}}"#,
      csv: csv.replacing("\n7,", with: "\n,"),
      message: #"the missing value "x" is no number, but column "a" holds numbers"#),
    Fault(
      data:
        #""columns": {"d": {"type": "datetime", "missing": {"strategy": "constant", "value": 3}}}"#,
      csv: csv.replacing("2024-01-11", with: ""),
      message: #"the missing value of column "d" must be a date as its fields are"#),
    Fault(
      data: #""missing": {"strategy": "mean", "value": 3}"#,
      message: #"'value' has no effect with the strategy "mean""#),
    Fault(
      data: #""columns": {"n": {"scaling": "standard"}}"#, target: "n",
      message: #"the target "n" cannot be scaled with this loss"#,
      training: #""epochs": 2, "loss": "poisson""#),
    Fault(
      data: #""columns": {"y": {"type": "category", "order": ["p", "r"]}}"#,
      message: "'q' is not in the order of the target 'y' (and 29 more rows)"),
    Fault(
      data: #""weight": "w""#, csv: csv.replacing(",0,p", with: ",-1,p"),
      message: "weight"),
    Fault(
      data: #""weight": "w""#,
      csv: TableSample.csv("a,w,y", rows: 20) { "\($0),0,\(["p", "q"][$0 % 2])" },
      message: "are 0 in column 'w', so that no row counts"),
    Fault(
      data: #""columns": {"y": {"separator": "|"}}, "window": {"length": 3}"#,
      message: "a series has no labels: its targets are numbers or classes"),
    Fault(
      data:
        #""columns": {"a": {"missing": "drop_row"}, "b": {"missing": "drop_row"}}, "window": {"length": 3}"#,
      target: "n", message: #""drop_row" would leave gaps in the windows"#),
    Fault(
      data: #""ignore": ["b"]"#, csv: "a,b,y\n", message: "has a header but no rows"),
    Fault(
      data: #""header": ["a", "b", "c"]"#, csv: "1,2\n3,4\n", message: "are named"),
    Fault(
      data: #""thousands": ".""#, message: "decimal"),
    Fault(
      data: #""columns": {"a": {"thousands": "."}}"#,
      message: "'thousands' and 'decimal' cannot both be"),
    Fault(data: #""header": 3"#, message: "must be"),
    Fault(data: #""header": ["a", 3]"#, message: "must be a name"),
    Fault(
      data: #""columns": {"c": {"encoding": "ordinal", "order": ["k0", 3]}}"#, message: "must be"),
    Fault(
      data: #""missing": {"strategy": "constant", "value": true}"#,
      message: "must be a number or a string"),
    Fault(
      data: #""columns": {"a": {"missing": "drop_row", "indicator": true}}"#,
      message: "would always be 0, since missing values are dropped with their rows"),
    Fault(
      data: #"""
        "columns": {"a": {"encoding": "embedding", "shared": "v"},
                    "c": {"encoding": "embedding", "shared": "v"}}
        """#, message: #"column "a" holds numbers, so it has no categories or dates to encode"#),
    Fault(
      data: #""columns": {"c": {"encoding": "cyclic"}}, "window": {"length": 3}"#, target: "n",
      message: #"'encoding' is for dates, but column "c" holds categories"#),
    Fault(
      data: #""window": {"length": 3}, "validation": "v.csv""#, target: "n",
      message: "column 'a' has 1 missing value",
      others: ["v.csv": csv.replacing("\n7,", with: "\n,")]),
    Fault(
      data: #""window": {"length": 3}, "validation": "v.csv""#,
      message: "'r' does not occur in column 'y' of the training part",
      others: ["v.csv": csv.replacing(",q,", with: ",r,")]),
    Fault(
      data: "", csv: "a,y\n,1\n,2\n,1\n", message: "no column is left to learn from"),
    Fault(
      data: #""columns": {"y": {"separator": "|"}}"#, csv: "a,y\n1,\n2,\n",
      message: "the target 'y' has no label"),
    Fault(
      data: #""columns": {"a": {"encoding": "piecewise_linear"}}"#,
      csv: csv.replacing("\n7,", with: "\n1e300,"),
      message: "'1e+300' in column 'a' is too large for single precision"),
    Fault(
      data: #""group": "c", "test": {"fraction": 0.5}"#, csv: csv.replacing(",k1,", with: ",,"),
      message: "the group is missing in column 'c' (and in 19 more rows)"),
  ]

  @Test(arguments: faults) func isSaid(_ fault: Fault) throws {
    let sample = try TableSample(
      fault.csv, target: fault.target, data: fault.data, training: fault.training,
      others: fault.others)
    #expect(sample.plan == nil)
    let messages = sample.diagnostics.filter { $0.severity == .error }.map(\.message)
    #expect(messages.contains { $0.contains(fault.message) }, "\(messages)")
  }

  /// Too many different numbers are no classes.
  @Test func numbersAreNoClasses() throws {
    let csv = TableSample.csv("a,y", rows: 80) { "\($0 * 7 % 80),\($0)" }
    let sample = try TableSample(
      csv, data: #""columns": {"y": "category"}"#,
      training: #""epochs": 2, "loss": "cross_entropy""#)
    #expect(sample.findings.contains("continuous-target data.csv:2:3"), "\(sample.findings)")
  }
}

import Configuration
import Datasets
import Testing
import Training

/// What the inputs of a model of one layer are called, for every way in which a column becomes inputs.
@Suite struct LinearModelTests {
  private static let csv: String = {
    var csv = "a,skewed,ranked,bin,city,rare,size,often,mean,hash,day,hour,y\n"
    for row in 0..<80 {
      let fields = [
        row % 9 == 4 ? "" : "\(row * 7 % 31)", "\(row * row % 97)", "\(row * 11 % 53)", "\(row)",
        row % 10 == 3 ? "" : ["rome", "oslo"][row % 2], row == 7 ? "once" : "k\(row % 3)",
        ["S", "M", "L"][row % 3], "o\(row % 4)", "m\(row % 5)", "h\(row % 6)",
        row == 5 ? "" : "2024-0\(row % 9 + 1)-1\(row % 7)", "2024-02-1\(row % 7) 0\(row % 9):00",
        "\(row * 3 % 41)",
      ]
      csv += fields.joined(separator: ",") + "\n"
    }
    return csv
  }()

  private func inputs(_ data: String, target: String = "y", layers: String = #"{"type": "dense"}"#)
    throws -> LinearModel?
  {
    let bytes = try FileRun(
      ["data.csv": Array(Self.csv.utf8)],
      data: #""train": "data.csv", "target": "\#(target)", \#(data)"#, layers: layers
    ).model
    return LinearModel(try TrainedModel(file: FileBytes(name: "model", copying: bytes), rows: 4))
  }

  @Test func everyInputHasAName() throws {
    let model = try #require(
      try inputs(
        #"""
        "columns": {
          "a": {"missing": "mean", "indicator": true},
          "skewed": {"scaling": "log"}, "ranked": {"scaling": "quantile"},
          "bin": {"encoding": "piecewise_linear", "bins": 2},
          "city": {"missing": "most_frequent", "indicator": true},
          "rare": {"unseen_categories": "rare"},
          "size": {"encoding": "ordinal", "order": ["S", "M", "L"]},
          "often": {"encoding": "frequency"}, "mean": {"encoding": "target"},
          "hash": {"encoding": "hash", "buckets": 2},
          "day": {"type": "datetime", "parts": ["elapsed", "month"], "missing": "median",
                  "indicator": true},
          "hour": {"type": "datetime", "parts": ["weekday"], "encoding": "one_hot"}}
        """#))
    #expect(
      model.inputs == [
        "a", "a is missing", "log of skewed", "quantile of ranked", "bin from 0 to 39.5",
        "bin from 39.5 to 79", "city=oslo", "city=rome", "city is missing", "rare=k0", "rare=k1",
        "rare=k2", "rare=(rare)", "size", "frequency of often", "mean of y by mean",
        "bucket 0 of hash", "bucket 1 of hash", "day elapsed", "day month sine",
        "day month cosine", "day is missing",
      ] + (0...6).map { "hour weekday=\($0)" }, "\(model.inputs)")
    #expect(model.outputs.map(\.name) == ["y"])
    #expect(model.outputs.first?.coefficients.count == model.inputs.count)
  }

  /// Beyond these ends, in the units of the column, a coefficient changes nothing.
  @Test func whatIsClippedIsSaid() throws {
    let numbers =
      #""ignore": ["city", "rare", "size", "often", "mean", "hash", "day", "hour", "a"]"#
    let model = try #require(
      try inputs(
        numbers + #"""
          , "columns": {"bin": {"scaling": "min_max", "clip": 0.5}, "skewed": {"clip": 20},
                        "ranked": {"scaling": "quantile", "clip": 2}}
          """#))
    #expect(
      model.inputs == [
        "skewed, clipped to -20 … 20", "quantile of ranked, clipped to -2 … 2",
        "bin, clipped to -39.5 … 39.5",
      ], "\(model.inputs)")
  }

  @Test func otherModelsAreNotLinear() throws {
    let numbers =
      #""ignore": ["city", "rare", "size", "often", "mean", "hash", "day", "hour", "a"]"#
    #expect(try inputs(numbers) != nil)
    #expect(
      try inputs(numbers, layers: #"{"type": "dense", "use_bias": false}"#)?.outputs[0].intercept
        == 0)
    #expect(
      try inputs(numbers, layers: #"{"type": "dense", "units": 3}, {"type": "dense"}"#) == nil)
  }
}

import Configuration
import Datasets
import Foundation
import Numerics
import TestSupport
import Training

/// Small networks on small data of each format, with the parameters that they begin with.
struct SampleModel: Sendable {
  /// Members of the data section, which name the file `name`.
  let data: String
  let layers: String
  var training = ""
  let name: String
  let contents: [UInt8]

  static let all = [
    SampleModel(
      data:
        #""train": "table", "target": "kind", "missing": "most_frequent", "scaling": "standard""#,
      layers: #"{"type": "dense", "units": 3, "activation": "relu"}, {"type": "dense"}"#,
      training: #", "loss": {"type": "cross_entropy", "class_weights": "balanced"}"#,
      name: "table", contents: table),
    SampleModel(
      data: #"""
        "train": "table", "target": "a", "columns": {
          "day": {"type": "datetime"}, "city": {"type": "category", "encoding": "embedding"},
          "b": {"type": "number", "encoding": "piecewise_linear", "bins": 3}}
        """#,
      layers: #"""
        {"type": "ensemble", "members": 2}, {"type": "dense", "units": 2}, {"type": "batch_normalization"},
        {"type": "dense"}
        """#, name: "table", contents: table),
    SampleModel(
      data: #"""
        "train": "table", "target": "b", "ignore": ["kind"], "scaling": "min_max",
        "window": {"length": 3, "horizon": 2, "time": "day", "group": "city"}
        """#,
      layers: #"{"type": "gru", "units": 2}, {"type": "dense"}"#, name: "table", contents: table),
    SampleModel(
      data: #""format": "text", "train": "text", "sequence_length": 4"#,
      layers: #"""
        {"type": "embedding", "dimensions": 2}, {"type": "positional_embedding"},
        {"type": "self_attention", "heads": 1, "causal": true}, {"type": "dense"}
        """#, name: "text", contents: Array("abacabadabacaba, and so on".utf8)),
    SampleModel(
      data: #""format": "idx", "train": {"features": "images", "labels": "labels"}"#,
      layers: #"""
        {"type": "conv2d", "filters": 2, "kernel_size": 2, "activation": "relu"},
        {"type": "max_pool2d"}, {"type": "flatten"}, {"type": "dense"}
        """#, name: "images",
      contents: IDXSamples.file(
        type: 8, dimensions: [4, 4, 4], data: (0..<64).map { UInt8($0 * 4) })),
  ]

  private static let labels = IDXSamples.file(type: 8, dimensions: [4], data: [0, 1, 0, 1])

  private static let table: [UInt8] = {
    var text = "day,a,b,city,kind\n"
    for index in 1...9 {
      for city in ["rome", "oslo"] {
        text += "2020-01-0\(index),\(index * index % 7).5,\(index * 3 % 5),\(city),"
        text += "\(index % 2 == 0 ? "x" : "y")\n"
      }
    }
    return Array(text.utf8)
  }()

  func plan() throws -> RunPlan {
    let workspace = try FuzzWorkspace.shared
    try workspace.write(name, contents)
    try workspace.write("labels", Self.labels)
    let text = """
      {"name": "sample", "seed": 3, "data": {\(data)}, "model": {"layers": [\(layers)]},
       "training": {"epochs": 2, "batch_size": 4\(training)}}
      """
    let loaded = try LoadedConfig.parse(
      SourceText(name: "sample.json", text), baseDirectory: workspace.path)
    let (plan, diagnostics) = RunPlan.check(loaded)
    guard let plan else { throw Failure(diagnostics) }
    return plan
  }

  func loop() throws -> TrainingLoop {
    let plan = try plan()
    return try TrainingLoop(plan, sets: plan.data.makeSets(), pool: FuzzTarget.pool)
  }
}

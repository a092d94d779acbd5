import Configuration
import Datasets
import Foundation
import Numerics
import TestSupport
import Training

/// A configuration with data in a folder of its own, planned and ready to train.
struct SampleRun {
  let workspace: Workspace
  let plan: RunPlan

  /// - Parameters:
  ///   - target: a column of the table: the category `kind` (x, y), the category `city` (three), or
  ///     the numbers `a`, `b`, `yes` and `odd`; the last two are 0 or 1.
  ///   - data, training: more members of these sections.
  init(
    layers: String, target: String = #""kind""#, data: String = "", training: String = "",
    rows: Int = 150,
    epochs: Int = 2, batchSize: Int = 32
  ) throws {
    workspace = try Workspace()
    let extra = target.contains("yes")
    // Series know the time.
    let isSeries = data.contains("window")
    var csv = "a,b,city,kind\(extra ? ",yes,odd" : "")\(isSeries ? ",day" : "")\n"
    for index in 0..<rows {
      let city = ["rome", "oslo", "lima"][index % 3]
      csv += "\(Double(index * 37 % 101) / 10),\(index % 7),\(city),\(index % 2 == 0 ? "x" : "y")"
      if extra { csv += ",\(index % 5 == 0 ? 1 : 0),\(index % 2)" }
      csv += isSeries ? ",\(index)\n" : "\n"
    }
    try workspace.write("data.csv", csv)
    let text = """
      {
        "name": "sample", "seed": 3,
        "data": {"train": "\(workspace.path("data.csv"))", "target": \(target)\(data)},
        "model": {"layers": [\(layers)]},
        "training": {"epochs": \(epochs), "batch_size": \(batchSize)\(training)}
      }
      """
    let loaded = try LoadedConfig.parse(SourceText(name: "sample.json", text))
    let (plan, diagnostics) = RunPlan.check(loaded)
    guard let plan else { throw Failure(diagnostics) }
    self.plan = plan
  }

  func loop(_ pool: ThreadPool) throws -> TrainingLoop {
    immortal(try TrainingLoop(plan, sets: plan.data.makeSets(), pool: pool))
  }

  static let layers = """
    {"type": "dense", "units": 40, "activation": "gelu"}, {"type": "dropout", "rate": 0.3},
    {"type": "dense", "units": 17, "activation": "softmax"},
    {"type": "activation", "activation": "tanh"}, {"type": "dense"}
    """

  /// Every layer for images, on numbers that a dense layer makes one of.
  static let imageLayers = """
    {"type": "dense", "units": 72}, {"type": "reshape", "shape": [6, 6, 2]},
    {"type": "conv2d", "filters": 6, "padding": "same", "activation": "relu"},
    {"type": "batch_normalization"},
    {"type": "residual", "activation": "gelu", "layers": [
      {"type": "conv2d", "filters": 6, "groups": 2, "padding": "same"},
      {"type": "layer_normalization"}, {"type": "dropout"}],
     "shortcut": [{"type": "conv2d", "filters": 6, "kernel_size": 1}]},
    {"type": "max_pool2d"}, {"type": "average_pool2d", "pool_size": 2, "stride": 1},
    {"type": "reshape", "shape": [4, 6]}, {"type": "conv1d", "filters": 5, "kernel_size": 2},
    {"type": "max_pool1d", "pool_size": 2, "stride": 1}, {"type": "global_average_pool"},
    {"type": "dense"}
    """

  /// Every layer for sequences, on numbers that a dense layer makes one of.
  static let sequenceLayers = """
    {"type": "dense", "units": 30}, {"type": "reshape", "shape": [6, 5]},
    {"type": "rnn", "units": 7, "activation": "relu", "return_sequences": true,
     "recurrent_dropout": 0.2},
    {"type": "gru", "units": 5, "bidirectional": true, "return_sequences": true},
    {"type": "lstm", "units": 20, "bidirectional": true, "recurrent_dropout": 0.3},
    {"type": "dense"}
    """
}

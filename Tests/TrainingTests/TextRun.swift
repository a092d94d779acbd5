import Configuration
import Datasets
import Numerics
import TestSupport
import Training

/// A run on a text of its own, planned and ready to train.
struct TextRun {
  let workspace: Workspace
  let plan: RunPlan

  /// Lines of a few words, so that much of what follows can be known.
  static let text: String = {
    let words = ["to be", "or not", "that is", "the question", "whether", "'tis nobler"]
    var text = ""
    for index in 0..<120 {
      text += words[index * index % 7 % 6]
      text += index % 3 == 0 ? ",\n" : " "
    }
    return text
  }()

  /// - Parameters:
  ///   - data, training: more members of these sections.
  init(
    layers: String, text: String = TextRun.text, data: String = #", "sequence_length": 12"#,
    training: String = "", epochs: Int = 2, batchSize: Int = 8
  ) throws {
    workspace = try Workspace()
    try workspace.write("train.txt", text)
    let loaded = try LoadedConfig.parse(
      SourceText(
        name: "text.json",
        """
        {
          "name": "text", "seed": 3,
          "data": {"format": "text", "train": "train.txt"\(data)},
          "model": {"layers": [\(layers)]},
          "training": {"epochs": \(epochs), "batch_size": \(batchSize)\(training)}
        }
        """), baseDirectory: workspace.path)
    let (plan, diagnostics) = RunPlan.check(loaded)
    guard let plan else { throw Failure(diagnostics) }
    self.plan = plan
  }

  func loop(_ pool: ThreadPool) throws -> TrainingLoop {
    immortal(try TrainingLoop(plan, sets: plan.data.makeSets(), pool: pool))
  }

  /// Two blocks of a GPT.
  static let gpt = """
    {"type": "embedding", "dimensions": 16}, {"type": "positional_embedding"},
    \(block), \(block), {"type": "layer_normalization"}, {"type": "dense", "use_bias": false}
    """

  private static let block = """
    {"type": "residual", "layers": [
      {"type": "layer_normalization"},
      {"type": "self_attention", "heads": 2, "causal": true, "dropout": 0.1}]},
    {"type": "residual", "layers": [
      {"type": "layer_normalization"}, {"type": "dense", "units": 64, "activation": "gelu"},
      {"type": "dense", "units": 16}, {"type": "dropout", "rate": 0.1}]}
    """

  static let statefulLSTM = """
    {"type": "embedding", "dimensions": 8},
    {"type": "lstm", "units": 24, "return_sequences": true, "stateful": true}, {"type": "dense"}
    """
}

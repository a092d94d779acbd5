import Configuration
import Datasets
import TestSupport
import Testing
import Training

@Suite struct RunConfigTests {
  static let text = """
    {
      "$schema": "hptrain.schema.json", "name": "all", "seed": 7,
      "data": {
        "format": "csv", "train": "x.csv", "validation": {"fraction": 0.2, "stratify": true},
        "test": "t.csv", "target": ["a", "b"], "task": "regression", "features": ["c"],
        "header": false, "delimiter": ";", "quote": "'",
        "missing": {"tokens": ["", "-"], "strategy": "constant", "value": 3},
        "columns": {"c": {"type": "number", "scaling": "min_max", "missing": "mean"}},
        "scaling": "standard", "unseen_categories": "zeros"
      },
      "model": {"layers": [
        {"type": "flatten"},
        {"type": "dense", "units": 4, "activation": {"type": "leaky_relu", "negative_slope": 0.2},
         "kernel_initializer": {"type": "normal", "standard_deviation": 0.1}, "use_bias": false},
        {"type": "activation", "activation": "gelu"}, {"type": "dropout", "rate": 0.25},
        {"type": "dense", "kernel_initializer": "glorot_uniform", "bias_initializer": "ones"}
      ]},
      "training": {
        "epochs": 3, "batch_size": 8, "shuffle": false, "drop_last": true, "max_iterations": 10,
        "loss": "mse", "metrics": ["mse", "rmse", "mae", "r2"],
        "optimizer": {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9, "nesterov": true}
      }
    }
    """

  @Test func resolvedConfigurationsReadBackUnchanged() throws {
    let first = try LoadedConfig.parse(SourceText(name: "first", Self.text))
    #expect(first.diagnostics.map(\.message) == [])
    let resolved = first.config.json.prettyText
    let second = try LoadedConfig.parse(SourceText(name: "second", resolved))
    #expect(second.diagnostics.map(\.message) == [])
    #expect(second.config.json.prettyText == resolved)
    #expect(resolved.contains("\"xavier_uniform\""))
  }

  /// Keys of other programs that mean something else than the key here that is called so.
  @Test(arguments: [
    (
      #""optimizer": {"type": "sgd", "decay": 1e-6}"#, "unknown key 'decay' in the sgd optimizer",
      """
      what draws the weights to zero is 'weight_decay'; a rate that falls, as by 'decay' in Keras, \
      is "learning_rate_schedule": "inverse_time"
      """
    ),
    (
      #""optimizer": {"amsgrad": true}"#, "unknown key 'amsgrad' in the adam optimizer",
      #"that is an optimizer of its own: "type": "amsgrad""#
    ),
    (
      #""early_stopping": {"mode": "min"}"#, "unknown key 'mode' in training.early_stopping",
      "leave it out: whether less or more is better follows from the figure"
    ),
    (
      #""learning_rate_schedule": {"type": "reduce_on_plateau", "mode": "max"}"#,
      "unknown key 'mode' in the reduce_on_plateau schedule",
      "leave it out: whether less or more is better follows from the figure"
    ),
    (
      #""optimizer": {"name": "sgd", "momentum": 0.9}"#,
      "training.optimizer lacks the key 'type'", #"write "type" in place of "name""#
    ),
    (
      #""learning_rate_schedule": {"name": "cosine"}"#,
      "training.learning_rate_schedule lacks the key 'type'", #"write "type" in place of "name""#
    ),
    (
      #""loss": {"class_name": "mse"}"#, "training.loss lacks the key 'type'",
      #"write "type" in place of "class_name""#
    ),
  ])
  func keysOfOtherProgramsLeadToTheirs(member: String, message: String, help: String) throws {
    let text = """
      {"data": {"train": "x.csv", "target": "y"}, "model": {"layers": ["dense"]},
       "training": {\(member)}}
      """
    let findings = try LoadedConfig.parse(SourceText(name: "c.json", text)).diagnostics
    #expect(findings.map(\.message) == [message])
    #expect(findings.map(\.help) == [help])
  }

  /// Members that stand in place of others, each with what to write.
  @Test(arguments: [
    (#""loss": ["cross_entropy"]"#, #"write "cross_entropy" without the brackets"#),
    (#""loss": {"cross_entropy": {}}"#, #"write "cross_entropy""#),
    (#""loss": "BCEWithLogitsLoss""#, #"did you mean "binary_cross_entropy"?"#),
    (#""loss": "NLLLoss""#, #"did you mean "cross_entropy"?"#),
    (#""loss": "L1Loss""#, #"did you mean "mae"?"#),
    (#""loss": "SmoothL1Loss""#, #"did you mean "huber"?"#),
    (#""metrics": ["sparse_categorical_accuracy"]"#, #"did you mean "accuracy"?"#),
    (#""metrics": "accuracy""#, #"write ["accuracy"]"#),
    (#""gradient_clipping": 1.0"#, #"write {"threshold": 1.0}"#),
    (#""gradient_clipping": "value""#, #"write {"type": "value"}"#),
    (#""early_stopping": 5"#, #"write {"patience": 5}"#),
    (
      #""early_stopping": true"#, #"write {"monitor": "validation_loss", "patience": 10}"#
    ),
    (
      #""hypergradient": true"#,
      #"write {"learning_rate_range": {"low": 0.00001, "high": 0.1}}"#
    ),
    (#""learning_rate_schedule": {"type": "exponential", "factor": 1.5}"#, nil),
  ])
  func valuesLeadToWhatIsMeant(member: String, help: String?) throws {
    let text = """
      {"data": {"train": "x.csv", "target": "y"}, "model": {"layers": ["dense"]},
       "training": {\(member)}}
      """
    let findings = try LoadedConfig.parse(SourceText(name: "c.json", text)).diagnostics
    #expect(findings.map(\.help) == [help])
  }

  @Test(arguments: [
    (#"{"type": "dense", "unit": 16}"#, "did you mean 'units'?"),
    (
      #"{"type": "dense", "dropout": 0.5}"#,
      #"that is a layer of its own: put {"type": "dropout", "rate": 0.5} behind it"#
    ),
    (
      #"{"type": "dense", "dropout": 20}"#,
      #"that is a layer of its own: put {"type": "dropout", "rate": 0.5} behind it"#
    ),
    (
      #"{"type": "gru", "units": 4, "dropout": 0.25}"#,
      """
      that is a layer of its own: put {"type": "dropout", "rate": 0.25} behind it; within the \
      layer it is 'recurrent_dropout'
      """
    ),
    (#"{"type": "dropout", "dropout": 0.5}"#, "did you mean 'rate'?"),
    (#"{"type": "dense", "units": 4, "name": null}"#, "leave it out"),
    (
      #"{"type": "dense", "units": 4, "input_shape": [4]}"#,
      "leave it out: the data and the layer before say how many inputs there are"
    ),
    (
      #"{"type": "conv2d", "filters": 4, "data_format": "channels_first"}"#,
      "leave it out: examples come first, then height × width × channels or steps × features"
    ),
    (
      #"{"type": "conv2d", "filters": 4, "padding": "causal"}"#,
      "allowed: valid, same, or how much as a number"
    ),
    (
      #"{"type": "lstm", "units": 4, "num_layers": 2}"#,
      #"write the layer as often, all but the last with "return_sequences": true"#
    ),
    (
      #"{"type": "lstm", "units": 4, "activation": "relu"}"#,
      "leave it out: the functions of the cell are those of its paper; rnn alone takes one"
    ),
    (
      #"{"type": "InputLayer", "shape": [4]}"#,
      "leave it out: the data says how many inputs there are"
    ),
    (#"{"type": "Conv2DTranspose", "filters": 4}"#, "there are no transposed convolutions"),
    (#"{"type": "AdaptiveAvgPool2d"}"#, #"did you mean "global_average_pool"?"#),
    (#"{"type": "SimpleRNN", "units": 4}"#, #"did you mean "rnn"?"#),
    (#"{"type": "LeakyReLU"}"#, #"write {"type": "activation", "activation": "leaky_relu"}"#),
    (#"{"type": "relu"}"#, #"write {"type": "activation", "activation": "relu"}"#),
    (#"{"type": "Softmax"}"#, #"write {"type": "activation", "activation": "softmax"}"#),
    (#"{"dense": {"units": 16}}"#, #"write {"type": "dense", "units": 16}"#),
    (#"{"Dense": {}}"#, #"write "dense""#),
  ])
  func layersLeadToWhatIsMeant(layer: String, help: String) throws {
    let text = """
      {"data": {"train": "x.csv", "target": "y"}, "model": {"layers": [\(layer), "dense"]}}
      """
    let findings = try LoadedConfig.parse(SourceText(name: "c.json", text)).diagnostics
    #expect(findings.map(\.help) == [help])
  }

  /// What is wrong with the members of a layer or optimizer is told although its name is, too.
  @Test(arguments: [
    (
      #"{"type": "Conv2D", "filters": 8, "kernel": 3, "strides": 1}"#,
      [#"did you mean "conv2d"?"#, "did you mean 'kernel_size'?", "did you mean 'stride'?"]
    ),
    (#"{"type": "dnese", "unit": 4}"#, [#"did you mean "dense"?"#, "did you mean 'units'?"]),
    (#"{"type": "gobbledygook", "unit": 4}"#, [nil]),
    (#"{"type": "ReLU", "unit": 4}"#, [#"write {"type": "activation", "activation": "relu"}"#]),
  ])
  func aWrongNameHidesNoOtherMistake(layer: String, help: [String?]) throws {
    let text = """
      {"name": "a/b", "data": {"train": "x.csv", "target": "y"},
       "model": {"layers": [\(layer), "dense"]}}
      """
    let findings = try LoadedConfig.parse(SourceText(name: "c.json", text)).diagnostics
    #expect(findings.first?.code == "name")
    let others = findings.dropFirst()
    #expect(others.count == help.count, "\(others.map(\.message))")
    for (finding, help) in zip(others, help) where help != nil { #expect(finding.help == help) }
  }

  /// An object is read as the one whose keys it has, or nearly has.
  @Test(arguments: [
    (#"{"fractoin": 0.2}"#, ["did you mean 'fraction'?"]),
    (#"{"size": 0.2}"#, ["did you mean 'fraction'?"]),
    ("0.2", [#"write {"fraction": 0.2}"#]),
    (#"{"fraction": 20}"#, ["20 % is 0.2"]),
    (
      #"{"fraction": 0.2, "shuffle": false}"#,
      ["allowed here: fraction, stratify; 'shuffle' belongs to 'training'"]
    ),
    (#"{"fraction": 0.2, "file": "x.csv"}"#, ["allowed here: fraction, stratify"]),
  ])
  func heldOutPartsLeadToWhatIsMeant(part: String, help: [String]) throws {
    for data in [
      #""train": "x.csv", "target": "y""#,
      #""format": "idx", "train": {"features": "x.gz", "labels": "y.gz"}"#,
    ] {
      let text = """
        {"data": {\(data), "validation": \(part)}, "model": {"layers": ["dense"]}}
        """
      let findings = try LoadedConfig.parse(SourceText(name: "c.json", text)).diagnostics
      #expect(findings.map(\.help) == help)
    }
  }

  @Test func theFilesOfAPartAreNoFraction() throws {
    let text = """
      {"data": {"format": "idx", "train": {"features": "x.gz", "lables": "y.gz"},
                "validation": {"feature": "x.gz", "labels": "y.gz"}},
       "model": {"layers": ["dense"]}}
      """
    let findings = try LoadedConfig.parse(SourceText(name: "c.json", text)).diagnostics
    #expect(findings.map(\.help) == ["did you mean 'labels'?", "did you mean 'features'?"])
  }

  @Test func everyFormOfAPartIsNamed() throws {
    let text = """
      {"data": {"train": "x.csv", "target": "y", "validation": null},
       "model": {"layers": ["dense"]}}
      """
    let findings = try LoadedConfig.parse(SourceText(name: "c.json", text)).diagnostics
    #expect(
      findings.map(\.message) == [
        """
        'data.validation' must be an object (fraction, stratify), a path or an array, each item \
        a path, not null
        """
      ])
  }

  /// The bound goes by many names.
  @Test(arguments: ["norm", "value", "max_norm", "max_value", "clipnorm", "clip_norm", "clipvalue"])
  func theBoundOfGradientsIsNamed(key: String) throws {
    let text = """
      {"data": {"train": "x.csv", "target": "y"}, "model": {"layers": ["dense"]},
       "training": {"gradient_clipping": {"\(key)": 1.5}}}
      """
    let findings = try LoadedConfig.parse(SourceText(name: "c.json", text)).diagnostics
    #expect(findings.map(\.message) == ["unknown key '\(key)' in training.gradient_clipping"])
    #expect(findings.map(\.help) == ["did you mean 'threshold'?"])
  }

  /// A layer has a name besides, which may be that of a kind.
  @Test func layersAreNotChosenByTheirNames() throws {
    let text = """
      {"data": {"train": "x.csv", "target": "y"},
       "model": {"layers": [{"type": "dense", "name": "dropout"}, {"name": "dense"}]}}
      """
    let findings = try LoadedConfig.parse(SourceText(name: "c.json", text)).diagnostics
    #expect(findings.map(\.message) == ["model.layers[1] lacks the key 'type'"])
    #expect(findings.map(\.help) == [#"write "type" in place of "name""#])
  }

  @Test func aConfigurationHasAnEnd() throws {
    let workspace = try Workspace()
    let path = try workspace.write("c.json", [UInt8](repeating: 0x20, count: (4 << 20) + 1))
    let (plan, diagnostics) = RunPlan.check(path: path)
    #expect(plan == nil)
    #expect(diagnostics.first?.message.contains("MiB") == true, "\(diagnostics.map(\.message))")
  }

  @Test func everyKeyHasHelpAndEveryVariantASummary() {
    func check(_ form: Form, _ path: String, _ visited: inout Set<String>) {
      switch form {
      case .object(let keys):
        for key in keys() {
          #expect(key.help.hasSuffix("."), "\(path).\(key.name)")
          check(key.form, "\(path).\(key.name)", &visited)
        }
      case .variant(let variant):
        guard visited.insert(variant.kind).inserted else { return }
        for alternative in variant.alternatives() {
          #expect(alternative.summary.hasSuffix("."), "\(path) \(alternative.type)")
          check(.object(alternative.keys), "\(path) \(alternative.type)", &visited)
        }
      case .list(let item, _, _), .map(_, let item, _): check(item, path, &visited)
      case .either(let forms): for form in forms { check(form, path, &visited) }
      default: break
      }
    }
    var visited: Set<String> = []
    check(RunConfig.form, "", &visited)
    #expect(visited.count >= 7)
  }
}

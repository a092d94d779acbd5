import Configuration
import Datasets
import Network

/// A whole configuration: everything that is chosen before learning starts.
package struct RunConfig: ConfigObject {
  package var schema: String?
  package var name: String?
  package var seed = 0
  package var data: (any DataConfig)?
  package var model: NetworkConfig?
  package var training = TrainingConfig()
  package var output = OutputConfig()
  package var tuning: TuningConfig?

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "$schema", \.schema, .string("a path or an address"), resumption: .applied,
      help: "For editors: the schema that 'hptrain schema' prints.",
      guidance: .choice(
        """
        Name it where the file is written in an editor: it completes keys and underlines \
        mistakes while typing. hptrain itself does not read it.
        """,
        typical:
          "hptrain.schema.json beside the file, from 'hptrain schema > hptrain.schema.json'.",
        example: #""$schema": "hptrain.schema.json""#)),
    Key(
      "name", \.name, nameCodec, resumption: .applied,
      help: "Names the run and its folder; by default the name of the file.",
      guidance: .choice(
        """
        Where runs of several files, or of several settings of one file, shall be told apart \
        in runs/. Without it the file says enough.
        """,
        typical: "The data and the network in two words.",
        example: #""name": "iris-mlp""#)),
    .integer(
      "seed", \.seed, in: .between(0, 9_007_199_254_740_991),
      synonyms: ["random_seed", "random_state"],
      resumption: .refused(because: "the parts of the data and all random numbers follow from it"),
      help: "Equal seeds give equal models, byte for byte.",
      guidance: .choice(
        """
        Any number will do. Repeat a setting with three to five seeds before one is called \
        better than another: differences within their spread are chance.
        """,
        typical: "0, or 1 to 5 for repetitions: --set seed=2.",
        example: #""seed": 7"#)),
    Key(
      "data", \.data, DataFormats.catalog.codec, required: true, synonyms: ["dataset"],
      resumption: .refused(because: "the examples and their encoding would be others"),
      help: "What to learn from.",
      guidance: .choice(
        """
        csv for tables and series, idx for images and other arrays, text for language \
        models.
        """,
        typical: "csv, which is taken without a format.",
        example: #""data": {"format": "csv", "train": "iris.csv", "target": "species"}"#)),
    Key(
      "model", \.model, .object(), required: true, synonyms: ["network", "net"],
      resumption: .refused(because: "the parameters so far are those of this network"),
      help: "The network.",
      guidance: .choice(
        """
        Begin with the smallest network that could do, as one dense layer, and keep what it \
        reaches as the mark to beat. Then widen before deepening.
        """,
        typical: """
          One or two hidden layers for tables, convolutions for images, a recurrent layer or \
          attention for sequences.
          """,
        example:
          #""model": {"layers": [{"type": "dense", "units": 16, "activation": "relu"}, {"type": "dense"}]}"#
      )),
    Key(
      "training", \.training, .object(), synonyms: ["train", "trainer", "hyperparameters", "fit"],
      help: "How the network learns.",
      guidance: .choice(
        """
        Change the learning rate first, then the length of the run and the size of the \
        network; the rest can wait.
        """,
        typical: "The defaults with a learning rate and a number of epochs of your own.",
        example:
          #""training": {"epochs": 50, "optimizer": {"type": "adam", "learning_rate": 0.003}}"#)),
    Key(
      "output", \.output, .object(), synonyms: ["logging", "log", "outputs"],
      resumption: .applied,
      help: "What a run writes besides metrics.jsonl, checkpoints and model.",
      guidance: .choice(
        "Where other programs shall show the run.",
        typical: "Left out.",
        example: #""output": {"tensorboard": true}"#)),
    Key(
      "tuning", \.tuning, .object(),
      synonyms: ["tune", "search", "hyperparameter_search", "hyperopt"],
      resumption: .applied,
      help: "A search for hyperparameters, which 'hptrain tune' makes.",
      guidance: .choice(
        """
        When the network learns at all and its data is as it will be: a search finds the last third, not \
        the mistake. 'hptrain train' trains the values that stand elsewhere in the file.
        """,
        typical: "A learning rate, a size and a dropout.",
        example: """
          "tuning": {"space": {"training.optimizer.learning_rate": {"type": "log_uniform", \
          "low": 0.0001, "high": 0.1}}, "trials": 30}
          """)),
  ]

  /// A name becomes a folder and stands in the output of commands.
  private static var nameCodec: Codec<String> {
    let text = Codec<String>.string("a name")
    return Codec(
      form: text.form,
      read: { json, reading in
        guard let name = text.read(json, &reading) else { return nil }
        if isPlain(name) { return name }
        reading.report(
          code: "name",
          "'name' may hold letters, digits, blanks, '.', '-' and '_', starts with a letter or digit, and is at most 100 long",
          at: json.location)
        return nil
      },
      write: text.write)
  }

  package static func isPlain(_ name: String) -> Bool {
    guard let first = name.first, first.isLetter || first.isNumber, name.count <= 100,
      name.utf8.count <= 200
    else { return false }
    return name.allSatisfy { $0.isLetter || $0.isNumber || " .-_".contains($0) }
  }

  /// What a configuration may look like as a whole.
  package static let form = Form.object { keys.map { $0.keyForm() } }
}

import Configuration

/// Arrays that a network starts with instead of those of its initializers.
package struct InitialParametersConfig: ConfigObject {
  package var file: String?
  /// Patterns of the names of arrays that are taken; `nil` for all of them, which then have to be those of the
  /// network, one for one.
  package var include: [String]?
  package var exclude: [String] = []

  package init() {}

  package static let keys: [Key<Self>] = [
    Key(
      "file", \.file, .string("a path"), required: true, synonyms: ["path", "model", "from"],
      help: "A safetensors file, such as the model of another run, or the folder of that.",
      guidance: .choice(
        "A model whose layers have the names and shapes of those here.",
        typical: "The model.safetensors of a run on more data of the same kind.",
        example: "\"file\": \"runs/base/model.safetensors\"")),
    Key(
      "include", \.include, .list(.string("a pattern of names"), atLeast: 1),
      synonyms: ["only", "patterns", "names"],
      help:
        "Names of the arrays to take, in which * stands for any letters; without it all, which then have to fit one for one.",
      guidance: .choice(
        "The layers that both networks have in common; what fits no pattern keeps its initializer.",
        typical: "All layers but the last, whose classes are others.",
        example: "\"include\": [\"layers.0.*\", \"layers.1.*\"]")),
    Key(
      "exclude", \.exclude, .list(.string("a pattern of names")), synonyms: ["except", "skip"],
      help: "Names of arrays that are not taken, though a pattern of include fits.",
      guidance: .choice(
        "The few arrays that differ, where everything else is taken.",
        typical: "The last layer.", example: "\"include\": [\"*\"], \"exclude\": [\"layers.5.*\"]")),
  ]

  package func validate(_ json: JSONValue, _ reading: inout Reading) {
    guard include == nil, !exclude.isEmpty else { return }
    reading.report(
      code: "contradiction", "'exclude' takes from what 'include' names, which is missing",
      at: json["exclude"]?.location, help: "add \"include\": [\"*\"]")
  }

  /// The short form is the path alone.
  static var codec: Codec<InitialParametersConfig> {
    let object = Codec<InitialParametersConfig>.object()
    let path = Codec<String>.string("a path")
    return Codec(
      form: .either([path.form, object.form]),
      read: { json, reading in
        guard json.string != nil else { return object.read(json, &reading) }
        var config = InitialParametersConfig()
        config.file = path.read(json, &reading)
        return config.file == nil ? nil : config
      },
      write: { config in
        guard let file = config.file, config.include == nil else { return object.write(config) }
        return path.write(file)
      })
  }
}

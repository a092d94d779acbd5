import Configuration

/// A small configuration that has every kind of key.
struct RecipeConfig: ConfigObject {
  enum Course: String, CaseIterable, Sendable {
    case starter, main, dessert
  }

  var title: String?
  var servings = 4
  var salt = 0.5
  var isVegan = false
  var course = Course.main
  var steps: [any StepConfig]?
  var oven = OvenConfig()
  var amounts: [String: Double] = [:]
  var cooks = ["me"]

  static let keys: [Key<Self>] = [
    Key("title", \.title, .string("a title"), required: true, help: "What it is called."),
    .integer(
      "servings", \.servings, in: .between(1, 1_000), synonyms: ["portions"], help: "How many eat."),
    .number("salt", \.salt, in: .from(0, below: 1), unit: "spoons", help: "How much salt."),
    .boolean("is_vegan", \.isVegan, help: "Whether it is vegan."),
    Key("course", \.course, .choice, help: "When it is eaten."),
    Key("steps", \.steps, .list(stepCatalog.codec, atLeast: 1), help: "What to do."),
    Key("oven", \.oven, .object(), help: "How to bake."),
    Key("amounts", \.amounts, .map(of: "ingredient", .number(in: .above(0))), help: "How much."),
    Key("cooks", \.cooks, .oneOrMore(.string("a cook")), help: "Who cooks."),
  ]

  static let form = Form.object { keys.map { $0.keyForm() } }

  static let text = """
    {
      "title": "Pie \\u00e9\\ud83e\\udd67",
      "servings": 6,
      "salt": 2.5e-1,
      "is_vegan": true,
      "course": "dessert",
      "steps": [
        "stir",
        {"type": "bake", "minutes": 40},
        {"type": "stir", "times": 3}
      ],
      "oven": {"temperature": 180},
      "amounts": {"flour": 250, "sugar": 0.5},
      "cooks": ["ann", "bob"]
    }
    """
}

struct OvenConfig: ConfigObject {
  var temperature = 200

  static let keys: [Key<Self>] = [
    .integer("temperature", \.temperature, in: .atLeast(0), unit: "°C", help: "How hot.")
  ]
}

protocol StepConfig: ConfigVariant {}

struct StirConfig: StepConfig {
  static let type = "stir"
  static let summary = "Stirs."
  static let synonyms = ["mix"]

  var times = 10

  static let keys: [Key<Self>] = [
    .integer("times", \.times, in: .above(0), help: "How often.")
  ]
}

struct BakeConfig: StepConfig {
  static let type = "bake"
  static let summary = "Bakes."
  static let aliases = ["roast"]

  var minutes: Int?

  static let keys: [Key<Self>] = [
    .integer("minutes", \.minutes, in: .atLeast(1), help: "How long.")
  ]
}

let stepCatalog = Catalog<any StepConfig>(
  kind: "step", [.init(StirConfig.self) { $0 }, .init(BakeConfig.self) { $0 }],
  describe: { $0 })

/// A recipe as read, with everything that was found.
struct ReadRecipe {
  let recipe: RecipeConfig
  let diagnostics: [Diagnostic]

  init(_ bytes: some Collection<UInt8>) {
    let parsed = JSONParser.parse(SourceText(name: "recipe.json", bytes: Array(bytes)))
    var reading = Reading(root: RecipeConfig.form, isTruncated: parsed.isTruncated)
    recipe =
      Codec<RecipeConfig>.object().read(parsed.value, &reading) ?? RecipeConfig()
    diagnostics = parsed.diagnostics + reading.diagnostics
  }

  init(_ text: String) { self.init(text.utf8) }
}

extension Diagnostic {
  /// The code and the place in one line, such as `unknown-key 3:1`.
  var summary: String { place.map { "\(code) \($0.line):\($0.column)" } ?? code }
}

import Configuration
import TestSupport
import Testing
import Training

/// Everything that a configuration can hold says how to choose it, and what it says to write is right.
///
/// Each example is put into the smallest configuration that has a place for it, which is then read as
/// any other.
@Suite struct GuidanceTests {
  static func problems(in document: JSONValue) throws -> [String] {
    try LoadedConfig.parse(SourceText(name: "example", document.prettyText)).diagnostics
      .map { "\($0.message)\n\(document.prettyText)" }
  }

  static let places = FormPlace.all(in: RunConfig.form)

  @Test func theWholeConfigurationIsVisited() {
    let paths = Self.places.map(\.path)
    for path in [".data csv.window", ".training.early_stopping"] { #expect(paths.contains(path)) }
    for type in ["adam", "lstm", "he_normal", "poisson", "roc_auc", "cosine", "gelu", "idx"] {
      #expect(paths.contains { $0.hasSuffix(" \(type)") }, "\(type)")
    }
    #expect(Self.places.flatMap(\.keys).count > 300)
  }

  @Test(arguments: [
    ("data.missing", "strategy"), ("data.columns.x", "type"),
    ("data.columns.x.missing", "strategy"),
    ("data.storage", "type"), ("training.optimizer", "type"), ("training.loss", "type"),
    ("model.layers[0].activation", "type"), ("data.validation", nil),
    ("model.initial_parameters", "file"), ("name", nil),
  ])
  func shortFormsStandForAKey(path: String, key: String?) throws {
    let path = try ConfigPath.parse(path, name: "path")
    #expect(RunConfig.form.keyOfShortForm(at: path.steps[...]) == key)
  }

  @Test(arguments: [
    ("data.columns.x.missing", "data.columns"),
    ("training.optimizer.momentum", "training.optimizer.momentum"),
  ])
  func namesOfUsersAreNotExplained(path: String, explained: String) throws {
    let path = try ConfigPath.parse(path, name: "path")
    #expect(RunConfig.form.explained(path).description == explained)
  }

  /// The parts of a text about a value or a variant.
  private func texts(_ guidance: Guidance) -> [String] {
    switch guidance.effect {
    case .amount(let tooLow, let tooHigh): [tooLow, tooHigh, guidance.typical]
    case .choice(let when): [when, guidance.typical]
    }
  }

  private func check(_ guidance: Guidance, help: String, _ name: String) {
    let texts = texts(guidance)
    for (index, text) in texts.enumerated() {
      let isTypical = index == texts.count - 1
      let words = text.split(separator: " ")
      #expect(isTypical || words.count >= 5, "\(name): \"\(text)\" says little")
      #expect(!words.isEmpty && text.hasSuffix("."), "\(name): \"\(text)\" is no sentence")
      #expect(text == words.joined(separator: " "), "\(name): \"\(text)\" has stray blanks")
      #expect(!text.contains(help) && !help.contains(text), "\(name) repeats its help")
      #expect(!texts[..<index].contains(text), "\(name) says \"\(text)\" twice")
    }
    #expect(!guidance.example.contains("\n"), "\(name)")
  }

  @Test func everyKeySaysHowToChoose() {
    for place in Self.places {
      for key in place.keys {
        let name = "\(place.path).\(key.name)"
        guard let guidance = key.guidance else {
          Issue.record("\(name) has no guidance")
          continue
        }
        check(guidance, help: key.help, name)
        if case .amount = guidance.effect { continue }
        // What too little and too much do is the first thing to ask of a number; a seed is none.
        #expect(
          !key.form.isNumber || key.name == "seed",
          "\(name) is a number, and does not say what too low does")
      }
    }
  }

  @Test func everyVariantSaysWhenToChooseIt() {
    for place in Self.places {
      guard let alternative = place.alternative else { continue }
      guard let guidance = alternative.guidance else {
        Issue.record("\(place.path) has no guidance")
        continue
      }
      check(guidance, help: alternative.summary, place.path)
    }
  }

  @Test func whatAKeySaysToWriteIsRead() throws {
    for place in Self.places {
      for key in place.keys {
        let name = "\(place.path).\(key.name)"
        guard let members = key.guidance?.exampleMembers else {
          Issue.record("the example of \(name) is no JSON")
          continue
        }
        #expect(members.contains { $0.key == key.name }, "the example of \(name) lacks it")
        #expect(try place.problems(with: members) == [], "\(name)")
      }
    }
  }

  @Test func whatAVariantSaysToWriteIsRead() throws {
    for place in Self.places {
      guard let alternative = place.alternative, let tag = place.tag?.key else { continue }
      guard let item = alternative.guidance?.exampleItem else {
        Issue.record("the example of \(place.path) is no JSON")
        continue
      }
      let items = item.items ?? [item]
      let types = items.map { $0.string ?? $0[tag]?.string }
      #expect(types.contains(alternative.type), "the example of \(place.path) is of another")
      for item in items {
        #expect(try Self.problems(in: place.wrap(item)) == [], "\(place.path)")
      }
    }
  }

  @Test func mistakesInExamplesAreFound() throws {
    let dropout = try #require(Self.places.first { $0.path.hasSuffix(" dropout") })
    #expect(try dropout.problems(with: [JSONMember("rate", .number(0.5))]) == [])
    #expect(try dropout.problems(with: [JSONMember("rate", .number(1.5))]).count == 1)
    #expect(try dropout.problems(with: [JSONMember("rates", .number(0.5))]).count == 1)
    let cut = Guidance.choice("when it suits", typical: "seldom", example: #""rate": "#)
    #expect(cut.exampleMembers == nil)
  }
}

extension FormPlace {
  fileprivate func problems(with members: [JSONMember]) throws -> [String] {
    try GuidanceTests.problems(in: wrap(object(members)))
  }
}

extension Form {
  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .number: true
    default: false
    }
  }
}

import Configuration
import Foundation
import TestSupport
import Testing

@Suite struct ExplainTests {
  private func explain(_ arguments: String...) throws -> Program.Result {
    try Program.run(["explain"] + arguments, in: Checkout.url.path)
  }

  @Test(arguments: [
    ("training.optimizer", "optimizer adam"), ("adam", "beta1"), ("momentum", "optimizer sgd"),
    ("model.layers", "layer dropout"), ("dropout", "default 0.5"), ("batch_size", "in examples"),
    ("model.layers[0].units", "layer dense"), ("cosine", "schedule cosine"),
    ("training.optimizer.learning_rate", "optimizer lion"), ("glorot_normal", "xavier_normal"),
    ("model.layers[3].layers[9].filters", "layer conv2d"),
    ("model.layers[3].layers[9].kernel_initializer.scale", "Factor on every value"),
    ("data.columns.sex.scaling", "data.columns.*"), ("data.columns.unit.price.type", "number"),
    (#"tuning.space["training.batch_size"].values"#, "range choice"),
    ("exponential.factor", "a number greater than 0 and at most 1;"),
    ("cosine_restarts.unit", "choose    epoch gives the period"),
    ("csv.validation", "an object (fraction, stratify), a path or an array"),
    ("lr", "learning_rate"), ("early_stopping", "keys      monitor, patience"),
  ])
  func answersPathsTypesAndKeys(topic: String, answer: String) throws {
    let result = try explain(topic)
    #expect(result.exitCode == 0)
    #expect(result.output.contains(answer))
  }

  @Test func saysHowToChooseAValue() throws {
    let lines = try explain("dropout.rate").lines.map(String.init)
    #expect(lines.prefix(2) == ["layer dropout", "  rate"])
    #expect(lines.contains { $0.hasPrefix("      too low   The network overfits") })
    #expect(lines.contains { $0.hasPrefix("      too high  Both losses stay high") })
    #expect(lines.contains { $0.hasPrefix("      typical   0.1 to 0.3") })
    #expect(lines.last == "      write     \"rate\": 0.2")
  }

  @Test func saysWhenToChooseAVariant() throws {
    let lines = try explain("adam").lines.map(String.init)
    #expect(lines.contains { $0.hasPrefix("  choose    The first choice") })
    #expect(
      lines.contains("  write     \"optimizer\": {\"type\": \"adam\", \"learning_rate\": 0.001}"))
    #expect(lines.contains("  epsilon"))
  }

  /// The key that chooses a variant is explained as any other: by its values.
  @Test(arguments: [
    ("training.optimizer.type", "optimizer", "type", "adam"),
    ("format", "data format", "format", "csv"),
    ("data.format", "data format", "format", "idx"),
    ("model.layers[3].layers[0].type", "layer", "type", "conv2d"),
    ("model.layers[0].kernel_initializer.type", "initializer", "type", "he_normal"),
  ])
  func theKeyOfAVariantListsItsValues(
    path: String, kind: String, key: String, value: String
  ) throws {
    let lines = try explain(path).lines.map(String.init)
    #expect(lines.prefix(2) == [kind, "  \(key)"])
    #expect(lines.contains { $0.hasPrefix("      \(value) ") }, "\(lines)")
    for line in lines { #expect(line.count <= 100, "\(line)") }
    let types = try explain(path, "--format", "json").events.compactMap { $0[key]?.string }
    #expect(types.contains(value))
  }

  @Test func suggestsTheNearestPath() throws {
    let result = try explain("model.layers[3].layers[9].filtres")
    #expect(result.exitCode == 64)
    #expect(
      result.errors.contains("did you mean 'model.layers[3].layers[9].filters'?"),
      "\(result.errors)")
  }

  /// Of many variants there is a summary, when to choose it, and its keys.
  @Test func catalogsStayShort() throws {
    let text = try explain("training.optimizer").output
    #expect(text.components(separatedBy: "  choose  ").count == 11)
    #expect(text.contains("  keys      learning_rate = 0.01, momentum = 0, dampening = 0"))
    #expect(!text.contains("too low"))
    #expect(try explain().lines.count < 120)
  }

  /// Keys that mean the same are explained once, and then what is usual in each place.
  @Test func sharedKeysAreExplainedOnce() throws {
    let text = try explain("learning_rate").output
    #expect(text.components(separatedBy: "too low").count == 2)
    #expect(text.components(separatedBy: "typical").count == 11)
  }

  @Test(arguments: [
    ("min_max", ["data format csv", "data format idx", "data.columns.*"]),
    ("same", ["layer conv1d, layer conv2d"]), ("sinusoidal", ["layer positional_embedding"]),
    ("balanced", ["loss cross_entropy, loss binary_cross_entropy, loss hinge, loss ordinal"]),
  ])
  func findsTheKeysThatTakeAValue(value: String, titles: [String]) throws {
    let result = try explain(value)
    #expect(result.exitCode == 0)
    for title in titles { #expect(result.lines.contains { $0 == title }, "\(title)") }
  }

  @Test func namesWhatElseIsCalledSo() throws {
    let text = try explain("tanh").output
    #expect(text.hasPrefix("activation tanh"))
    #expect(text.contains("see also  activation of layer rnn; approximation of activation gelu"))
  }

  @Test(arguments: [
    "", "data", "csv", "training", "training.optimizer", "model.layers", "residual", "optimizer",
    "kernel_size", "missing", "learning_rate",
  ])
  func linesFitATerminal(topic: String) throws {
    let result = try Program.run(
      ["explain"] + (topic.isEmpty ? [] : [topic]), in: Checkout.url.path)
    #expect(result.exitCode == 0)
    for line in result.lines { #expect(line.count <= 100, "\(line)") }
  }

  @Test func objectsForPrograms() throws {
    let adam = try #require(try explain("adam", "--format", "json").events.first)
    #expect(adam["kind"]?.string == "optimizer")
    #expect(adam["type"]?.string == "adam")
    #expect(adam["choose"]?.string?.isEmpty == false)
    let rate = try #require(adam["keys"]?.items?.first)
    #expect(rate["name"]?.string == "learning_rate")
    #expect(rate["default"]?.double == 0.001)
    #expect(rate["example"]?.string == "\"learning_rate\": 0.001")
    for name in ["help", "values", "too_low", "too_high", "typical"] {
      #expect(rate[name]?.string?.isEmpty == false, "\(name)")
    }
    #expect(try explain("momentum", "--format", "json").events.count == 3)
    #expect(try explain("--format", "json").events.count > 80)
    let unknown = try explain("momentun", "--format", "json")
    #expect(unknown.exitCode == 64)
    #expect(unknown.events.first?["code"]?.string == "unknown-topic")
  }

  @Test func suggestsTheNearestTopic() throws {
    let result = try explain("momentun")
    #expect(result.exitCode == 64)
    #expect(result.errors.contains("did you mean 'momentum'?"))
    #expect(try explain("min_mox").errors.contains("did you mean 'min_max'?"))
    #expect(try explain("adam", "--markdown").exitCode == 64)
  }

  @Test func infoNamesTheLibrary() throws {
    let result = try Program.run("info", "--format", "json", in: Checkout.url.path)
    #expect(result.exitCode == 0)
    #expect(result.events.first?["threads"]?.integer != nil)
    #expect(result.events.first?["blas"]?.string != nil)
  }

  @Test func wrongUseHasItsExitCode() throws {
    for arguments in [["train"], ["nonsense"], ["train", "x.json", "--threads", "0"]] {
      #expect(try Program.run(arguments, in: Checkout.url.path).exitCode == 64)
    }
  }
}

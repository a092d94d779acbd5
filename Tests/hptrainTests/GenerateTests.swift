import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(minutes: 10)) struct GenerateTests {
  /// A workspace with a model in `run` that has learned the alphabet by heart.
  private func trained(
    tokenizer: String = "character",
    layer: String = #"{"type": "self_attention", "heads": 2, "causal": true}"#
  ) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(
      "train.txt", String(repeating: "abcdefghijklmnopqrstuvwxyzé\n", count: 30))
    try workspace.write(
      "config.json",
      """
      {
        "name": "alphabet",
        "data": {
          "format": "text", "train": "train.txt", "tokenizer": "\(tokenizer)",
          "sequence_length": 8
        },
        "model": {"layers": [
          {"type": "embedding", "dimensions": 32}, \(layer), {"type": "dense"}
        ]},
        "training": {
          "epochs": 20, "batch_size": 8,
          "optimizer": {"type": "adam", "learning_rate": 0.02}
        }
      }
      """)
    let result = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    return workspace
  }

  @Test(arguments: [
    #"{"type": "self_attention", "heads": 2, "causal": true}"#,
    #"{"type": "gru", "units": 32, "return_sequences": true}"#,
    #"{"type": "lstm", "units": 32, "return_sequences": true, "stateful": true}"#,
  ])
  func continuesThePrompt(layer: String) throws {
    let workspace = try trained(layer: layer)
    let result = try Program.run(
      "generate", "run", "--prompt", "abc", "--length", "60", "--temperature", "0",
      in: workspace.path)
    #expect(result.exitCode == 0)
    let line = "defghijklmnopqrstuvwxyzé\n"
    #expect(result.output == "abc" + (line + "abc" + line + "abcdefghijk").prefix(60))
    // Without a prompt a line begins.
    let plain = try Program.run(
      "generate", "run", "--length", "5", "--temperature", "0", in: workspace.path)
    #expect(plain.output == "abcde")
    let none = try Program.run(
      "generate", "run", "--prompt", "xy", "--length", "0", in: workspace.path)
    #expect(none.output == "xy")
  }

  @Test func seedsDecideTheText() throws {
    let workspace = try trained()
    func text(_ more: String...) throws -> String {
      try Program.run(
        ["generate", "run", "--prompt", "m", "--length", "200", "--temperature", "5"] + more,
        in: workspace.path
      ).output
    }
    let first = try text("--seed", "1")
    #expect(try text("--seed", "1", "--threads", "2") == first)
    #expect(try text("--seed", "2") != first)
    #expect(first.count == 201)
    // Only the likeliest is left.
    let likeliest = try text("--top-k", "1", "--seed", "1")
    #expect(try text("--top-k", "1", "--seed", "2") == likeliest)
    #expect(likeliest.hasPrefix("mnopqrs"))
  }

  @Test func bytesMakeCharacters() throws {
    let workspace = try trained(tokenizer: "byte")
    let result = try Program.run(
      "generate", "run", "--prompt", "xyz", "--length", "4", "--temperature", "0",
      in: workspace.path)
    #expect(result.output == "xyzé\na")
  }

  /// Bytes that no string holds are refused, and taken as they are from standard input.
  @Test func bytesBeyondUTF8ComeFromStandardInput() throws {
    let workspace = try trained(tokenizer: "byte")
    let argument = try Shell.run(
      #"$hptrain generate run --prompt "$(printf 'caf\351')" --length 0"#, in: workspace)
    #expect(argument.exitCode == 64)
    #expect(argument.errors.contains("--prompt -"), "\(argument.errors)")
    let piped = try Shell.run(
      #"printf 'caf\351' | $hptrain generate run --prompt - --length 0 | od -An -tx1"#,
      in: workspace)
    #expect(piped.output.split(separator: " ").joined(separator: " ").hasPrefix("63 61 66 e9"))
    let written = try Shell.run(
      "$hptrain generate run --prompt '\u{FFFD}' --length 0", in: workspace)
    #expect(written.exitCode == 0, "\(written.errors)")
  }

  @Test func promptsComeFromStandardInputToo() throws {
    let workspace = try trained()
    let result = try Program.run(
      ["generate", "run", "--prompt", "-", "--length", "2", "--temperature", "0"],
      in: workspace.path, input: Array("pq".utf8))
    #expect(result.output == "pqrs")
  }

  @Test func mistakesAreExplained() throws {
    let workspace = try trained()
    let unseen = try Program.run("generate", "run", "--prompt", "ab\nc?", in: workspace.path)
    #expect(unseen.exitCode == 65)
    #expect(unseen.output.isEmpty)
    #expect(unseen.errors.contains("prompt:2:2: error:"))
    #expect(unseen.errors.contains("'?' (U+003F)"))
    for (option, value, message) in [
      ("--temperature", "-1", "--temperature must be between 0 and 1000"),
      ("--top-k", "0", "--top-k must be 1 or more"),
      ("--top-k", "-2", "--top-k must be 1 or more"),
      ("--length", "-3", "--length must be 0 or more"),
      ("--threads", "-1", "--threads must be between 1 and 256"),
      ("--seed", "-1", "The value '-1' is invalid"),
      ("--seed", "-1", "a whole number from 0 on"),
    ] {
      let result = try Program.run("generate", "run", option, value, in: workspace.path)
      #expect(result.exitCode == 64)
      #expect(result.errors.contains(message), "\(result.errors)")
    }
    let predicted = try Program.run("predict", "run", "train.txt", in: workspace.path)
    #expect(predicted.exitCode == 65)
    #expect(predicted.errors.contains("hptrain generate"))
  }

  /// A state that goes on token by token and layers that look at a window do not fit together.
  @Test func statesAndWindowsDoNotMix() throws {
    let workspace = try trained(
      layer: """
        {"type": "lstm", "units": 32, "return_sequences": true, "stateful": true},
        {"type": "self_attention", "heads": 2, "causal": true}
        """)
    let result = try Program.run("generate", "run", "--length", "5", in: workspace.path)
    #expect(result.exitCode == 65)
    #expect(result.errors.contains("carries a state"))
  }

  /// The same number of characters is not the same characters.
  @Test func modelsOfOtherCharactersAreNoStart() throws {
    let workspace = try trained()
    let text = String(decoding: try workspace.read("config.json"), as: UTF8.self)
    let start = text.replacing(
      "\"model\": {", with: "\"model\": {\"initial_parameters\": \"run/model.safetensors\", ")
    try workspace.write("start.json", start)
    #expect(try Program.run("check", "start.json", in: workspace.path).exitCode == 0)
    try workspace.write(
      "train.txt", String(repeating: "abcdefghijklmnopqrstuvwxy%é\n", count: 30))
    let other = try Program.run("check", "start.json", in: workspace.path)
    #expect(other.exitCode == 78)
    #expect(other.errors.contains("other characters"))
  }

  @Test func otherModelsGenerateNothing() throws {
    let workspace = try Sample.workspace()
    let result = try Program.run("train", "config.json", "--output", "run", in: workspace.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    let generated = try Program.run("generate", "run", in: workspace.path)
    #expect(generated.exitCode == 65)
    #expect(generated.errors.contains("hptrain predict"))
  }
}

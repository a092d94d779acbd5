import ArgumentParser
import Configuration
import Datasets
import Glibc
import Training

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Continues a text with a model trained on one.",
    discussion: """
      The prompt and what follows go to standard output, token by token as they are drawn. Equal \
      seeds give equal texts.

        hptrain generate runs/shakespeare-gpt --prompt "ROMEO:" --length 500 --temperature 0.8
      """)

  @Argument(
    help: "A model.safetensors file, or the folder of a run.",
    completion: .file(extensions: ["safetensors"]))
  var model: String

  @Option(
    parsing: .unconditional, help: "The text to continue, or - to read it from standard input.")
  var prompt = ""

  @Option(
    parsing: .unconditional,
    help: "Tokens to generate: characters or bytes, as the model was trained.")
  var length = 500

  @Option(
    parsing: .unconditional,
    help: "Divides the outputs: below 1 the text is more likely and plainer, 0 takes the likeliest."
  )
  var temperature = 1.0

  @Option(
    parsing: .unconditional,
    help: "Draw from this many of the likeliest tokens. (default: all)")
  var topK: Int?

  @Option(parsing: .unconditional, help: "Decides the draws: a whole number from 0 on.")
  var seed: UInt64 = 0

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if prompt.unicodeScalars.contains("\u{FFFD}"), Self.hasArgumentBeyondUTF8 {
      throw ValidationError(
        "--prompt holds bytes that are no UTF-8; give them by standard input: --prompt -")
    }
    if length < 0 { throw ValidationError("--length must be 0 or more") }
    if !(temperature >= 0 && temperature <= 1000) {
      throw ValidationError("--temperature must be between 0 and 1000")
    }
    if let topK, topK < 1 { throw ValidationError("--top-k must be 1 or more") }
  }

  func run() throws {
    CoreSelection.apply()
    Interruption.install()
    try reporting {
      let generator = try TextGenerator(
        path: ModelPath.resolve(model), pool: threads.makePool())
      let prompt = try prompt == "-" ? standardInput() : Array(prompt.utf8)
      let tokens = try generator.encoding.tokens(prompt, name: "prompt")
      var output = StandardOutput()
      try output.write(prompt)
      try output.flush()
      var sampler = TokenSampler()
      sampler.temperature = temperature
      sampler.topK = topK
      sampler.seed = seed
      var last = prompt.last
      try generator.generate(after: tokens, count: length, sampler) { bytes in
        try output.write(bytes)
        try output.flush()
        last = bytes.last
        return !Interruption.isWanted
      }
      // The prompt of the shell begins on a line of its own.
      if isatty(1) == 1, last != UInt8(ascii: "\n") { try StandardOutput.print("") }
    }
    if Interruption.isWanted { throw ExitCode(Interruption.exitCode) }
  }

  /// Whether an argument has bytes that are no UTF-8, in whose place strings have U+FFFD.
  private static var hasArgumentBeyondUTF8: Bool {
    (0..<Int(CommandLine.argc)).contains { index in
      guard let argument = CommandLine.unsafeArgv[index] else { return false }
      return String(validatingCString: argument) == nil
    }
  }

  private func standardInput() throws -> [UInt8] {
    try FileBytes(descriptor: 0, name: "-", compression: .keep).withBytes { Array($0) }
  }
}

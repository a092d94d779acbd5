import ArgumentParser
import Configuration
import Training

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what a configuration may hold, and how to choose it.",
    discussion: """
      hptrain explain                            the sections and their keys
      hptrain explain training.optimizer         the optimizers, and when to choose which
      hptrain explain adam                       one of them with its keys
      hptrain explain sgd.momentum               a key: its values, what too low and too high do
      hptrain explain learning_rate              every place of a key
      hptrain explain min_max                    the keys that take a value
      """)

  @Argument(help: "A path such as training.optimizer, or the name of a key, type or value.")
  var topic: String?

  @Flag(help: "Write the whole reference as Markdown.")
  var markdown = false

  @Option(help: "How to write: text, or json with one object for each section.")
  var format = OutputFormat.text

  func validate() throws {
    if markdown, topic != nil || format == .json {
      throw ValidationError("--markdown writes the whole reference, without a topic or --format")
    }
  }

  func run() throws {
    try reporting(format) {
      let reference = Reference(root: RunConfig.form)
      if markdown {
        try StandardOutput.print(reference.markdown)
      } else if format == .json {
        for section in try reference.json(about: topic) {
          try StandardOutput.print(section.compactText)
        }
      } else {
        let width = min(100, max(60, Console.width))
        try StandardOutput.print(try reference.text(about: topic, width: width))
      }
    }
  }
}

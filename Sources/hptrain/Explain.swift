import ArgumentParser
import Configuration
import Training

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what a configuration may hold.",
    discussion: """
      hptrain explain                            the sections
      hptrain explain training.optimizer         the optimizers with their keys
      hptrain explain momentum                   every place of a key
      """)

  @Argument(help: "A path such as training.optimizer, or the name of a key or type.")
  var topic: String?

  @Flag(help: "Write the whole reference as Markdown.")
  var markdown = false

  func run() throws {
    try reporting {
      let reference = Reference(root: RunConfig.form)
      if markdown {
        try StandardOutput.print(reference.markdown)
      } else {
        try StandardOutput.print(try reference.text(about: topic))
      }
    }
  }
}

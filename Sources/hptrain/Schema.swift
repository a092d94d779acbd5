import ArgumentParser
import Configuration
import Training

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the JSON Schema of configurations, for editors.")

  func run() throws {
    try StandardOutput.print(
      String(JSONSchema.document(RunConfig.form, title: "hptrain configuration").dropLast()))
  }
}

import ArgumentParser
import Configuration
import Glibc
import Ranks

@main
struct Hptrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hptrain",
    abstract: "Trains neural networks from one JSON file of hyperparameters.",
    discussion: """
      hptrain init iris.csv         writes iris.json for a data file, to begin with
      hptrain check iris.json       proves the file and shows the network it makes
      hptrain train iris.json       trains it; the run goes to runs/iris
      hptrain predict runs/iris/model.safetensors new.csv
      hptrain evaluate runs/iris later.csv
      hptrain find-threshold runs/breast-cancer later.csv
      hptrain generate runs/shakespeare-gpt --prompt "ROMEO:"
      hptrain report runs/iris      writes a page with curves, errors and worst examples
      hptrain export runs/iris --output iris.onnx
      hptrain show iris.json        prints it with every default
      hptrain diff iris.json runs/iris-2
      hptrain runs                  lists the runs with their figures
      hptrain find-lr iris.json     suggests a learning rate
      hptrain tune iris.json        searches hyperparameters
      hptrain explain               what the file may say

      Diagnostics and progress go to standard error, results to standard output.

      Exit codes: 0 done, 1 diverged, or a condition does not hold, 64 wrong use, 65 bad data, \
      66 unreadable file, 70 a bug, 73 cannot create, 74 cannot write, 78 bad configuration, 128 and its \
      number after a signal: 130 interrupted.
      """,
    version: version,
    subcommands: [
      Init.self, Check.self, Train.self, Predict.self, Evaluate.self, FindThreshold.self,
      Tune.self, Generate.self, Report.self, Export.self, Import.self, Show.self, Diff.self,
      Runs.self, FindLR.self, Info.self, Explain.self, Schema.self,
    ])

  static let version = "0.1.0"

  /// The command that the command line names.
  private static func parsed() throws -> any ParsableCommand {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      let command = try parseAsRoot()
      // That of the library which shows help: the letters of a name may hold the flag for it.
      if String(describing: type(of: command)) == "HelpCommand" {
        try DashedName.check(arguments)
      }
      return command
    } catch {
      try DashedName.check(arguments)
      try HyperparameterOption.check(arguments, message: fullMessage(for: error))
      throw error
    }
  }

  static func main() {
    StandardStreams.reserve()
    StandardStreams.letFilesEnd()
    AddressSpace.endWithoutLibraries()
    Interruption.letQuit()
    // An empty variable of a shell is no wish for help.
    guard CommandLine.arguments.count > 1 else {
      Console.print(helpMessage())
      exit(withError: ExitCode(64))
    }
    do {
      try MisspeltCommand.check(CommandLine.arguments)
      var command = try parsed()
      try RankedCommand.check(command)
      try command.run()
      Job.leave()
    } catch let failure as Failure {
      Console.show(failure.diagnostics)
      Job.leave()
      exit(withError: failure.diagnostics.exitCode)
    } catch {
      Job.leave()
      let code = exitCode(for: error)
      // What was asked for, such as help, is a result; what was wrong repeats words that may come from anywhere.
      guard !code.isSuccess else { exit(withError: error) }
      let message = fullMessage(for: error)
      // As all other errors begin.
      let isPlain = message.hasPrefix("Error: ")
      if !message.isEmpty { Console.print(isPlain ? "error: " + message.dropFirst(7) : message) }
      exit(withError: code)
    }
  }
}

import ArgumentParser
import Configuration
import Datasets
import Glibc
import Training
import Tuning

struct TuneCreate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract:
      "Makes a study for another program, which asks for settings and tells what came of them.",
    discussion: """
      The file is a tuning section, whose space may have names of any kind:

        {"space": {"x": {"type": "uniform", "low": -5, "high": 10}}, "algorithm": "tpe"}

      A configuration with such a section will do as well.
      """)

  @Argument(help: ArgumentHelp("The file of the study, which must not exist.", valueName: "study"))
  var study: String

  @Argument(
    help: ArgumentHelp("A tuning section, or - for standard input.", valueName: "section"),
    completion: .file(extensions: ["json"]))
  var section: String

  @Option(help: "The name of the study. (default: the name of the file)")
  var name: String?

  @Option(
    parsing: .unconditional,
    help: "Equal seeds give equal proposals. (default: that of the configuration, or 0)")
  var seed: Int?

  func validate() throws {
    if let seed, seed < 0 { throw ValidationError("--seed must be at least 0") }
  }

  func run() throws {
    try reporting {
      let contents =
        section == "-" ? try FileBytes(descriptor: 0, name: "-") : try FileBytes(path: section)
      let file = study.split(separator: "/").last.map(String.init) ?? study
      let stem = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
      try AskedStudy.create(
        study, name: name ?? (stem.isEmpty ? "study" : stem),
        section: SourceText(name: section, bytes: contents.withBytes { Array($0) }), seed: seed)
      try StandardOutput.print(study)
    }
  }
}

struct TuneAsk: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ask",
    abstract: "Begins a trial and prints its number and its settings as a JSON object.",
    discussion: """
        hptrain tune ask study.db
        {"trial":0,"settings":{"x":3.25}}
        hptrain tune tell study.db 0 1.5

      With --loop one process makes many trials: for each line that it prints it reads one with the value, \
      or with the values of several objectives, or with nothing for a trial that failed. It ends with the trials \
      that the section asks for, by default 50, or the whole grid; without --loop there is no end.
      """)

  @OptionGroup var study: StudyOptions

  @Flag(help: "Read what came of the trial from standard input, and go on with the next.")
  var loop = false

  @Option(
    parsing: .unconditional,
    help: """
      With --loop, end after so many trials. (default: when the study has its tuning.trials, or 50, or the \
      whole grid)
      """)
  var trials: Int?

  func validate() throws {
    if let trials, trials < 1 { throw ValidationError("--trials must be at least 1") }
    if trials != nil, !loop { throw ValidationError("--trials goes with --loop") }
  }

  func run() throws {
    try reporting {
      let asked = try AskedStudy(study.study, name: study.name, isBrief: !loop)
      let most = loop ? trials ?? asked.missingTrials : 1
      if most == 0 { Console.print("'\(study.study)' \(asked.completion)") }
      if !loop, asked.hasAllTrials { note(asked.completion) }
      for _ in 0..<most {
        let (number, settings) = try asked.ask()
        try StandardOutput.print(
          JSONValue.object([
            "trial": .integer(number), "settings": .object(settings),
          ]).compactText)
        guard loop else { break }
        // Whoever goes away leaves a trial that was begun.
        guard let line = readLine() else { break }
        try asked.tell(
          number,
          try Values.parse(line.split(whereSeparator: { ", \t".contains($0) }).map(String.init)))
      }
      asked.close()
    }
  }

  /// Whoever asks wants a trial and gets it, and is told once that it is one more than there were to be.
  private func note(_ completion: String) {
    Console.show([
      Diagnostic(
        .note, .usage, code: "trials",
        "'\(study.study)' \(completion), and this one is beyond them",
        help: "with --loop, asking ends there")
    ])
  }
}

struct TuneTell: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tell",
    abstract: "Ends a trial with what came of it.",
    discussion: "A trial that failed is told with nan or inf, or with no value at all.")

  @OptionGroup var study: StudyOptions

  @Argument(help: "The number of the trial.")
  var trial: Int

  /// Negative numbers begin as options do.
  @Argument(parsing: .allUnrecognized, help: "The value of each objective.")
  var values: [String] = []

  func run() throws {
    try reporting {
      let asked = try AskedStudy(study.study, name: study.name)
      var words = values
      // Whoever knows that a minus begins an option ends the options before it.
      if let end = words.firstIndex(of: "--") { words.remove(at: end) }
      try asked.tell(trial, try Values.parse(words))
      asked.close()
    }
  }
}

/// Values as programs print them.
private enum Values {
  static func parse(_ words: [String]) throws -> [Double] {
    try words.map { word in
      // What the language reads as hexadecimal is a mistake more often than a number.
      guard !word.lowercased().contains("x"), let value = Double(word) else {
        throw Failure(
          Diagnostic(.error, .usage, code: "value", "'\(word)' is not a number"))
      }
      return value
    }
  }
}

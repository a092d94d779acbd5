import ArgumentParser
import Configuration
import Datasets
import Glibc
import Numerics
import Training

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a configuration for a data file, made to train well as it stands.",
    discussion: """
      hptrain init iris.csv                            a table; the target is guessed and said
      hptrain init titanic.csv --target Survived
      hptrain init sales.csv --time date --group shop  series
      hptrain init images.idx.gz labels.idx.gz         images
      hptrain init shakespeare.txt                     a text

      What the file holds is recognized by its contents. What was found and chosen goes to standard \
      error, the path of the configuration to standard output. It has passed 'hptrain check'.
      """)

  @Argument(
    help: ArgumentHelp("A CSV, IDX or text file, plain or in gzip.", valueName: "data"),
    completion: .file())
  var data: String

  @Argument(
    help: ArgumentHelp(
      "The labels of an IDX file; by default those beside it: -labels- for -images-.",
      valueName: "labels"),
    completion: .file())
  var labels: String?

  @Option(help: "The column to predict. (default: guessed)")
  var target: String?

  @Option(help: "What to learn: classification or regression. (default: by the target)")
  var task: LearningTask?

  @Option(help: "What the file is: csv, idx or text. (default: by its contents)")
  var format: ProposalRequest.Format?

  @Flag(
    inversion: .prefixedNo,
    help: "Whether the rows of a table are a series to forecast. (default: by its times)")
  var series: Bool?

  @Option(help: "The column of times of a series.")
  var time: String?

  @Option(
    help:
      "The column that tells several series apart; of a table without times, the one whose rows stay in one part."
  )
  var group: String?

  @Option(help: "The column that says how much each row counts.")
  var weight: String?

  @Option(help: "The name of the run. (default: that of the data)")
  var name: String?

  @Option(
    name: .shortAndLong,
    help: "The file to write, or - for standard output. (default: <name>.json)",
    completion: .file(extensions: ["json"]))
  var output: String?

  @Flag(help: "Replace the file if it exists.")
  var force = false

  func validate() throws {
    if let name, !RunConfig.isPlain(name) {
      throw ValidationError(
        "--name may hold letters, digits, blanks, '.', '-' and '_', and starts with a letter or digit"
      )
    }
  }

  func run() throws {
    try reporting {
      let path = output ?? "\(name ?? ProposalRequest.stem(of: data)).json"
      let place = try path == "-" ? FilePlace.standardOutput : FilePlace(path)
      if !force, place.isTaken { throw Failure(Self.exists(path)) }
      let inputs = [data, labels].compactMap { $0 }
      for file in inputs { try Self.checkCanBeNamed(file) }
      try OutputGuard.check([path], against: inputs, help: "name another file with --output")
      let proposal = try propose(path, place)
      Console.print("\(data): \(proposal.summary)\n" + InitReport(proposal).text)
      guard place != .standardOutput else {
        try StandardOutput.print(String(proposal.text.dropLast()))
        return
      }
      try write(proposal.text, to: path)
      guard place.isName else { return }
      Console.print("\nnext: hptrain train \(ShellWord.quoted(path))")
      try StandardOutput.print(path)
    }
  }

  /// The data is named as seen from the folder of the configuration, which has to be there before.
  private func propose(_ path: String, _ place: FilePlace) throws -> Proposal {
    // Whoever reads from a pipe looks for files where the command is given.
    guard place.isName else { return try Proposal.make(for: request(output: "-")) }
    let folders = try OutputFile.makeFolders(around: path)
    try Self.checkFolder(of: path)
    do {
      return try Proposal.make(for: request(output: path))
    } catch {
      for folder in folders.reversed() { rmdir(folder) }
      throw error
    }
  }

  private func request(output: String) -> ProposalRequest {
    var request = ProposalRequest(data: data, output: output)
    request.labels = labels
    request.format = format
    request.target = target
    request.task = task
    request.isSeries = series
    request.time = time
    request.group = group
    request.weight = weight
    request.name = name
    return request
  }

  private func write(_ text: String, to path: String) throws {
    if force {
      try OutputFile.replace(path, with: Array(text.utf8))
    } else {
      try OutputFile.create(path, with: Array(text.utf8))
    }
  }

  /// A file may stand where a folder is meant.
  private static func checkFolder(of path: String) throws(Failure) {
    guard let slash = path.lastIndex(of: "/"), access(String(path[...slash]), F_OK) != 0 else {
      return
    }
    throw OutputFile.failure(.cannotCreate, "create", path)
  }

  /// Looks whether data is there again when it is trained on.
  private static func checkCanBeNamed(_ path: String) throws(Failure) {
    guard path != "-", let place = try? FilePlace(path), !place.isName else { return }
    throw Failure(
      Diagnostic(
        .error, .usage, code: "not-a-file",
        "'\(path)' is no regular file; a configuration names its data, so the data must be in a file",
        help: "write it to a file first"))
  }

  private static func exists(_ path: String) -> Diagnostic {
    Diagnostic(
      .error, .cannotCreate, code: "file-exists", "'\(path)' exists",
      help: "--force replaces it, --output names another file")
  }
}

extension LearningTask: ExpressibleByArgument {}
extension ProposalRequest.Format: ExpressibleByArgument {}

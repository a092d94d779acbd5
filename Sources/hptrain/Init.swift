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
      let isFile = path != "-"
      if isFile, !force, access(path, F_OK) == 0 { throw Failure(Self.exists(path)) }
      if isFile { try Self.checkFolder(of: path) }
      let proposal = try Proposal.make(for: request(output: path))
      Console.print("\(data): \(proposal.summary)\n" + InitReport(proposal).text)
      guard isFile else {
        try StandardOutput.print(String(proposal.text.dropLast()))
        return
      }
      try write(proposal.text, to: path)
      Console.print("\nnext: hptrain train \(ShellWord.quoted(path))")
      try StandardOutput.print(path)
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

  /// The data is named as seen from this folder, so it has to be there before.
  private static func checkFolder(of path: String) throws(Failure) {
    guard let slash = path.lastIndex(of: "/"), access(String(path[...slash]), F_OK) != 0 else {
      return
    }
    throw Failure(
      Diagnostic(
        .error, .cannotCreate, code: "cannot-create",
        "cannot create '\(path)': \(String(cString: strerror(errno)))"))
  }

  private static func exists(_ path: String) -> Diagnostic {
    Diagnostic(
      .error, .cannotCreate, code: "file-exists", "'\(path)' exists",
      help: "--force replaces it, --output names another file")
  }
}

extension LearningTask: ExpressibleByArgument {}
extension ProposalRequest.Format: ExpressibleByArgument {}

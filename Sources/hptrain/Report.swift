import ArgumentParser
import Configuration
import Datasets
import Glibc
import Reports
import Studies
import Training
import Tuning

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a page with pictures of a run, of several runs, or of a study.",
    discussion: """
      The page is one HTML file that needs no network: curves, confusion matrix, ROC, calibration, predicted \
      over actual, forecasts, importance of columns, worst examples and settings of a run, as far as its task \
      has them; of several runs their curves one over the other and what differs; of a study its history, \
      importance, slices, combinations and curves.

      The answers are those to the test part of the run's data, or else the validation part; data that came \
      later is named by --data. The path of the page goes to standard output.

        hptrain report runs/iris                     runs/iris/report.html
        hptrain report runs/iris runs/iris-2         report.html
        hptrain report study.db                      study.html
        hptrain report runs/digits --data later-images.gz --labels later-labels.gz
        hptrain report runs/iris --figure loss       runs/iris/loss.svg
      """)

  @Argument(
    help: ArgumentHelp("Folders of runs, or the file of a study.", valueName: "run"),
    completion: .file())
  var runs: [String]

  @Option(
    name: .shortAndLong,
    help: "The file to write, or - for standard output. (default: beside what it is of)",
    completion: .file(extensions: ["html"]))
  var output: String?

  @Option(help: ArgumentHelp("Labeled data for the answers of a run.", valueName: "file"))
  var data: String?

  @Option(help: ArgumentHelp("The labels of IDX data.", valueName: "file"))
  var labels: String?

  @Option(help: "The study, where the file has several.")
  var name: String?

  @Option(help: "Write one picture as an SVG file; a name that there is none of lists the names.")
  var figure: String?

  @Flag(help: "Replace a file that is no page of this command.")
  var force = false

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if runs.isEmpty { throw ValidationError("name a run or a study") }
    if labels != nil, data == nil { throw ValidationError("--labels go with --data") }
    if data != nil, runs.count > 1 { throw ValidationError("--data is for a single run") }
  }

  func run() throws {
    CoreSelection.apply()
    try reporting {
      let target = try ReportFile(output ?? standardOutput, force: force)
      let page = try runs.count == 1 && Self.isStudy(runs[0]) ? studyPage() : runPage()
      try target.write(figure.map { try page.svg(of: $0) } ?? page.html())
    }
  }

  private func studyPage() throws -> Page {
    if data != nil {
      throw Failure(
        Diagnostic(
          .error, .usage, code: "usage", "--data is for a run, and '\(runs[0])' is a study"))
    }
    let file = try StudyFile.open(path: runs[0], name: name, access: .reading)
    defer { file.close() }
    return StudyReport(try StudyContents(file), version: Hptrain.version).page
  }

  private func runPage() throws -> Page {
    let pool = try threads.makePool()
    let examples: ReportedRun.Examples =
      runs.count > 1
      ? .none : data.map { .files(LabeledFiles(features: $0, labels: labels)) } ?? .own
    let reported = try runs.map { path in
      if Self.isStudy(path) {
        throw Failure(
          Diagnostic(
            .error, .usage, code: "usage",
            "'\(path)' is a study, and a page is of runs or of one study"))
      }
      let run = try ReportedRun(
        path: PathArithmetic.withoutSlash(path), examples: examples, pool: pool)
      Console.show(run.warnings)
      return run
    }
    return RunReport(reported, version: Hptrain.version).page
  }

  private var standardOutput: String {
    let name = figure.map { "\($0).svg" } ?? "report.html"
    guard runs.count == 1 else { return name }
    let path = PathArithmetic.withoutSlash(runs[0])
    guard Self.isStudy(path) else { return "\(path)/\(name)" }
    let slash = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    let dot = path[slash...].lastIndex(of: ".") ?? path.endIndex
    return path[..<dot] + (figure.map { "-\($0).svg" } ?? ".html")
  }

  /// Whether a file begins as those of SQLite do.
  private static func isStudy(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return path.hasSuffix(".db") || FileStart.of(path, count: 15) == Array("SQLite format 3".utf8)
  }
}

/// Where a page or a picture goes: a new file, one that an earlier one takes up, or standard output.
private struct ReportFile {
  private let path: String
  private let place: FilePlace

  /// - Throws: `Failure` if something else is in the way.
  init(_ path: String, force: Bool) throws {
    self.path = path
    place = try path == "-" ? FilePlace.standardOutput : FilePlace(path)
    // What is no file has no contents to lose, and may have none to read.
    guard !force, place.isTaken else { return }
    let start = String(decoding: FileStart.of(path, count: 400), as: UTF8.self)
    guard !start.contains(Page.mark), !start.hasPrefix(PictureFile.mark) else { return }
    throw Failure(
      Diagnostic(
        .error, .cannotCreate, code: "file-exists",
        "'\(path)' exists, and was not written by this command",
        help: "--force replaces it, --output names another file"))
  }

  func write(_ text: String) throws {
    guard place != .standardOutput else {
      var output = StandardOutput()
      try output.write(text)
      try output.flush()
      return
    }
    if place.isName { try OutputFile.makeFolders(around: path) }
    try OutputFile.replace(path, with: Array(text.utf8))
    if place.isName { try StandardOutput.print(path) }
  }
}

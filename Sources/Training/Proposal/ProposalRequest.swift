import Configuration
import Datasets
import Numerics

/// What a configuration is to be proposed for, and what is decided already.
package struct ProposalRequest: Sendable {
  package enum Format: String, CaseIterable, Sendable {
    case csv
    case idx
    case text
  }

  /// The file with the data, or with the arrays of an IDX pair, as seen from the working directory.
  package var data: String
  /// The labels of an IDX pair, if they were named.
  package var labels: String?
  package var format: Format?
  package var target: String?
  package var task: LearningTask?
  /// Whether the rows of a table are a series; `nil` leaves it to what they look like.
  package var isSeries: Bool?
  package var time: String?
  package var group: String?
  /// The column that says how much each row counts.
  package var weight: String?
  package var name: String?
  /// Where the configuration will be written, `-` for standard output.
  package var output: String
  /// Columns of which only the training part of a first proposal has told that they hold one value there.
  var constantColumns: Set<String> = []

  package init(data: String, output: String) {
    self.data = data
    self.output = output
  }

  /// The folder of the configuration as `LoadedConfig` takes it: empty for the working directory.
  var outputFolder: String {
    guard output != "-", let slash = output.lastIndex(of: "/") else { return "" }
    return slash == output.startIndex ? "/" : String(output[..<slash])
  }

  /// A path as the configuration names it, from its own folder.
  func path(_ path: String) -> String {
    return PathArithmetic.relative(
      PathArithmetic.absolute(path),
      to: PathArithmetic.absolute(outputFolder.isEmpty ? "." : outputFolder))
  }

  /// The options that were given and say something of the columns or rows of a table.
  var optionsOfTables: [String] {
    [
      ("--target", target != nil), ("--time", time != nil), ("--group", group != nil),
      ("--weight", weight != nil), ("--series", isSeries == true),
      ("--no-series", isSeries == false),
    ].filter { $0.1 }.map { $0.0 }
  }

  var runName: String { name ?? Self.stem(of: data) }

  /// Whether what follows a dot says what kind of file it is, and is no version.
  private static func isEnding(_ text: Substring) -> Bool {
    (1...5).contains(text.count) && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      && text.contains { $0.isLetter }
  }

  /// The name of a data file without folders and endings, and without what names of IDX files say of
  /// themselves: `digits` for `data/digits-images-idx3-ubyte.gz`.
  package static func stem(of path: String) -> String {
    var name = path.split(separator: "/").last.map(String.init) ?? ""
    if name.lowercased().hasSuffix(".gz") { name.removeLast(3) }
    if let dot = name.lastIndex(of: "."), dot != name.startIndex, isEnding(name[dot...].dropFirst())
    {
      name.removeSubrange(dot...)
    }
    if let mark = name.range(of: "idx", before: "ubyte") { name.removeSubrange(mark...) }
    for ending in ["-", ".", "_", "images", "features"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    while let last = name.last, "-._".contains(last) { name.removeLast() }
    return RunConfig.isPlain(name) ? name : "run"
  }
}

extension String {
  /// Where the last `first` begins that `second` follows somewhere.
  fileprivate func range(of first: String, before second: String) -> String.Index? {
    guard hasSuffix(second) else { return nil }
    return indices.last { self[$0...].hasPrefix(first) }
  }
}

import Configuration
import Datasets
import Numerics
import TestSupport
import Testing
import Training

/// A configuration for a table in a folder of its own, checked as `check` does.
struct TableSample {
  let workspace: Workspace
  /// `nil` where something is wrong.
  let plan: RunPlan?
  let diagnostics: [Diagnostic]

  /// - Parameters:
  ///   - csv: the contents of the file `name`, which `train` names unless `data` does.
  ///   - data: more members of the section, as `"scaling": "standard"`.
  ///   - others: more files, by their names.
  init(
    _ csv: String, target: String = "y", data: String = "", name: String = "data.csv",
    training: String = #""epochs": 2"#, seed: Int = 0, others: [String: String] = [:]
  ) throws {
    workspace = try Workspace()
    try workspace.write(name, csv)
    for (name, text) in others { try workspace.write(name, text) }
    let train = data.contains("\"train\"") ? "" : "\"train\": \"\(name)\", "
    // A window is a sequence, for which this network has no other use.
    let flatten = data.contains("\"window\"") ? #"{"type": "flatten"}, "# : ""
    try workspace.write(
      "config.json",
      """
      {
        "data": {\(train)"target": "\(target)"\(data.isEmpty ? "" : ", " + data)},
        "model": {"layers": [\(flatten){"type": "dense", "units": 4, "activation": "tanh"}, {"type": "dense"}]},
        "training": {\(training)}, "seed": \(seed)
      }
      """)
    (plan, diagnostics) = RunPlan.check(path: workspace.path("config.json"))
  }

  /// The plan of a configuration that has no errors.
  var sound: RunPlan {
    get throws {
      try #require(plan, "\(diagnostics.map(\.message))")
    }
  }

  var encoding: TableEncoding {
    get throws { try #require(try sound.data.encoding as? TableEncoding) }
  }

  /// The columns that became inputs.
  var inputs: [String] { get throws { try encoding.features.map(\.name) } }

  /// `code file:line:column`, the file without its folder.
  var findings: [String] {
    // How large numbers are is beside what these tables are of.
    diagnostics.filter { $0.code != "unscaled" }.map { finding in
      let file = finding.place?.file.split(separator: "/").last.map { String($0) } ?? ""
      return "\(finding.code) \(file):\(finding.place?.line ?? 0):\(finding.place?.column ?? 0)"
    }
  }

  /// The numbers of the training part, row by row, with the indices of categories.
  var storedRows: [[Float]] {
    get throws {
      let set = try #require(try sound.data.makeSets()[.train])
      return (0..<set.count).map(set.row(of:)).map { row in
        (0..<set.features.width).map {
          set.features.range(of: $0, examples: [row])?.lowerBound ?? .nan
        }
      }
    }
  }

  /// The inputs of the training part, row by row, with one-hot categories written out.
  var rows: [[Float]] {
    get throws {
      let segments = try encoding.inputLayout?.segments
      return try storedRows.map { row in
        var next = 0
        return (segments ?? [.numbers(row.count)]).flatMap { segment -> [Float] in
          let numbers = Array(row[next..<next + segment.storedWidth])
          next += numbers.count
          guard case .oneHot(let count) = segment else { return numbers }
          return (0..<count).map { Float($0) == numbers[0] ? 1 : 0 }
        }
      }
    }
  }

  /// So many rows below a header.
  static func csv(_ header: String, rows: Int, _ row: (Int) -> String) -> String {
    header + "\n" + (0..<rows).map { row($0) + "\n" }.joined()
  }
}

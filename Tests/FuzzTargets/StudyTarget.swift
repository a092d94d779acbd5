import Configuration
import Foundation
import GRDB
import Studies

extension FuzzTarget {
  /// A study of which cells, or bytes anywhere, are others: what is taken is read, and goes on.
  ///
  /// With a first byte of 255 changes of bytes follow, each a place of two bytes and a value; otherwise texts for cells.
  static let study = FuzzTarget(
    name: "study",
    words: {
      Set(
        StudyTrial.State.allCases.map(\.rawValue)
          + [Direction.minimize, .maximize].map(\.rawValue)
          + distributions.flatMap { ["\"\($0.name)\""] }
          + ["\"low\"", "\"high\"", "\"step\"", "\"log\"", "\"choices\"", "\"attributes\""]
          + ["FINITE", "INF_POS", "INF_NEG", "NAN", "NaN", "Infinity", "-Infinity", "1e308"])
    },
    seeds: {
      let texts = distributions.map { distribution in
        cells.map { $0.column == "distribution_json" ? distribution.text : $0.text }
      }
      return texts.map { Pieces.joined($0) } + [
        [255], [255, 0, 60, 7], [255, 8, 0, 13], [255, 4, 0, 10, 16, 20, 0],
      ]
    },
    mutations: 500,
    read: { bytes in
      let path = try FuzzWorkspace.shared.path("study.db")
      try Data(changed(bytes)).write(to: URL(fileURLWithPath: path))
      for ending in ["-journal", "-wal"] {
        try? FileManager.default.removeItem(atPath: path + ending)
      }
      if bytes.first != 255 { try setCells(Pieces(bytes), of: path) }
      let study = try StudyFile.open(path: path, patience: 0)
      defer { study.close() }
      let trials = try study.trials()
      for trial in trials {
        _ = (trial.isFeasible, trial.fixedParameters, trial.parameters.map(\.meaning))
      }
      _ = (try study.attributes(.user), try study.attributes(.system))
      let number = try study.addTrial()
      try require(try study.trials().count == trials.count + 1, "trial \(number) is missing")
      return true
    })

  private static let distributions = [
    Distribution.float(low: 1e-5, high: 1, step: nil, isLogarithmic: true),
    .float(low: 0, high: 1, step: 0.25, isLogarithmic: false),
    .integer(low: 1, high: 9, step: 2, isLogarithmic: false),
    .categorical([.text("adam"), .integer(3), .double(0.5), .boolean(true), .null]),
  ].map { distribution in
    (name: String(distribution.text.dropFirst(10).prefix { $0 != "\"" }), text: distribution.text)
  }

  /// What is put into the first row of a table.
  private static let cells: [(table: String, column: String, text: String)] = [
    ("trial_params", "distribution_json", ""), ("trial_params", "param_value", "0.5"),
    ("trial_params", "param_name", "rate"), ("trials", "state", "COMPLETE"),
    ("trials", "number", "0"), ("trials", "datetime_start", "2026-11-28 01:02:03.000045"),
    ("trial_values", "value", "1.5"), ("trial_values", "value_type", "FINITE"),
    ("trial_intermediate_values", "intermediate_value", "2.5"),
    ("trial_intermediate_values", "intermediate_value_type", "FINITE"),
    ("trial_user_attributes", "value_json", "[1, \"a\", {\"b\": NaN}]"),
    ("trial_system_attributes", "value_json", "{\"rate\": 0.25}"),
    ("study_user_attributes", "value_json", "-1.5e300"),
    ("study_system_attributes", "value_json", "[\"loss\"]"),
    ("study_directions", "direction", "MINIMIZE"), ("studies", "study_name", "study"),
    ("alembic_version", "version_num", "v3.2.0.a"),
  ]

  /// A study of two trials, in small pages.
  private static let template = Result {
    let path = try FuzzWorkspace.shared.path("template.db")
    let study = try StudyFile.create(
      path: path, name: "study", directions: [.minimize],
      userAttributes: ["note": .number(1)],
      systemAttributes: ["study:metric_names": .array([.string("loss")])])
    let rate = Distribution.float(low: 1e-5, high: 1, step: nil, isLogarithmic: true)
    for value in [0.5, 0.25] {
      let number = try study.addTrial(
        userAttributes: ["u": .number(1)], systemAttributes: ["fixed_params": .object([:])])
      try study.setParameters([StudyTrial.Parameter("rate", value, rate)], of: number)
      try study.finish(
        trial: number, state: .complete, values: [value], intermediateValues: [1: 2.5])
    }
    study.close()
    let queue = try DatabaseQueue(path: path)
    try queue.inDatabase { try $0.execute(sql: "PRAGMA page_size = 512; VACUUM") }
    try queue.close()
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private static func changed(_ bytes: [UInt8]) throws -> [UInt8] {
    var file = try template.get()
    guard bytes.first == 255 else { return file }
    for start in stride(from: 1, to: bytes.count - 2, by: 3) {
      let place = Int(bytes[start]) << 8 | Int(bytes[start + 1])
      file[place % file.count] = bytes[start + 2]
    }
    return file
  }

  private static func setCells(_ pieces: Pieces, of path: String) throws {
    var configuration = GRDB.Configuration()
    configuration.prepareDatabase {
      try $0.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
    }
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.inDatabase { database in
      for (index, cell) in cells.enumerated() where !pieces[index].isEmpty {
        try database.execute(
          sql: "UPDATE OR REPLACE \(cell.table) SET \(cell.column) = ? WHERE rowid = 1",
          arguments: [pieces[index]])
      }
    }
    try queue.close()
  }
}

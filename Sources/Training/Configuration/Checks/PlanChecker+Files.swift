import Configuration
import Datasets

/// Whether the parts of the data are of different files.
extension PlanChecker {
  /// Figures of rows that were learned from say nothing of others.
  func warnOfSharedFiles() {
    let training = Set(files(of: .train).compactMap { FileIdentity(path: loaded.resolve($0)) })
    for part in [Part.validation, .test] {
      let shared = files(of: part).first { name in
        FileIdentity(path: loaded.resolve(name)).map(training.contains) ?? false
      }
      guard let shared else { continue }
      warn(
        "same-rows",
        "\(Spelling.file(shared)) is a file of the training part too: the figures of the \(part.rawValue) part are of rows that were learned",
        at: ConfigPath.root.key("data").key(part.rawValue),
        help: "hold rows out: \"\(part.rawValue)\": {\"fraction\": 0.2} in data")
    }
  }

  /// The files that a part is read from as a whole, as the configuration names them.
  private func files(of part: Part) -> [String] {
    switch data.config {
    case let table as CSVDataConfig:
      switch part {
      case .train: table.train ?? []
      case .validation: table.validation?.source ?? []
      case .test: table.test?.source ?? []
      }
    case let arrays as IDXDataConfig:
      switch part {
      case .train: [arrays.train?.features].compactMap { $0 }
      case .validation: [arrays.validation?.source?.features].compactMap { $0 }
      case .test: [arrays.test?.source?.features].compactMap { $0 }
      }
    case let text as TextDataConfig:
      switch part {
      case .train: [text.train].compactMap { $0 }
      case .validation: [text.validation?.source].compactMap { $0 }
      case .test: [text.test?.source].compactMap { $0 }
      }
    default: []
    }
  }
}

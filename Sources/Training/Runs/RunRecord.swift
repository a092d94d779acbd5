import Configuration
import Datasets
import Glibc

/// A resolved configuration, wherever it was found, and what its run has come to, if there was one.
package struct RunRecord: Sendable {
  package let source: ConfigurationSource
  /// With every default written out; relative paths as they were written.
  package let config: RunConfig
  /// What the run has come to; `nil` of a configuration that was only read.
  package let summary: RunSummary?
  /// The parameters of the model; `nil` where there is no model.
  package let parameters: Int?
  /// Things about the files that deserve a warning.
  package let warnings: [Diagnostic]
  /// Relative paths start here; `nil` where only the names of files are known.
  private let baseDirectory: String?
  private let origins: SettingOrigins?

  /// Reads what a command was given.
  ///
  /// - Parameter overrides: values that win over those of the text, `path=value` each; a run is then resolved
  ///   anew, and a model takes none.
  /// - Throws: `Failure` with everything that is wrong with the configuration, its data, or the model.
  package static func read(_ path: String, overrides: [String] = []) throws -> RunRecord {
    let source = ConfigurationSource(path: path)
    switch source.kind {
    case .configuration: return try RunRecord(planning: source, overrides)
    case .run:
      try source.requireConfiguration()
      return overrides.isEmpty
        ? try RunRecord(run: source) : try RunRecord(planning: source, overrides)
    case .model:
      guard overrides.isEmpty else {
        throw Failure(
          Diagnostic(
            .error, .usage, code: "override", "'\(path)' is a model, in which nothing can be set",
            help: "name the configuration that it was trained with"))
      }
      return try RunRecord(model: source)
    }
  }

  /// Resolves a configuration by its data.
  private init(planning source: ConfigurationSource, _ overrides: [String]) throws {
    let loaded = try LoadedConfig.read(path: source.configPath, overrides: overrides)
    let (plan, diagnostics) = RunPlan.check(loaded)
    guard let plan else { throw Failure(diagnostics) }
    self.source = source
    config = plan.config
    baseDirectory = loaded.baseDirectory
    var standard = loaded.config
    // These depend on other things than the data.
    standard.name = plan.config.name
    standard.training.shuffle = plan.config.training.shuffle
    origins = SettingOrigins(document: loaded.document, standard: standard)
    (summary, parameters, warnings) = (nil, nil, [])
  }

  /// Reads the resolved configuration of a run; its data may have gone.
  private init(run source: ConfigurationSource) throws {
    let loaded = try LoadedConfig.read(path: source.configPath)
    guard !loaded.hasErrors else { throw Failure(loaded.diagnostics) }
    self.source = source
    config = loaded.config
    baseDirectory = loaded.baseDirectory
    origins = SettingOrigins(document: loaded.document, standard: loaded.config)
    var warnings: [Diagnostic] = []
    do {
      let journal = try RunJournal(folder: source.path)
      summary = journal.summary
      warnings = journal.warnings
    } catch let failure as Failure {
      summary = nil
      warnings = failure.diagnostics.map { $0.asWarning }
    }
    let model = source.path + "/model.safetensors"
    do {
      parameters =
        access(model, F_OK) == 0 ? try TrainedModel(path: model, rows: 1).parameterCount : nil
    } catch let failure as Failure {
      parameters = nil
      warnings += failure.diagnostics.map { $0.asWarning }
    }
    self.warnings = warnings
  }

  private init(model source: ConfigurationSource) throws {
    let model = try TrainedModel(path: source.path, rows: 1)
    self.source = source
    config = model.config
    parameters = model.parameterCount
    summary = model.training.members == nil ? nil : RunSummary(model.training)
    (baseDirectory, origins, warnings) = (nil, nil, [])
  }

  // MARK: - Settings

  /// Where a setting of the resolved configuration comes from.
  package func origin(of leaf: JSONLeaf) -> SettingOrigin {
    origins?.origin(of: leaf) ?? .model(source.path)
  }

  /// The settings in which another configuration differs. Paths to data are compared by the files that they
  /// lead to, as far as both know them; columns by what they have, whether it is said for them or for all; the
  /// address of the schema is no setting.
  package func differences(to other: RunRecord) -> [JSONDifference] {
    comparable(to: other).differences(to: other.comparable(to: self))
  }

  private func comparable(to other: RunRecord) -> JSONValue {
    let namesOnly = baseDirectory == nil || other.baseDirectory == nil
    var config = config.mappingPaths { path in
      guard !namesOnly, let baseDirectory else {
        return path.split(separator: "/").last.map { String($0) } ?? path
      }
      return Self.target(of: DataContext.resolve(path, in: baseDirectory))
    }
    config.schema = nil
    if let own = config.data as? CSVDataConfig, let others = other.config.data as? CSVDataConfig {
      config.data = own.stating(columnsOf: others)
    }
    return config.json
  }

  /// The file that a path leads to, links followed, as seen from the working directory if it is below.
  private static func target(of path: String) -> String {
    var target = PathArithmetic.absolute(path)
    if let real = realpath(path, nil) {
      target = String(cString: real)
      free(real)
    }
    let folder = PathArithmetic.absolute(".") + "/"
    return target.hasPrefix(folder) ? String(target.dropFirst(folder.count)) : target
  }

  /// Whether a figure means the same in two runs: it has the same definition in both, of the same quantity in the
  /// same units.
  package func shares(_ figure: FigureName, with other: RunRecord) -> Bool {
    guard figure.figure == FigureName.loss || sharesMetric(figure.figure, with: other) else {
      return false
    }
    return FigureBasis.all(of: config).filter { $0.decides(figure.figure) }
      .allSatisfy { $0.isShared(by: config, other.config) }
  }

  /// Whether both runs compute a metric, with the same settings.
  private func sharesMetric(_ name: String, with other: RunRecord) -> Bool {
    func definition(_ config: RunConfig) -> JSONValue? {
      config.training.json["metrics"]?.items?.first { ($0["type"] ?? $0).string == name }
    }
    guard let own = definition(config), let others = definition(other.config) else { return false }
    return own.isEqual(to: others)
  }
}

extension TrainedModel {
  fileprivate var parameterCount: Int {
    network.summaries.reduce(0) { $0 + $1.parameters }
  }
}

extension Diagnostic {
  /// The same finding where the command goes on without what it is about.
  var asWarning: Diagnostic {
    var warning = self
    warning.severity = .warning
    return warning
  }
}

import Configuration
import Datasets
import Network

extension RunPlan {
  /// Reads a configuration and its data and plans the run.
  ///
  /// Mistakes in one section do not hide those in another: the data is looked at as soon as its own
  /// section is sound, the network as soon as the shapes that arrive at it are known.
  ///
  /// - Returns: the plan if there is no error, and all errors and warnings.
  package static func check(
    path: String, overrides: [String] = []
  ) -> (plan: RunPlan?, diagnostics: [Diagnostic]) {
    LoadedConfig.reading(path: path, overrides: overrides) { check($0) }
  }

  /// Plans the run of a configuration that was read.
  package static func check(
    _ loaded: LoadedConfig
  ) -> (plan: RunPlan?, diagnostics: [Diagnostic]) {
    plan(loaded) { try $0.examine($1) }
  }

  /// The same with data from elsewhere.
  ///
  /// - Parameter prepare: gives the data of a section.
  package static func check(
    _ loaded: LoadedConfig,
    preparing prepare: (any DataConfig, DataContext) throws -> PreparedData
  ) -> (plan: RunPlan?, diagnostics: [Diagnostic]) {
    plan(loaded) { ExaminedData(try prepare($0, $1)) }
  }

  private static func plan(
    _ loaded: LoadedConfig, _ examine: (any DataConfig, DataContext) throws -> ExaminedData
  ) -> (plan: RunPlan?, diagnostics: [Diagnostic]) {
    loaded.planning { config, context in
      let examined = try examine(config, context)
      let data = examined.data
      guard !examined.findings.isEmpty else {
        return (data.warnings, { try RunPlan(loaded, data: data) }, \.warnings)
      }
      // The shapes are known, and what else does not fit them is said in the same pass.
      let others = loaded.hasErrors(in: "data") ? [] : findings(of: loaded, data)
      throw Failure(examined.findings + others)
    }
  }

  /// What is wrong with a run on data whose shapes are known.
  private static func findings(of loaded: LoadedConfig, _ data: PreparedData) -> [Diagnostic] {
    do {
      _ = try RunPlan(loaded, data: data)
      return []
    } catch let failure as Failure {
      return failure.diagnostics
    } catch {
      return []
    }
  }
}

extension LoadedConfig {
  /// Reads a configuration and plans what is to be done with it; what cannot be read is a finding as any other.
  static func reading<Plan>(
    path: String, overrides: [String],
    _ plan: (LoadedConfig) -> (plan: Plan?, diagnostics: [Diagnostic])
  ) -> (plan: Plan?, diagnostics: [Diagnostic]) {
    do {
      return plan(try LoadedConfig.read(path: path, overrides: overrides))
    } catch let failure as Failure {
      return (nil, failure.diagnostics)
    } catch {
      return (nil, [unexpected(error)])
    }
  }

  /// Prepares the data and then plans with it, and collects what is found.
  ///
  /// - Parameter prepare: reads the data; gives its warnings, what plans with it, and the warnings of that.
  /// - Returns: the plan if there is no error, and all errors and warnings.
  func planning<Plan>(
    _ prepare: (any DataConfig, DataContext) throws -> (
      warnings: [Diagnostic], plan: () throws -> Plan, warningsOfPlan: (Plan) -> [Diagnostic]
    )
  ) -> (plan: Plan?, diagnostics: [Diagnostic]) {
    var diagnostics = self.diagnostics
    guard let dataConfig = config.data, dataConfig.isComplete else { return (nil, diagnostics) }
    do {
      try checkNoDataIsStandardInput()
      let loss = config.training.loss
      let data = try prepare(
        dataConfig,
        DataContext(
          document: document, baseDirectory: baseDirectory,
          seed: UInt64(config.seed), lossTask: loss.map { type(of: $0).task },
          allowsScaledTargets: loss.map { type(of: $0).allowsScaledTargets } ?? true,
          allowsNegativeTargets: loss.map { type(of: $0).allowsNegativeTargets } ?? true))
      guard !hasErrors(in: "data") else { return (nil, diagnostics) }
      diagnostics += data.warnings
      let plan = try data.plan()
      diagnostics = Self.inTextOrder(diagnostics + data.warningsOfPlan(plan))
      return (hasErrors ? nil : plan, diagnostics)
    } catch let failure as Failure {
      var found = failure.diagnostics
      if hasErrors(in: "data") {
        // What the data lacks is certain; the rest may follow from what was not understood.
        found = found.filter { $0.code == "unknown-column" || $0.category == .unreadable }
      }
      return (nil, Self.inTextOrder(diagnostics + found))
    } catch {
      return (nil, diagnostics + [Self.unexpected(error)])
    }
  }

  private static func unexpected(_ error: any Error) -> Diagnostic {
    Diagnostic(.error, .data, code: "unexpected", "\(error)")
  }
}

extension LoadedConfig {
  /// Whether a value of the configuration, or one inside it, was found wrong.
  func hasErrors(in keys: String...) -> Bool {
    let path = ConfigPath(steps: keys.map { .key($0) })
    guard let location = document.location(of: path) else { return hasErrors }
    let first = location.source.place(location.range.lowerBound..<location.range.lowerBound)
    let last = location.source.place(location.range.upperBound..<location.range.upperBound)
    return diagnostics.contains { diagnostic in
      guard diagnostic.severity == .error, let place = diagnostic.place else { return false }
      // An override stands in a text of its own; where its value belongs is not looked for.
      if place.file != first.file { return true }
      return (first.line, first.column) <= (place.line, place.column)
        && (place.line, place.column) <= (last.line, last.column)
    }
  }
}

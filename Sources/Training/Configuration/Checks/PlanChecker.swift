import Configuration
import Datasets
import Network

/// Collects what does not fit together in a run: errors, and settings that are probably not meant.
final class PlanChecker {
  let loaded: LoadedConfig
  let data: PreparedData
  private(set) var findings: [Diagnostic] = []
  private(set) var warnings: [Diagnostic] = []
  /// What the warnings say of settings that never come to bear.
  private(set) var idleSettings: [IdleSetting] = []

  init(_ loaded: LoadedConfig, data: PreparedData) {
    self.loaded = loaded
    self.data = data
  }

  var training: TrainingConfig { loaded.config.training }
  /// The examples to train on.
  var examples: Int { data.counts[.train] ?? 0 }

  func report(
    _ code: String, _ message: String, at path: ConfigPath, help: String?
  ) {
    findings.append(
      Diagnostic(
        .error, .configuration, code: code, message,
        at: loaded.document.location(of: path)?.place, help: help))
  }

  func report(_ finding: Diagnostic) { findings.append(finding) }

  /// Something worth knowing that is as it should be.
  func note(_ code: String, _ message: String, at path: ConfigPath) {
    warnings.append(
      Diagnostic(
        .note, .configuration, code: code, message,
        at: loaded.document.location(of: path)?.place))
  }

  func warn(
    _ code: String, _ message: String, at path: ConfigPath, help: String?
  ) {
    if code == "inert" { idleSettings.append(IdleSetting(path: path, message: message)) }
    warnings.append(
      Diagnostic(
        .warning, .configuration, code: code, message,
        at: loaded.document.location(of: path)?.place, help: help))
  }
}

/// A setting that changes nothing in its run.
struct IdleSetting: Sendable {
  let path: ConfigPath
  let message: String
}

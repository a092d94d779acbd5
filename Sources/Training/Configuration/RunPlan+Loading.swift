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
    do {
      return check(try LoadedConfig.read(path: path, overrides: overrides))
    } catch let failure as Failure {
      return (nil, failure.diagnostics)
    } catch {
      return (nil, [unexpected(error)])
    }
  }

  /// Plans the run of a configuration that was read.
  package static func check(_ loaded: LoadedConfig) -> (plan: RunPlan?, diagnostics: [Diagnostic]) {
    var diagnostics = loaded.diagnostics
    guard let dataConfig = loaded.config.data, !hasErrors(loaded, in: "data") else {
      return (nil, diagnostics)
    }
    do {
      let loss = loaded.config.training.loss
      let data = try dataConfig.prepare(
        DataContext(
          document: loaded.document, baseDirectory: loaded.baseDirectory,
          seed: UInt64(loaded.config.seed), lossTask: loss.map { type(of: $0).task },
          allowsScaledTargets: loss.map { type(of: $0).allowsScaledTargets } ?? true))
      diagnostics += data.warnings
      let plan = try RunPlan(loaded, data: data)
      return (loaded.hasErrors ? nil : plan, diagnostics)
    } catch let failure as Failure {
      return (nil, diagnostics + failure.diagnostics)
    } catch {
      return (nil, diagnostics + [unexpected(error)])
    }
  }

  /// Whether a section, or the text around it, was found wrong.
  private static func hasErrors(_ loaded: LoadedConfig, in section: String) -> Bool {
    guard let range = loaded.document[section]?.location?.range else { return true }
    let source = loaded.document[section]?.location?.source
    let first = source?.place(range.lowerBound..<range.lowerBound)
    let last = source?.place(range.upperBound..<range.upperBound)
    guard let first, let last else { return true }
    return loaded.diagnostics.contains { diagnostic in
      guard diagnostic.severity == .error, let place = diagnostic.place else { return false }
      // Overrides and texts are not compared by place; an error in an override stops here.
      if place.file != first.file { return true }
      return (first.line, first.column) <= (place.line, place.column)
        && (place.line, place.column) <= (last.line, last.column)
    }
  }

  private static func unexpected(_ error: any Error) -> Diagnostic {
    Diagnostic(.error, .data, code: "unexpected", "\(error)")
  }
}

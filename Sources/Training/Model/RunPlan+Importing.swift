import Configuration

extension RunPlan {
  /// Plans the network of a configuration whose parameters come from somewhere else: the file with which it is to begin
  /// is not read, and a warning says so.
  ///
  /// - Returns: the plan if there is no error, and everything that was found.
  package static func checkForImport(
    path: String, overrides: [String] = []
  ) -> (plan: RunPlan?, diagnostics: [Diagnostic]) {
    LoadedConfig.reading(path: path, overrides: overrides) { loaded in
      var loaded = loaded
      loaded.beginsWithCheckpoint = true
      if loaded.config.model?.initialParameters != nil {
        let place = ConfigPath.root.key("model").key("initial_parameters")
        loaded.diagnostics.append(
          Diagnostic(
            .warning, .configuration, code: "inert",
            "the weights that are imported take the place of these parameters, which are not read",
            at: loaded.document.location(of: place)?.place, help: "leave it out"))
      }
      return check(loaded)
    }
  }
}

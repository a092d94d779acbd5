import Configuration

/// The data of a search is that of its first trial to its last: values of other data are not to be compared.
extension TuningPlan {
  /// What a study remembers of the files of the data, by the names that the configuration has for them.
  ///
  /// - Throws: `Failure` if one cannot be read.
  package func dataFingerprint() throws -> JSONValue {
    try run.fingerprint(in: run.baseDirectory).json
  }

  /// The files that are no longer as they were.
  ///
  /// - Parameter fingerprint: what a study remembers; nothing is known of what is none.
  /// - Throws: `Failure` if a file cannot be read.
  package func dataChanges(since fingerprint: JSONValue) throws -> [Diagnostic] {
    guard let before = DataFingerprint(fingerprint) else { return [] }
    return before.changes(
      to: try run.fingerprint(in: run.baseDirectory), in: run.baseDirectory, since: "study",
      advice: "name another file with --study")
  }
}

import Configuration

/// Data whose shapes are known although something may be wrong with its contents, so that a network can be checked with
/// it all the same.
package struct ExaminedData: Sendable {
  /// Not to be encoded where there are findings.
  package let data: PreparedData
  /// What is wrong with the contents, with the warnings that may say why; empty where nothing is.
  package let findings: [Diagnostic]

  package init(_ data: PreparedData, findings: [Diagnostic] = []) {
    self.data = data
    self.findings = findings
  }

  /// Data with which nothing is wrong.
  ///
  /// - Throws: `Failure` with the findings.
  package var sound: PreparedData {
    get throws {
      guard findings.isEmpty else { throw Failure(findings) }
      return data
    }
  }
}

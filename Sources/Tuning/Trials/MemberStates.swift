import Configuration
import Glibc
import Numerics
import Training

/// Where the members of a population stand: a file for each trial that others may go on from, in a folder
/// beside the study.
package struct MemberStates: Sendable {
  private let folder: String
  private let version: String

  private static let ending = ".safetensors"

  /// - Parameter version: of the program; one does not go on from the files of another.
  package init(ofStudy path: String, version: String) {
    folder = path + "-members"
    self.version = version
  }

  /// `nil` for a search without a population.
  package init?(of plan: TuningPlan, study path: String, version: String) {
    if plan.generations == nil { return nil }
    self.init(ofStudy: path, version: version)
  }

  private func path(ofTrial number: Int) -> String { "\(folder)/\(number)\(Self.ending)" }

  /// Whether a trial has left a file that is still there.
  func has(trial number: Int) -> Bool { access(path(ofTrial: number), F_OK) == 0 }

  /// - Throws: `Failure` if it cannot be written.
  func save(_ loop: TrainingLoop, ofTrial number: Int, pool: ThreadPool) throws {
    if mkdir(folder, 0o755) != 0, errno != EEXIST {
      throw OutputFile.failure(.writeFailed, "create", folder)
    }
    try TrainingState.save(loop, to: path(ofTrial: number), version: version, pool: pool)
  }

  /// Looks at what trials left, before others go on from it.
  ///
  /// - Throws: `Failure` with a file that is not there, or if none is one that this program can go on from; of a damaged
  ///   one among others only those fail who go on from it.
  func check(trials numbers: Set<Int>) throws {
    var damaged: [Failure] = []
    for number in numbers.sorted() {
      do {
        try TrainingState.check(path(ofTrial: number), version: version)
      } catch let failure as Failure {
        let explained = Failure(
          failure.diagnostics.map { finding in
            var finding = finding
            finding.help =
              "members go on from trial \(number): bring '\(folder)' back as it was, or name another file with --study"
            return finding
          })
        guard failure.diagnostics.allSatisfy({ $0.category == .data }) else { throw explained }
        damaged.append(explained)
      }
    }
    if let first = damaged.first, damaged.count == numbers.count { throw first }
  }

  /// Puts a training to where a trial stopped.
  ///
  /// - Throws: `Failure` if it left nothing, or what it left is damaged or does not fit.
  package func restore(_ loop: TrainingLoop, ofTrial number: Int) throws {
    try TrainingState.restore(loop, from: path(ofTrial: number), version: version)
  }

  /// Removes what a process that was killed had not finished.
  func removeUnfinished() {
    for name in FolderListing.names(in: folder) where name.hasSuffix(OutputFile.temporaryEnding) {
      unlink("\(folder)/\(name)")
    }
  }

  /// Removes the files of all trials but some.
  func keep(only numbers: Set<Int>) {
    for name in FolderListing.names(in: folder) {
      let number = name.hasSuffix(Self.ending) ? Int(name.dropLast(Self.ending.count)) : nil
      // Other files are those of somebody else, or of a process that writes one just now.
      if let number, !numbers.contains(number) { unlink(path(ofTrial: number)) }
    }
  }
}

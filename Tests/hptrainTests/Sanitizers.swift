import Foundation
import Testing

/// What tests leave out, and allow, where everything is compiled for a sanitizer (`Scripts/sanitize`).
enum Sanitizers {
  static let areOn = ProcessInfo.processInfo.environment["HPTRAIN_SANITIZER"] != nil
  /// They take several times the processor time and memory, and files and addresses beyond any limit of a test.
  static let reason: Comment = "it measures or limits what a sanitizer takes for itself"
}

extension Trait where Self == ConditionTrait {
  /// Of tests that measure memory, or limit memory or the length of files.
  static var withoutSanitizer: Self { .disabled(if: Sanitizers.areOn, Sanitizers.reason) }
}

extension Trait where Self == TimeLimitTrait {
  /// A limit for programs that run at full speed.
  static func timeLimit(minutes: Int) -> Self {
    .timeLimit(.minutes(Sanitizers.areOn ? 30 * minutes : minutes))
  }
}

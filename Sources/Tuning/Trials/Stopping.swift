import Synchronization

/// The wish to stop: of the user, or after a failure.
final class Stopping: Sendable {
  private let isForced = Atomic<Bool>(false)
  private let wish: @Sendable () -> Bool

  init(_ wish: @escaping @Sendable () -> Bool) { self.wish = wish }

  func stop() { isForced.store(true, ordering: .relaxed) }

  var isWanted: Bool { isForced.load(ordering: .relaxed) || wish() }
}

import Configuration
import Dispatch
import Glibc

/// A thread that does one thing after the other, by default whenever the processors have nothing better to do: while
/// the threads of a pool wait for each other, or for the next batch.
///
/// A thread of ordinary priority would take its time from one thread of the pool, for which all the others
/// wait.
package final class BackgroundThread: Sendable {
  private let shared: Shared
  private let thread: pthread_t?

  private final class Shared: Sendable {
    let yields: Bool
    let jobs = Locked<[@Sendable () -> Void]>([])
    let available = DispatchSemaphore(value: 0)

    init(yields: Bool) { self.yields = yields }

    /// Does jobs until there is none behind a signal, which is how the thread is told to end.
    func work() {
      while true {
        available.wait()
        let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let job else { return }
        job()
      }
    }
  }

  /// - Parameter yields: whether everything else goes first; false for what others will soon wait for.
  package init(yields: Bool = true) {
    shared = Shared(yields: yields)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(shared)
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let shared = Unmanaged<Shared>.fromOpaque(context).takeRetainedValue()
        // Of this thread alone: Linux keeps the value for each.
        if shared.yields { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19) }
        shared.work()
        return nil
      }, context.toOpaque())
    self.thread = status == 0 ? thread : nil
    if status != 0 { context.release() }
  }

  /// Does a job behind those before it; at once and here if there is no thread to be had.
  package func run(_ job: @escaping @Sendable () -> Void) {
    guard thread != nil else { return job() }
    shared.jobs.withLock { $0.append(job) }
    shared.available.signal()
  }

  deinit {
    guard let thread else { return }
    shared.available.signal()
    // The last job may have been the last to refer to this: then it is the thread itself that comes here.
    if pthread_equal(thread, pthread_self()) != 0 {
      pthread_detach(thread)
    } else {
      pthread_join(thread, nil)
    }
  }
}

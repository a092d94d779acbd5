import Glibc
import Synchronization

/// Turns SIGINT and SIGTERM into a wish to stop, so that the state can be saved first. A second
/// signal ends the process at once.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  static func install() {
    // The handler must find the counter initialized.
    received.store(0, ordering: .relaxed)
    for signal in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { signal in
        if Interruption.received.exchange(signal, ordering: .relaxed) != 0 { _exit(128 + signal) }
      }
      sigaction(signal, &action, nil)
    }
    hear()
  }

  /// Lets both signals reach the process: a parent may have blocked them, and a blocked signal is never heard.
  static func hear() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  static var isWanted: Bool { received.load(ordering: .relaxed) != 0 }

  /// By convention 128 and the number of the signal: 130 for SIGINT.
  /// Where another rank got the signal, that of the usual one.
  static var exitCode: Int32 {
    let signal = received.load(ordering: .relaxed)
    return 128 + (signal == 0 ? SIGTERM : signal)
  }
}

import Glibc
import Synchronization

/// Turns the signals that ask a process to end into a wish to stop, so that the state can be saved first. A signal
/// that comes a second later or more ends the process at once.
///
/// One request may arrive as several signals: `timeout` sends its own to the process and again to the group
/// of it, launchers of ranks pass on what the terminal has sent to all already.
enum Interruption {
  private static let received = Atomic<Int32>(0)
  /// When the first signal came, in nanoseconds of the monotonic clock; 0 before.
  private static let start = Atomic<UInt64>(0)
  /// What comes sooner after the first signal, in nanoseconds, belongs to it.
  private static let patience: UInt64 = 1_000_000_000

  /// SIGHUP tells that the terminal or the connection is gone, SIGXCPU that the time is used up which `ulimit -S -t` gave.
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGXCPU]

  static func install() {
    // The handler must find what it reads initialized.
    received.store(0, ordering: .relaxed)
    start.store(0, ordering: .relaxed)
    for signal in signals where !isIgnoredHangup(signal) {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { Interruption.handle($0) }
      sigaction(signal, &action, nil)
    }
    hear()
  }

  /// Lets SIGQUIT end the process, unless it is ignored: where Swift's toolchain is installed, its runtime takes the signal
  /// for a crash, and the process goes on.
  static func letQuit() {
    if !isIgnored(SIGQUIT) { signal(SIGQUIT, SIG_DFL) }
  }

  /// Whether `nohup` has seen to it that the run goes on without its terminal.
  private static func isIgnoredHangup(_ signal: Int32) -> Bool {
    signal == SIGHUP && isIgnored(signal)
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var old = sigaction()
    guard sigaction(signal, nil, &old) == 0 else { return false }
    let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
    return unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == ignored
  }

  /// Only what a handler may do: reading the clock, atomics, ending.
  private static func handle(_ signal: Int32) {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let now = UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    let (isFirst, first) = start.compareExchange(expected: 0, desired: now, ordering: .relaxed)
    if isFirst {
      received.store(signal, ordering: .relaxed)
    } else if now >= first &+ patience, signal != SIGXCPU {
      _exit(128 + signal)
    }
  }

  /// Lets the signals reach the process: a parent may have blocked them, and a blocked signal is never heard.
  static func hear() {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  static var isWanted: Bool { received.load(ordering: .relaxed) != 0 }

  /// By convention 128 and the number of the signal: 130 for SIGINT.
  /// Where another rank got the signal, that of the usual one.
  static var exitCode: Int32 {
    let signal = received.load(ordering: .relaxed)
    return 128 + (signal == 0 ? SIGTERM : signal)
  }
}

import Glibc

/// What is seen to before anything is written.
enum StandardStreams {
  /// Keeps the numbers of the standard streams from being given to other files: where a stream was closed by whoever
  /// started the program, opens one that reads nothing and cannot be written to.
  static func reserve() {
    for stream: Int32 in 0...2 where fcntl(stream, F_GETFD) == -1 {
      // The lowest free number is taken, which is this one.
      _ = open("/dev/null", O_RDONLY)
    }
  }

  /// Lets a file that reaches the size that files may have (`ulimit -f`), standard output among them, be told as an error
  /// where it is written. The signal would end the process without a word, and leave files that are half written.
  static func letFilesEnd() { signal(SIGXFSZ, SIG_IGN) }
}

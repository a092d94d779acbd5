import Glibc

/// Keeps the numbers of the standard streams from being given to other files.
enum StandardStreams {
  /// Where a stream was closed by whoever started the program, opens one that reads nothing and
  /// cannot be written to: a file of the run must not get its number.
  static func reserve() {
    for stream: Int32 in 0...2 where fcntl(stream, F_GETFD) == -1 {
      // The lowest free number is taken, which is this one.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}

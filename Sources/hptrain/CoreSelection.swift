import Glibc
import Numerics

/// Starts the program again where the BLAS chose kernels below what the processor can do: the
/// library reads the wish for others only when it is loaded.
enum CoreSelection {
  static func apply() {
    guard let better = BLASLibrary.current.betterCore else { return }
    setenv(better.variable, better.value, 1)
    // The program has threads of its own.
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
    arguments.append(nil)
    // By the name of the file, which becomes that of the process; a file that was replaced has none.
    if let path = Self.programPath { execv(path, arguments) }
    execv("/proc/self/exe", arguments)
    // Without /proc it goes on with the slower kernels.
    for argument in arguments { free(argument) }
  }

  private static var programPath: String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let length = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
    guard length > 0 else { return nil }
    let path = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return access(path, X_OK) == 0 ? path : nil
  }
}

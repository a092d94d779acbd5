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
    execv("/proc/self/exe", arguments)
    // Without /proc it goes on with the slower kernels.
    for argument in arguments { free(argument) }
  }
}

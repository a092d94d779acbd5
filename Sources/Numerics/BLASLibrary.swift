import CProcessor
import Glibc

/// Which BLAS the process runs on, as far as the library tells.
///
/// Vendor functions are no part of the CBLAS interface, so they are looked up by name and done
/// without when absent.
package struct BLASLibrary: Sendable {
  package enum Vendor: String, Sendable {
    case openBLAS = "OpenBLAS"
    case mkl = "Intel MKL"
    case blis = "BLIS"
    case reference = "reference BLAS"
  }

  package let vendor: Vendor
  /// The file that the dynamic linker took, links resolved.
  package let path: String?
  /// The name of the kernels in use, such as `SkylakeX`.
  package let core: String?
  package let version: String?

  package static let current = BLASLibrary()

  private init() {
    path = Self.file(of: "cblas_sgemm")
    if let name = Self.function(
      "openblas_get_corename", (@convention(c) () -> UnsafePointer<CChar>?).self)
    {
      vendor = .openBLAS
      core = name().map { String(cString: $0) }
      version = Self.function(
        "openblas_get_config", (@convention(c) () -> UnsafePointer<CChar>?).self
      ).flatMap { $0() }.map {
        String(String(cString: $0).split(separator: " ").prefix(2).joined(separator: " "))
      }
    } else {
      vendor =
        Self.symbol("MKL_Get_Max_Threads") != nil
        ? .mkl : Self.symbol("bli_thread_set_num_threads") != nil ? .blis : .reference
      core = nil
      version = nil
    }
  }

  /// Keeps the library to the calling thread: the program has threads of its own, and two pools on
  /// the same processors slow each other down. It has to be done before the first product: ending its threads under one
  /// that they share would leave that waiting for them without end.
  package static func useSingleThread() { singleThread }

  /// Once in a process: setting the number again would start the threads of OpenBLAS again.
  private static let singleThread: Void = {
    for name in ["openblas_set_num_threads", "MKL_Set_Num_Threads", "bli_thread_set_num_threads"] {
      function(name, (@convention(c) (Int32) -> Void).self)?(1)
    }
    // OpenBLAS has started them when it was loaded, and they look for work for about a tenth of a second before they
    // sleep. It ends them by this itself, before each fork.
    _ = function("blas_thread_shutdown_", (@convention(c) () -> Int32).self)?()
  }()

  /// OpenBLAS releases older than the processor fall back to AVX2 kernels on processors that have
  /// AVX-512, or even to the oldest kernels of all. It reads the wish for another core when it is
  /// loaded, so that the process has to be started again with this variable set.
  ///
  /// `nil` where the library chose well, is another one, or the user has set the variable.
  package var betterCore: (variable: String, value: String)? {
    guard vendor == .openBLAS, let core, getenv("OPENBLAS_CORETYPE") == nil else { return nil }
    return Self.betterCore(
      than: core, hasAVX2: processor_has_avx2(), hasAVX512: processor_has_avx512()
    ).map { ("OPENBLAS_CORETYPE", $0) }
  }

  /// The kernels to use instead of those of a core; `nil` if there are none for the processor.
  package static func betterCore(than core: String, hasAVX2: Bool, hasAVX512: Bool) -> String? {
    let core = core.lowercased()
    if ["skylakex", "cooperlake", "sapphirerapids"].contains(core) { return nil }
    if hasAVX512 { return "SkylakeX" }
    return hasAVX2 && !["haswell", "zen"].contains(core) ? "Haswell" : nil
  }

  private static func symbol(_ name: String) -> UnsafeMutableRawPointer? {
    dlsym(nil, name)
  }

  private static func function<Function>(_ name: String, _ type: Function.Type) -> Function? {
    symbol(name).map { unsafeBitCast($0, to: type) }
  }

  private static func file(of name: String) -> String? {
    var found = processor_symbol()
    guard let symbol = symbol(name), processor_symbol_at(symbol, &found) != 0,
      let file = found.file
    else { return nil }
    guard let resolved = realpath(file, nil) else { return String(cString: file) }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

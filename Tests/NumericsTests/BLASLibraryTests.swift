import Glibc
import Numerics
import Testing

struct BLASLibraryTests {
  @Test(arguments: [
    ("Haswell", true, true, "SkylakeX"),
    ("Zen", true, true, "SkylakeX"),
    ("Prescott", true, true, "SkylakeX"),
    ("SkylakeX", true, true, nil),
    ("Cooperlake", true, true, nil),
    ("Haswell", true, false, nil),
    ("Zen", true, false, nil),
    ("Prescott", true, false, "Haswell"),
    ("Sandybridge", true, false, "Haswell"),
    ("Sandybridge", false, false, nil),
  ])
  func coresBelowTheProcessorAreReplaced(
    core: String, hasAVX2: Bool, hasAVX512: Bool, better: String?
  ) {
    #expect(
      BLASLibrary.betterCore(than: core, hasAVX2: hasAVX2, hasAVX512: hasAVX512) == better)
  }

  /// OpenBLAS tells by a variable whether its threads run.
  @Test func itsThreadsEnd() {
    BLASLibrary.useSingleThread()
    BLASLibrary.useSingleThread()
    guard let running = dlsym(nil, "blas_server_avail") else { return }
    #expect(running.load(as: Int32.self) == 0)
  }
}

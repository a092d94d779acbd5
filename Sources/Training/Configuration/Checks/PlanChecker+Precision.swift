import Configuration
import Network
import Numerics

extension PlanChecker {
  /// Rounded factors are for processors that multiply them faster, and for layers that multiply.
  func warnOfPrecision(hasProducts: Bool) {
    guard training.precision == .bfloat16 else { return }
    let path = ConfigPath.root.key("training").key("precision")
    if !hasProducts {
      warn(
        "inert", "no layer of the network has products in bfloat16", at: path,
        help: "leave 'precision' out")
    } else if !BFloat16Tiles.areAvailable {
      warn(
        "emulated-precision",
        "this processor has no tiles of bfloat16: the same numbers are computed by vectors, more slowly than in single precision",
        at: path, help: "leave 'precision' out, or train on a processor with AMX")
    }
  }
}

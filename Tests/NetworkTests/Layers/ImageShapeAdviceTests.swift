import Network
import Numerics
import Testing

/// What is advised where an image or a sequence is wanted and another shape arrives.
struct ImageShapeAdviceTests {
  @Test(arguments: [
    ("conv2d", Shape(64), "[8, 8, 1]"), ("max_pool2d", Shape(192), "[8, 8, 3]"),
    ("conv2d", Shape(50), "[…]"), ("conv2d", Shape(4), "[…]"), ("conv1d", Shape(64), "[64, 1]"),
  ])
  func aRowBecomesWhatItMayBe(type: String, input: Shape, shape: String) throws {
    #expect(
      try help(type, input) == #"put {"type": "reshape", "shape": \#(shape)} before it"#)
  }

  @Test func anImageWithoutChannelsGetsOne() throws {
    let help = try help("conv2d", Shape(8, 8))
    #expect(help?.contains("for sequences there is conv1d") == true)
    #expect(help?.contains(#"{"type": "reshape", "shape": [8, 8, 1]}"#) == true)
  }

  private func help(_ type: String, _ input: Shape) throws -> String? {
    let settings = type.hasPrefix("conv") ? #", "filters": 2"# : ""
    let error = try #require(throws: PlanError.self) {
      try TestNetwork(#"[{"type": "\#(type)"\#(settings)}]"#, input: input, rows: 1)
    }
    return error.help
  }
}

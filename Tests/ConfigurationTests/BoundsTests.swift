import Configuration
import Testing

struct BoundsTests {
  @Test func endsAreInOrOut() {
    #expect(!Bounds.above(0).contains(0) && Bounds.above(0).contains(.leastNonzeroMagnitude))
    #expect(Bounds.atLeast(0).contains(0) && !Bounds.atLeast(0).contains(-.leastNonzeroMagnitude))
    #expect(Bounds.between(0, 1).contains(1) && !Bounds.between(0, 1).contains(1.1))
    #expect(!Bounds.from(0, below: 1).contains(1) && Bounds.from(0, below: 1).contains(0))
    #expect(!Bounds.inside(0, 1).contains(0) && !Bounds.inside(0, 1).contains(1))
    #expect(!Bounds.above(0, atMost: 1).contains(0) && Bounds.above(0, atMost: 1).contains(1))
    #expect(Bounds.any.contains(-1e300))
  }

  @Test func readAsWordsAndIntervals() {
    #expect(Bounds.any.description == nil && Bounds.any.interval == nil)
    #expect(Bounds.above(0).description == "greater than 0")
    #expect(Bounds.from(0, below: 1).description == "at least 0 and less than 1")
    #expect(Bounds.above(0, atMost: 1).description == "greater than 0 and at most 1")
    #expect(Bounds.from(0, below: 1).interval == "[0, 1)")
    #expect(Bounds.above(0.5).interval == "(0.5, ∞)")
    #expect(Bounds.between(1, 1e9).interval == "[1, 1000000000]")
  }
}

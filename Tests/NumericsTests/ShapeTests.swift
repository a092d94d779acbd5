import Numerics
import Testing

struct ShapeTests {
  @Test func countsElements() {
    #expect(Shape(28, 28, 1).count == 784)
    #expect(Shape([]).count == 1)
    #expect(Shape(28, 28, 1).rank == 3)
  }

  @Test func readsAsAProduct() {
    #expect("\(Shape(28, 28, 1))" == "28×28×1")
    #expect("\(Shape([]))" == "1")
  }
}

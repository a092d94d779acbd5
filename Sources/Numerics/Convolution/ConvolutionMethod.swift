/// One way to compute a convolution and its gradients.
///
/// Shapes: images `height × width × channels`, kernel `size.height × size.width × channels / groups × filters`,
/// outputs `output.height × output.width × filters`. Output channel f sees the channels of its group only.
///
/// Some examples are worked on by blocks of their outputs: ranges of the rows of a matrix
/// `examples · positions × filters`. All functions run on the calling thread; whoever cuts a batch
/// into parts and blocks sees to the tiles.
package protocol ConvolutionMethod: Sendable {
  var window: SlidingWindow { get }
  var filters: Int { get }
  /// Elements of the kernel.
  var kernelCount: Int { get }

  /// How the kernel is laid out anew, once in each pass, for the products that read it.
  func arrangement(for direction: ConvolutionDirection) -> KernelArrangement

  /// Scratch elements that a block needs, or all blocks of a part.
  func scratchElements(for direction: ConvolutionDirection) -> Int

  func blockCount(examples: Int) -> Int
  /// The outputs of a block, numbered through the examples.
  func outputs(of block: Int, examples: Int) -> Range<Int>

  /// The kernel in the layout of the products.
  ///
  /// - Parameter tile: one of those of the arrangement; each fills in a part.
  func arrange(
    tile: Int, for direction: ConvolutionDirection, kernel: UnsafePointer<Float>,
    into arranged: UnsafeMutablePointer<Float>)

  /// Computes the sums of a block.
  func forward(
    block: Int, _ operands: ConvolutionSums, scratch: UnsafeMutablePointer<Float>)

  /// Prepares the gradients of a part of the batch. The scratch memory is left alone until its end.
  func beginGradients(_ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>)
  /// Adds what a block does to the gradients of kernel and input; blocks come in order.
  func addGradients(
    block: Int, _ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>)
  /// Completes the gradients of a part after its last block.
  func endGradients(_ operands: ConvolutionGradients, scratch: UnsafeMutablePointer<Float>)
}

package enum ConvolutionDirection: Sendable {
  case forward
  /// To the gradients.
  case backward
}

extension SlidingWindow {
  /// The way that is fastest for a geometry.
  package func convolution(filters: Int, groups: Int) -> any ConvolutionMethod {
    if let method = WinogradConvolution(window: self, filters: filters, groups: groups) {
      return method
    }
    if let method = DirectConvolution(window: self, filters: filters, groups: groups) {
      return method
    }
    return PatchConvolution(window: self, filters: filters, groups: groups)
  }
}

/// Where the kernel is laid out anew: so many elements, by so many tiles. Without elements the
/// products read the kernel as it is.
package struct KernelArrangement: Sendable {
  package var elements = 0
  package var tiles = 0
}

/// `sums = images ∗ kernel + bias` for some examples.
package struct ConvolutionSums {
  package var examples: Int
  package var images: UnsafePointer<Float>
  /// As arranged.
  package var kernel: UnsafePointer<Float>
  package var bias: UnsafePointer<Float>?
  package var sums: UnsafeMutablePointer<Float>

  package init(
    examples: Int, images: UnsafePointer<Float>, kernel: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, sums: UnsafeMutablePointer<Float>
  ) {
    self.examples = examples
    self.images = images
    self.kernel = kernel
    self.bias = bias
    self.sums = sums
  }
}

/// The gradients of some examples, those of a part of the batch.
package struct ConvolutionGradients {
  package var examples: Int
  package var images: UnsafePointer<Float>
  /// That of the sums.
  package var outputGradient: UnsafePointer<Float>
  /// As arranged.
  package var kernel: UnsafePointer<Float>
  /// Assigned; `nil` if nobody asks for it.
  package var kernelGradient: UnsafeMutablePointer<Float>?
  /// Assigned; `nil` if nobody asks for it.
  package var inputGradient: UnsafeMutablePointer<Float>?

  package init(
    examples: Int, images: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    kernel: UnsafePointer<Float>, kernelGradient: UnsafeMutablePointer<Float>?,
    inputGradient: UnsafeMutablePointer<Float>?
  ) {
    self.examples = examples
    self.images = images
    self.outputGradient = outputGradient
    self.kernel = kernel
    self.kernelGradient = kernelGradient
    self.inputGradient = inputGradient
  }
}

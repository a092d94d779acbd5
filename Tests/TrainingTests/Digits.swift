import Datasets
import TestSupport

/// The digits that come with the project, in the order of the file.
enum Digits {
  /// Images divided by 16, and labels.
  static func read() throws -> (images: [Float], labels: [Float]) {
    let folder = Checkout.path("datasets")
    let images = try IDXFile(path: folder + "/digits-images-idx3-ubyte.gz").floats()
    let labels = try IDXFile(path: folder + "/digits-labels-idx1-ubyte.gz").floats()
    return (images.map { $0 / 16 }, labels)
  }
}

import Configuration
import TestSupport
import Testing

import Datasets

struct ImageWarpTests {
  /// An image, height × width × channels.
  struct Image: Equatable {
    var height: Int
    var width: Int
    var channels = 1
    var values: [Float]

    /// What a transform makes of it, with −1 as background unless said otherwise.
    func applying(_ transform: ImageTransform, background: [Float]? = nil) -> Image {
      let scratch = UnsafeMutablePointer<Float>.allocate(
        capacity: PaddedImage.elements(height: height, width: width, channels: channels))
      defer { scratch.deallocate() }
      let padded = PaddedImage(pixels: scratch, height: height, width: width, channels: channels)
      padded.frame(with: background ?? [Float](repeating: -1, count: channels))
      let line = width * channels
      for row in 0..<height {
        for index in 0..<line { padded.row(row)[index] = values[row * line + index] }
      }
      var result = self
      // What is not written shows.
      result.values = [Float](repeating: .nan, count: values.count)
      result.values.withUnsafeMutableBufferPointer { values in
        if let target = values.baseAddress { padded.apply(transform, into: target) }
      }
      return result
    }

    /// Each pixel with all its channels, moved to where `place` says that it comes from.
    func rearranged(
      height: Int, width: Int, _ place: (Int, Int) -> (Int, Int)
    ) -> Image {
      var result = Image(height: height, width: width, channels: channels, values: [])
      for row in 0..<height {
        for column in 0..<width {
          let (sourceRow, sourceColumn) = place(row, column)
          let first = (sourceRow * self.width + sourceColumn) * channels
          result.values += values[first..<first + channels]
        }
      }
      return result
    }
  }

  private func transform(_ change: (inout ImageTransform) -> Void) -> ImageTransform {
    var transform = ImageTransform()
    change(&transform)
    return transform
  }

  private func random(height: Int, width: Int, channels: Int) -> Image {
    var generator = SplitMix64(seed: 5)
    return Image(
      height: height, width: width, channels: channels,
      values: generator.floats(height * width * channels))
  }

  static let small = Image(height: 3, width: 4, values: (1...12).map { Float($0) })

  @Test func nothingChangesNothing() {
    #expect(Self.small.applying(ImageTransform()) == Self.small)
  }

  @Test func shiftsMovePixelsAndLeaveBackground() {
    let down = Self.small.applying(transform { $0.shift = PixelShift(vertical: 1, horizontal: 2) })
    #expect(down.values == [-1, -1, -1, -1, -1, -1, 1, 2, -1, -1, 5, 6])
    let up = Self.small.applying(transform { $0.shift = PixelShift(vertical: -2, horizontal: -1) })
    #expect(up.values == [10, 11, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1])
  }

  @Test func mirroringSwapsLeftAndRight() {
    let mirrored = Self.small.applying(transform { $0.isMirrored = true })
    #expect(mirrored.values == [4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9])
    let shifted = Self.small.applying(
      transform {
        $0.isMirrored = true
        $0.shift = PixelShift(vertical: 0, horizontal: 1)
      })
    #expect(shifted.values == [-1, 4, 3, 2, -1, 8, 7, 6, -1, 12, 11, 10])
  }

  @Test func channelsStayTogether() {
    let image = Image(height: 1, width: 3, channels: 3, values: (1...9).map { Float($0) })
    let result = image.applying(
      transform {
        $0.isMirrored = true
        $0.shift = PixelShift(vertical: 0, horizontal: -1)
      }, background: [-1, -2, -3])
    #expect(result.values == [4, 5, 6, 1, 2, 3, -1, -2, -3])
  }

  @Test func cutoutSetsTheBackground() {
    let result = Self.small.applying(
      transform {
        $0.cutRows = 1..<3
        $0.cutColumns = 0..<2
      })
    #expect(result.values == [1, 2, 3, 4, -1, -1, 7, 8, -1, -1, 11, 12])
  }

  @Test(arguments: [1, 2, 3], [4, 5])
  func quarterTurnsAreExact(channels: Int, side: Int) {
    let image = random(height: side, width: side, channels: channels)
    let last = side - 1
    // Counterclockwise: what was on the right is on top.
    #expect(
      image.applying(transform { $0.rotation = 90 })
        == image.rearranged(height: side, width: side) { ($1, last - $0) })
    #expect(
      image.applying(transform { $0.rotation = -90 })
        == image.rearranged(height: side, width: side) { (last - $1, $0) })
  }

  @Test(arguments: [1, 3])
  func halfTurnsAreExactForAnyShape(channels: Int) {
    let image = random(height: 5, width: 8, channels: channels)
    for angle in [180.0, -180] {
      #expect(
        image.applying(transform { $0.rotation = angle })
          == image.rearranged(height: 5, width: 8) { (4 - $0, 7 - $1) })
    }
    let mirrored = image.applying(
      transform {
        $0.rotation = 180
        $0.isMirrored = true
      })
    #expect(mirrored == image.rearranged(height: 5, width: 8) { (4 - $0, $1) })
  }

  /// By a rotation of nothing, interpolation gives what copying gives.
  @Test func interpolationOfWholePixelsCopies() {
    let image = random(height: 6, width: 7, channels: 1)
    for mirrored in [false, true] {
      for vertical in -5...5 {
        for horizontal in -6...6 {
          var moved = ImageTransform()
          moved.isMirrored = mirrored
          moved.shift = PixelShift(vertical: vertical, horizontal: horizontal)
          var turned = moved
          turned.rotation = 360
          #expect(image.applying(turned) == image.applying(moved))
        }
      }
    }
  }

  @Test func equalsPyTorch() throws {
    var count = 0
    for json in try Golden.read("augmentation").require("images").items ?? [] {
      let shape = try json.require("image").shape()
      let image = Image(
        height: shape[0], width: shape[1], channels: shape[2],
        values: try json.require("image").floats())
      for json in try json.require("cases").items ?? [] {
        var transform = ImageTransform()
        transform.rotation = json["rotation"]?.double ?? 0
        transform.size = json["size"]?.double ?? 1
        transform.isMirrored = json["mirrored"]?.boolean ?? false
        if let shift = json["shift"]?.items?.compactMap(\.integer) {
          transform.shift = PixelShift(vertical: shift[0], horizontal: shift[1])
        }
        let result = image.applying(
          transform, background: [Float](repeating: 0, count: shape[2]))
        let expected = try json.require("result").numbers()
        #expect(largestError(of: result.values, against: expected) < 1e-6, "\(transform)")
        count += 1
      }
    }
    #expect(count == 18)
  }

  /// What is constant stays so at any angle, where the surroundings are the same.
  @Test func backgroundIsSeamless() {
    let image = Image(height: 9, width: 13, values: [Float](repeating: 0.3, count: 9 * 13))
    let result = image.applying(
      transform {
        $0.rotation = 31
        $0.size = 0.7
      }, background: [0.3])
    #expect(result == image)
  }

  @Test func theStepsWithinARangeAreThoseThatAreCounted() {
    var generator = SplitMix64(seed: 8)
    for _ in 0..<20_000 {
      let start = Int.random(in: -20 << 27...20 << 27, using: &generator)
      let step =
        Int.random(in: 0..<4, using: &generator) == 0
        ? 0 : Int.random(in: -2 << 27...2 << 27, using: &generator)
      let count = Int.random(in: 0...30, using: &generator)
      let inside = (0..<count).filter { (0..<9 << 27).contains(start + $0 * step) }
      let steps = FixedPoint.steps(from: start, by: step, within: 9, of: count)
      #expect(Array(steps) == inside)
    }
  }
}

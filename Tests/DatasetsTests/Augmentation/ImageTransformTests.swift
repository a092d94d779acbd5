import Numerics
import Testing

import Datasets

struct ImageTransformTests {
  private func transforms(
    _ count: Int, height: Int = 8, width: Int = 10, seed: UInt64 = 1, epoch: Int = 0,
    _ change: (inout AugmentationConfig) -> Void
  ) -> [ImageTransform] {
    var config = AugmentationConfig()
    change(&config)
    let random = Random(seed: seed, .augmentation, step: epoch)
    return (0..<count).map {
      ImageTransform(config, height: height, width: width, row: $0, random)
    }
  }

  /// Whether a count of draws lies within five standard deviations of what is expected.
  private func isPlausible(_ count: Int, of draws: Int, probability: Double) -> Bool {
    let deviation = (Double(draws) * probability * (1 - probability)).squareRoot()
    return abs(Double(count) - Double(draws) * probability) <= 5 * deviation
  }

  @Test func allShiftsAreEquallyLikely() {
    let draws = 50_000
    let drawn = transforms(draws) { $0.shift = PixelShift(vertical: 1, horizontal: 3) }
    for vertical in -1...1 {
      for horizontal in -3...3 {
        let count = drawn.count {
          $0.shift == PixelShift(vertical: vertical, horizontal: horizontal)
        }
        #expect(isPlausible(count, of: draws, probability: 1 / 21))
      }
    }
    #expect(drawn.allSatisfy { abs($0.shift.vertical) <= 1 && abs($0.shift.horizontal) <= 3 })
  }

  @Test(arguments: [0, 0.2, 0.5, 1])
  func mirroringHasItsProbability(probability: Double) {
    let count = transforms(20_000) { $0.horizontalFlip = probability }.count { $0.isMirrored }
    #expect(isPlausible(count, of: 20_000, probability: probability))
  }

  @Test(arguments: [0, 0.3, 1])
  func turningUpsideDownHasItsProbability(probability: Double) {
    let drawn = transforms(20_000) {
      $0.verticalFlip = probability
      $0.horizontalFlip = 0.5
    }
    let count = drawn.count { $0.rotation == 180 }
    #expect(isPlausible(count, of: 20_000, probability: probability))
    #expect(drawn.allSatisfy { $0.rotation == 0 || $0.rotation == 180 })
    // Both at once are a half turn.
    #expect(
      isPlausible(
        drawn.count { $0.rotation == 180 && !$0.isMirrored }, of: 20_000,
        probability: probability / 2))
  }

  @Test func anglesAndSizesFillTheirRanges() {
    let drawn = transforms(20_000) {
      $0.rotation = 10
      $0.zoom = 0.2
    }
    for quarter in 0..<4 {
      let angles = -10 + 5 * Double(quarter)..<(-5 + 5 * Double(quarter))
      let sizes = 0.8 + 0.1 * Double(quarter)..<(0.9 + 0.1 * Double(quarter))
      let angleCount = drawn.count { angles.contains($0.rotation) }
      let sizeCount = drawn.count { sizes.contains($0.size) }
      #expect(isPlausible(angleCount, of: 20_000, probability: 0.25))
      #expect(isPlausible(sizeCount, of: 20_000, probability: 0.25))
    }
  }

  @Test(arguments: [1, 2, 3, 5, 8])
  func squaresAreCutAroundEveryPixel(side: Int) {
    let drawn = transforms(40_000) { $0.cutout = side }
    let whole = drawn.filter { $0.cutRows.count == side && $0.cutColumns.count == side }
    // The center of a whole square keeps half a side from the border.
    let probability = Double((8 - side + 1) * (10 - side + 1)) / 80
    #expect(isPlausible(whole.count, of: 40_000, probability: probability))
    for transform in drawn {
      #expect(transform.cutRows.clamped(to: 0..<8) == transform.cutRows)
      #expect(transform.cutColumns.clamped(to: 0..<10) == transform.cutColumns)
      #expect(!transform.cutRows.isEmpty && !transform.cutColumns.isEmpty)
    }
  }

  @Test func seedEpochAndExampleDecide() {
    func draw(seed: UInt64 = 1, epoch: Int = 0) -> [ImageTransform] {
      transforms(100, seed: seed, epoch: epoch) {
        $0.rotation = 10
        $0.shift = PixelShift(vertical: 2, horizontal: 2)
      }
    }
    #expect(draw() == draw())
    let all = draw() + draw(seed: 2) + draw(epoch: 1)
    #expect(Set(all.map(\.rotation)).count == 300)
  }

  @Test func whatIsOffStaysOff() {
    #expect(transforms(100) { _ in }.allSatisfy { $0 == ImageTransform() })
  }
}

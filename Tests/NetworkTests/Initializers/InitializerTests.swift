import Configuration
import Network
import Numerics
import TestSupport
import Testing

struct InitializerTests {
  private static let shape = Shape(200, 100)

  /// What the values of an initializer have to look like.
  private struct Expectation {
    let distribution: String
    var mean = 0.0
    var bound: Double?
    let standardDeviation: Double
  }

  private static func expectation(of type: String) throws -> Expectation? {
    switch type {
    case "zeros": return Expectation(distribution: "constant", standardDeviation: 0)
    case "ones": return Expectation(distribution: "constant", mean: 1, standardDeviation: 0)
    case "constant": return Expectation(distribution: "constant", standardDeviation: 0)
    case "uniform":
      return Expectation(
        distribution: "uniform", bound: 0.05, standardDeviation: 0.05 / 3.0.squareRoot())
    case "normal": return Expectation(distribution: "normal", standardDeviation: 0.05)
    case "truncated_normal":
      // The standard deviation of a standard normal that is cut at ±2 is 0.879626.
      return Expectation(
        distribution: "truncated", bound: 0.1, standardDeviation: 0.05 * 0.879_626)
    case "random_signs": return Expectation(distribution: "signs", standardDeviation: 1)
    case "orthogonal":
      // Columns of length 1 in 200 dimensions.
      return Expectation(distribution: "spread", standardDeviation: (1 / 200.0).squareRoot())
    default:
      let cases = try Golden.read("initializers").require("cases").items ?? []
      guard let json = cases.first(where: { $0["name"]?.string == type }) else { return nil }
      return Expectation(
        distribution: try json.require("distribution").string ?? "", bound: json["bound"]?.double,
        standardDeviation: try json.require("standard_deviation").double ?? .nan)
    }
  }

  private func values(
    _ initializer: any Initializer, shape: Shape = shape, parameter: Int = 0
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: shape.count) { buffer, count in
      initializer.fill(
        UnsafeMutableBufferPointer(rebasing: buffer[..<shape.count]), shape: shape,
        fans: Fans(input: 200, output: 100),
        random: Random(seed: 3, .initialization(parameter: parameter)))
      count = shape.count
    }
  }

  @Test(arguments: Initializers.catalog.entries.map(\.type))
  func hasTheDistributionThatTheorySays(type: String) throws {
    let expected = try #require(try Self.expectation(of: type), "no expectation for \(type)")
    let values = values(try Initializers.catalog.codec.value(.string(type))).map(Double.init)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    let largest = values.reduce(0) { max($0, abs($1)) }

    // Five standard errors of the mean, and of the standard deviation √((κ − 1) / 4n).
    let kurtosis = expected.distribution == "uniform" ? 1.8 : 3
    let sigma = expected.standardDeviation
    #expect(abs(mean - expected.mean) <= 5 * sigma / count.squareRoot())
    #expect(
      abs(deviation - sigma) <= 5 * sigma * ((kurtosis - 1) / (4 * count)).squareRoot())
    switch expected.distribution {
    case "uniform":
      let bound = try #require(expected.bound)
      #expect(largest <= bound * (1 + 1e-7))
      #expect(largest > bound * 0.999)
    case "signs": #expect(values.allSatisfy { abs($0) == 1 })
    case "truncated":
      let bound = try #require(expected.bound)
      #expect(largest <= bound && largest > bound * 0.99)
    case "spread": break
    case "normal":
      // 4.55 % lie beyond two standard deviations, and some beyond three: nothing is truncated.
      let beyond = Double(values.count { abs($0) > 2 * sigma }) / count
      #expect(abs(beyond - 0.0455) < 5 * (0.0455 * 0.9545 / count).squareRoot())
      #expect(largest > 3 * sigma)
    default:
      #expect(values.allSatisfy { $0 == expected.mean })
    }
  }

  @Test(arguments: [Shape(200, 100), Shape(30, 70), Shape(3, 3, 8, 16), Shape(1, 5), Shape(6)])
  func orthogonalVectorsAreOrthonormal(shape: Shape) {
    let columns = shape.dimensions.last ?? 1
    let rows = shape.count / columns
    let values = values(Orthogonal(), shape: shape).map(Double.init)
    func vector(_ index: Int) -> [Double] {
      rows < columns
        ? Array(values[index * columns..<(index + 1) * columns])
        : (0..<rows).map { values[$0 * columns + index] }
    }
    let vectors = (0..<min(rows, columns)).map(vector)
    for (i, first) in vectors.enumerated() {
      for (j, second) in vectors.enumerated() {
        let product = zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
        if abs(product - (i == j ? 1 : 0)) > 1e-6 { Issue.record("\(i)·\(j) = \(product)") }
      }
    }
  }

  @Test(arguments: Initializers.catalog.entries.map(\.type).filter { $0 != "orthogonal" })
  func valuesDependOnTheirIndexOnly(type: String) throws {
    let initializer = try Initializers.catalog.codec.value(.string(type))
    let few = values(initializer, shape: Shape(7))
    #expect(bits(few) == bits(values(initializer).prefix(7)))
  }

  @Test func parametersGetNumbersOfTheirOwn() {
    #expect(values(HeNormal(), parameter: 0) != values(HeNormal(), parameter: 1))
  }

  @Test func scaleIsAFactor() throws {
    for entry in Initializers.catalog.entries
    where entry.keys().contains(where: { $0.name == "scale" }) {
      let doubled = try Initializers.catalog.codec.value(
        "{\"type\": \"\(entry.type)\", \"scale\": 2}")
      #expect(bits(values(doubled)) == bits(values(entry.make()).map { 2 * $0 }), "\(entry.type)")
    }
  }

  @Test func keysSetTheDistribution() throws {
    let uniform = values(
      try Initializers.catalog.codec.value(
        "{\"type\": \"uniform\", \"minimum\": 2, \"maximum\": 3}"))
    #expect(uniform.allSatisfy { (2...3).contains($0) })
    let normal = values(
      try Initializers.catalog.codec.value(
        "{\"type\": \"normal\", \"mean\": 10, \"standard_deviation\": 0}"))
    #expect(normal.allSatisfy { $0 == 10 })
    let constant = values(
      try Initializers.catalog.codec.value("{\"type\": \"constant\", \"value\": -0.25}"))
    #expect(constant.allSatisfy { $0 == -0.25 })
  }
}

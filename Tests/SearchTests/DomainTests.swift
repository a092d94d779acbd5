import Search
import Testing

struct DomainTests {
  static let domains: [Domain] = [
    .real(low: -2, high: 3, isLogarithmic: false), .real(low: 1e-6, high: 10, isLogarithmic: true),
    .real(low: 1, high: 1, isLogarithmic: true), .real(low: 1, high: 1, isLogarithmic: false),
    .integer(low: -3, high: 11, step: 7, isLogarithmic: false),
    .integer(low: 1, high: 1024, step: 1, isLogarithmic: true),
    .integer(low: 5, high: 5, step: 1, isLogarithmic: true),
    .integer(low: 2, high: 50, step: 16, isLogarithmic: true), .category(count: 1),
    .category(count: 7),
  ]

  @Test(arguments: domains)
  func valuesComeBackFromTheirPlaces(domain: Domain) {
    for place in 0...200 {
      let value = domain.value(at: Double(place) / 200)
      let again = domain.value(at: domain.unit(of: value))
      #expect(abs(again - value) <= 1e-12 * abs(value))
      #expect(domain.nearest(to: value) == value)
    }
    for odd in [-Double.infinity, -1e300, 1e300, .infinity, .nan] {
      let (value, unit) = (domain.value(at: odd), domain.unit(of: odd))
      #expect(value.isFinite && domain.nearest(to: value) == value)
      #expect(unit >= 0 && unit <= 1)
    }
  }

  @Test func integersHaveEqualParts() {
    let domain = Domain.integer(low: 10, high: 40, step: 10, isLogarithmic: false)
    let counts = (0..<400).reduce(into: [Double: Int]()) {
      $0[domain.value(at: (Double($1) + 0.5) / 400), default: 0] += 1
    }
    #expect(counts == [10: 100, 20: 100, 30: 100, 40: 100])
  }
}

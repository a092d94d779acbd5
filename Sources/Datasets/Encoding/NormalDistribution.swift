import Glibc

/// The standard normal distribution.
package enum NormalDistribution {
  /// The number below which this share of the distribution lies: algorithm AS 241, PPND16 (Wichura 1988),
  /// with about 16 digits.
  ///
  /// - Precondition: the share is above 0 and below 1.
  package static func quantile(_ share: Double) -> Double {
    let center = share - 0.5
    if abs(center) <= central {
      return center * centralRatio.value(centralSquare - center * center)
    }
    let r = (-log(center < 0 ? share : 1 - share)).squareRoot()
    let tail = r <= 5 ? middleRatio.value(r - middleOffset) : farRatio.value(r - 5)
    return center < 0 ? -tail : tail
  }

  /// How far from ½ the shares are that `centralRatio` is for.
  package static let central = 0.425
  package static let centralSquare = 0.180625
  /// Of √(−ln share), where `middleRatio` is for the difference.
  package static let middleOffset = 1.6

  /// Two polynomials whose coefficients begin with the constant.
  package struct Ratio: Sendable {
    package let numerator: [Double]
    package let denominator: [Double]

    func value(_ x: Double) -> Double {
      func value(_ coefficients: [Double]) -> Double {
        coefficients.reversed().reduce(0) { $0 * x + $1 }
      }
      return value(numerator) / value(denominator)
    }
  }

  package static let centralRatio = Ratio(
    numerator: [
      3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3,
      1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
      3.3430575583588128105e4, 2.5090809287301226727e3,
    ],
    denominator: [
      1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
      2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
      5.2264952788528545610e3,
    ])
  package static let middleRatio = Ratio(
    numerator: [
      1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
      3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ],
    denominator: [
      1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
      1.05075007164441684324e-9,
    ])
  private static let farRatio = Ratio(
    numerator: [
      6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
      2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ],
    denominator: [
      1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15,
    ])
}

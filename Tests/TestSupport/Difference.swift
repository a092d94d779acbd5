/// The largest error of numbers, relative to the expected ones where those exceed `floor` and
/// absolute (in units of `floor`) below it. Infinite where the counts differ or a number is not
/// finite.
package func largestError(
  of numbers: some Collection<Float>, against expected: some Collection<Double>, floor: Double = 1
) -> Double {
  guard numbers.count == expected.count else { return .infinity }
  return zip(numbers, expected).reduce(0) { largest, pair in
    let error = abs(Double(pair.0) - pair.1) / max(floor, abs(pair.1))
    return error.isFinite ? max(largest, error) : .infinity
  }
}

/// The bit patterns of numbers, which tell −0 from 0 and one NaN from another.
package func bits(_ numbers: some Sequence<Float>) -> [UInt32] { numbers.map(\.bitPattern) }

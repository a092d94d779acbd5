import Configuration

extension Codec where Value: ConfigObject {
  /// An object, or in its place the one choice that matters most in it.
  static func shortForm<Choice>(
    _ object: Codec, choice make: @escaping @Sendable (Choice) -> Value
  ) -> Codec
  where Choice: RawRepresentable & CaseIterable & Sendable, Choice.RawValue == String {
    let choice = Codec<Choice>.choice
    return Codec(
      form: .either([choice.form, object.form]),
      read: { json, reading in
        guard json.string != nil else { return object.read(json, &reading) }
        let value = choice.read(json, &reading).map(make)
        value?.validate(json, &reading)
        return value
      },
      write: object.write)
  }
}

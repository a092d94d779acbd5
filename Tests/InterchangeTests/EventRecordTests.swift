import Configuration
import EventSupport
import Interchange
import SwiftProtobuf
import Testing

/// The framing of event files, by what others compute.
@Suite struct EventRecordTests {
  /// RFC 3720, appendix B.4, and the check value that catalogs of checksums have.
  @Test func checksumsOfTheStandard() {
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(CRC32C.checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46dd_794e)
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xe306_9283)
    #expect(CRC32C.checksum([]) == 0)
  }

  /// 0xe3069283 rotated by 15 bits is 0x2507c60d.
  @Test func maskedChecksums() {
    #expect(CRC32C.masked(Array("123456789".utf8)) == 0x2507_c60d &+ 0xa282_ead8)
  }

  /// The first record of a file that TensorBoard's own writer made, but for the time, which is 0 here: length,
  /// checksum, contents, checksum.
  @Test func aRecord() {
    let record = EventRecord.bytes(of: [1, 2, 3])
    #expect(record.count == 8 + 4 + 3 + 4)
    #expect(Array(record[..<8]) == [3, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(record[12..<15]) == [1, 2, 3])
    let sums = [8..<12, 15..<19].map { range in
      record[range].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    #expect(sums == [CRC32C.masked(record[..<8]), CRC32C.masked([1, 2, 3])])
  }

  @Test func aTrialAsASession() throws {
    let bytes = try TrialEvents.file(
      trial: 4,
      settings: [
        ("rate", .number(0.5)), ("on", .boolean(true)), ("kind", .string("adam")),
        ("size", .array([.integer(3), .integer(5)])),
      ],
      objectives: ["validation_loss", "size"], curve: [0.7, 0.6], values: [0.6, 3],
      status: .success)
    let events = try EventFile.events(bytes)
    #expect(events.first?.fileVersion == "brain.Event:2")
    #expect(
      EventFile.scalars(events) == [
        .init("epochs/validation_loss", 1, 0.7), .init("epochs/validation_loss", 2, 0.6),
        .init("validation_loss", 2, 0.6), .init("size", 2, 3),
      ])
    let sessions = try EventFile.sessions(events)
    let start = try #require(sessions.first?.sessionStartInfo)
    #expect(start.groupName == "trial 4")
    #expect(start.hparams["rate"]?.numberValue == 0.5)
    #expect(start.hparams["on"]?.boolValue == true)
    #expect(start.hparams["kind"]?.stringValue == "adam")
    // A list would be left out of the columns.
    #expect(start.hparams["size"]?.stringValue == "[3,5]")
    #expect(sessions.last?.sessionEndInfo.status == .success)
  }
}

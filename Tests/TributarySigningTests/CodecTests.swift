// SPDX-License-Identifier: Apache-2.0

import Testing
import TributarySigning

@Suite struct CodecTests {
    /// Source: RFC 4648 section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `Base64 is written and read as RFC 4648 says`(plain: String, text: String) {
        let bytes = Array(plain.utf8)
        let bare = text.filter { $0 != "=" }
        #expect(Base64.encode(bytes) == text)
        #expect(Base64.encode(bytes, padded: false) == bare)
        #expect(Base64.decode(text) == bytes)
        #expect(Base64.decode(text, padding: .optional) == bytes)
        #expect(Base64.decode(bare, padding: .optional) == bytes)
        #expect(Base64.decode(bare, padding: .forbidden) == bytes)
        if bare != text {
            #expect(Base64.decode(bare) == nil)
            #expect(Base64.decode(text, padding: .forbidden) == nil)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "=", "==", "====", "Zm8==", "Zm9v=", "Zm9v====", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n",
        " Zm9v", "Zm9_", "Zm9-", "Zm=v", "Z===", "Zé==", "Zm9v\0",
    ])
    func `text that strict encoding does not write is not Base64`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Zg=", "Zm9v=", "Z", "Zh", "Zm9"])
    func `optional padding is whole or absent and hides no bits`(text: String) {
        #expect(Base64.decode(text, padding: .optional) == nil)
    }

    @Test func `the two alphabets do not mix`() {
        let bytes: [UInt8] = [0xFB, 0xFF, 0xBF]
        #expect(Base64.encode(bytes) == "+/+/")
        #expect(Base64.encode(bytes, .url) == "-_-_")
        #expect(Base64.decode("-_-_", .url) == bytes)
        #expect(Base64.decode("+/+/", .url) == nil)
        #expect(Base64.decode("-_-_") == nil)
    }

    @Test func `every byte survives both codecs`() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes, .url, padded: false), .url, padding: .forbidden) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
        let all = Array(UInt8.min...UInt8.max)
        #expect(Hex.decode(Hex.encode(all)) == all)
        #expect(Base64.decode(Base64.encode(all)) == all)
    }

    @Test(arguments: ["0", "0g", "g0", "0x", " 0", "00\n", "0/", "0:", "0@", "0`", "é"])
    func `text of other characters or odd length is not hexadecimal`(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test func `hexadecimal is read in either case and written in lower case`() {
        #expect(Hex.decode("00fFaB9c") == [0x00, 0xFF, 0xAB, 0x9C])
        #expect(Hex.encode([0x00, 0xFF, 0xAB, 0x9C]) == "00ffab9c")
    }
}

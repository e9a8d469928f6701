// SPDX-License-Identifier: Apache-2.0

import Testing
import TributarySigning

/// Published digests.
///
/// Source: RFC 4231 section 4 (HMAC-SHA-256 and -512, cases 1 to 4, 6 and 7), RFC 2202 section 3 (HMAC-SHA-1),
/// FIPS 180-4 examples ("abc").
@Suite struct HMACTests {
    @Test(
        arguments: [
            (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
        ] as [(HashAlgorithm, String)]
    )
    func `a digest is the published one`(algorithm: HashAlgorithm, expected: String) {
        let digest = algorithm.digest(of: Array("abc".utf8))
        #expect(digest.hexText == expected)
        #expect(digest.count == algorithm.byteCount)
        #expect(Hex.encode(digest.bytes) == expected)
    }

    @Test func `the digest of nothing is the published one`() {
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(HashAlgorithm.sha256.digest(of: []).hexText == expected)
    }

    static let cases: [(key: [UInt8], message: [UInt8], sha256: String, sha512: String)] = [
        (
            Array(repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        ),
        (
            Array(repeating: 0xAA, count: 20), Array(repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
                + "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"
        ),
        (
            Array(1...25), Array(repeating: 0xCD, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
                + "a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"
        ),
        (
            Array(repeating: 0xAA, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
        ),
        (
            Array(repeating: 0xAA, count: 131),
            Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8
            ),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944"
                + "b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"
        ),
    ]

    @Test(arguments: cases.indices)
    func `a keyed digest is the one of RFC 4231`(index: Int) {
        let row = Self.cases[index]
        #expect(HMAC.digest(.sha256, key: row.key, message: row.message).hexText == row.sha256)
        #expect(HMAC.digest(.sha512, key: row.key, message: row.message).hexText == row.sha512)
    }

    @Test func `a keyed digest is the one of RFC 2202`() {
        #expect(
            HMAC.digest(.sha1, key: Array(repeating: 0x0B, count: 20), message: Array("Hi There".utf8)).hexText
                == "b617318655057264e28bc0b6fb378c8ef146be00"
        )
        #expect(
            HMAC.digest(.sha1, key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8)).hexText
                == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        )
    }

    @Test func `an empty key is a key of no bytes`() {
        #expect(
            HMAC.digest(.sha256, key: [], message: []).hexText
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        )
    }

    @Test func `a message in pieces has the digest of the whole`() {
        let message = (0..<4500).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let key = Array("key".utf8)
        let whole = HMAC.digest(.sha256, key: key, message: message)
        for size in [1, 7, 64, 4499] {
            var code = HMAC(.sha256, key: key.span)
            for start in stride(from: 0, to: message.count, by: size) {
                code.update(message.span.extracting(start..<min(start + size, message.count)))
            }
            #expect(code.finish() == whole)
        }
    }

    @Test func `a key used before, another between and an abandoned message leave no trace`() {
        let keys: [[UInt8]] = [Array("key".utf8), [], Array("yek".utf8), Array(repeating: 0xAA, count: 64)]
        let message = Array("message".utf8)
        // RFC 2104, section 2, for keys of at most one block.
        let expected = keys.map { key in
            let padded = key + [UInt8](repeating: 0, count: 64 - key.count)
            let inner = HashAlgorithm.sha256.digest(of: padded.map { $0 ^ 0x36 } + message).bytes
            return HashAlgorithm.sha256.digest(of: padded.map { $0 ^ 0x5C } + inner)
        }
        for turn in 0..<64 {
            // Every other turn visits the keys in order, so that each also follows each, itself included.
            let index = (turn % 2 == 0 ? turn / 2 : turn / 8) % keys.count
            if turn % 3 == 0 {
                let key = keys[index]
                var abandoned = HMAC(.sha256, key: key.span)
                abandoned.update(message.span)
            }
            #expect(HMAC.digest(.sha256, key: keys[index], message: message) == expected[index])
        }
    }

    @Test func `many tasks compute at once without disturbing each other`() async {
        let expected = (0..<64).map { HMAC.digest(.sha256, key: [UInt8($0) + 1], message: [UInt8($0)]) }
        await withTaskGroup(of: (Int, Digest).self) { group in
            for turn in 0..<1024 {
                let index = turn % 64
                group.addTask {
                    (index, HMAC.digest(.sha256, key: [UInt8(index) + 1], message: [UInt8(index)]))
                }
            }
            for await (index, digest) in group { #expect(digest == expected[index]) }
        }
    }

    @Test func `digests are equal only when all bytes are`() {
        let (first, second) = (HashAlgorithm.sha256.digest(of: [1]), HashAlgorithm.sha256.digest(of: [2]))
        #expect(first == HashAlgorithm.sha256.digest(of: [1]))
        #expect(first != second)
        #expect(first != HashAlgorithm.sha1.digest(of: [1]))
        #expect(Set([first, second, first]).count == 2)
        #expect(ConstantTime.equal([], []))
        #expect(!ConstantTime.equal([1], [1, 2]))
        #expect(!ConstantTime.equal([1, 2, 3], [1, 2, 4]))
    }
}

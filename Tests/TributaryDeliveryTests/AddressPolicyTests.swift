// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryDelivery

@Suite struct AddressPolicyTests {
    @Test(arguments: [
        ("8.8.8.8", IPAddress.Reach.global), ("1.1.1.1", .global), ("172.15.255.255", .global), ("172.32.0.0", .global),
        ("100.63.255.255", .global), ("100.128.0.0", .global), ("2606:4700::1111", .global), ("2a00:1450::1", .global),
        ("2002:808:808::1", .global), ("::ffff:8.8.8.8", .global), ("64:ff9b::8.8.8.8", .global),
        ("127.0.0.1", .loopback), ("127.255.255.254", .loopback), ("::1", .loopback), ("::ffff:127.0.0.1", .loopback),
        ("0.0.0.0", .special), ("10.0.0.1", .special), ("100.64.0.1", .special), ("169.254.169.254", .special),
        ("172.16.0.1", .special), ("172.31.255.255", .special), ("192.168.1.1", .special), ("192.0.0.192", .special),
        ("198.18.0.1", .special), ("224.0.0.1", .special), ("255.255.255.255", .special), ("::", .special),
        ("fe80::1", .special), ("fe80::1%eth0", .special), ("fc00::1", .special), ("fd00:ec2::254", .special),
        ("ff02::1", .special), ("::ffff:10.0.0.1", .special), ("::ffff:169.254.169.254", .special),
        ("::10.0.0.1", .special), ("64:ff9b::10.0.0.1", .special), ("64:ff9b::127.0.0.1", .special),
        ("64:ff9b:1::1", .special), ("2002:a00:1::1", .special), ("2002:7f00:1::1", .special),
        ("2001::1", .special), ("2001:db8::1", .special), ("3fff::1", .special), ("100::1", .special),
    ])
    func `every address is known for where it leads`(text: String, reach: IPAddress.Reach) throws {
        #expect(try #require(IPAddress(text)).reach == reach)
    }

    @Test(arguments: ["", "1", "1.2.3", "256.1.1.1", "example.com", ":::", "1.2.3.4.5", "0x7f.1"])
    func `what is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        (AddressPolicy.any, [true, true, true]), (.publicOnly, [true, false, false]),
        (.loopbackAllowed, [true, true, false]),
    ])
    func `a policy permits what its name says`(policy: AddressPolicy, permitted: [Bool]) throws {
        let addresses = try ["8.8.8.8", "127.0.0.1", "169.254.169.254"].map { try #require(IPAddress($0)) }
        #expect(addresses.map { policy.permits($0) } == permitted)
    }
}

// SPDX-License-Identifier: Apache-2.0

import Affitor
import Affonso
import Dub
import FirstPromoter
import Forward
import Foundation
import Lines
import PartnerStack
import PayPal
import Postback
import Refersion
import Segment
import Tapfiliate
import Tolt
import Trackdesk
import Tributary

/// What is compiled into this program.
///
/// A new sink or verifier is one line here.
enum BuiltIn {
    static let sinks: [any SinkPlugin.Type] = [
        AffonsoPlugin.self,
        AffitorPlugin.self,
        TapfiliatePlugin.self,
        DubPlugin.self,
        FirstPromoterPlugin.self,
        ToltPlugin.self,
        PartnerStackPlugin.self,
        RefersionPlugin.self,
        TrackdeskPlugin.self,
        ForwardPlugin.self,
        LinesPlugin.self,
        PostbackPlugin.self,
    ]

    static let verifiers: [any VerifierPlugin.Type] = [
        PayPalPlugin.self,
        SegmentPlugin.self,
    ]

    /// The plugins, with mappings from a folder going before those that ship.
    ///
    /// - Parameter folder: Has one folder for each provider, as in `Mappings/`: `NAME/NAME.json`.
    /// - Returns: Sinks, verifiers and mappings.
    static func plugins(mappingsFolder folder: String?) -> Plugins {
        var plugins = Plugins(sinks: sinks, verifiers: verifiers) { name in
            if let folder {
                let path = "\(folder)/\(name)/\(name).json"
                if let data = FileManager.default.contents(atPath: path) { return (Array(data), path) }
            }
            return Plugins.shippedMapping(name)
        }
        guard let folder else { return plugins }
        let shipped = plugins.fixture
        plugins.fixture = { name, path in
            // The fixtures of a mapping are those beside it: never a mixture of both.
            guard FileManager.default.fileExists(atPath: "\(folder)/\(name)/\(name).json") else {
                return shipped(name, path)
            }
            return FileManager.default.contents(atPath: "\(folder)/\(name)/\(path)").map { Array($0) }
        }
        return plugins
    }
}

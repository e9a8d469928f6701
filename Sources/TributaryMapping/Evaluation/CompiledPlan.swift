// SPDX-License-Identifier: Apache-2.0

/// What carrying out a plan needs, behind one reference.
final class CompiledPlan: Sendable {
    let provider: String
    let body: BodyForm
    let envelope: PlannedEnvelope
    let currencies: CurrencyTable
    let types: TypeTable
    let program: Program

    init(
        provider: String,
        body: BodyForm,
        envelope: PlannedEnvelope,
        currencies: CurrencyTable,
        types: TypeTable,
        program: Program
    ) {
        self.provider = provider
        self.body = body
        self.envelope = envelope
        self.currencies = currencies
        self.types = types
        self.program = program
    }

    /// The same plan with other currencies.
    func with(_ currencies: CurrencyTable) -> CompiledPlan {
        CompiledPlan(
            provider: provider,
            body: body,
            envelope: envelope,
            currencies: currencies,
            types: types,
            program: program
        )
    }
}

/// Where a webhook says what it is, as operations; -1 where it does not say.
struct PlannedEnvelope: Sendable {
    let id: Int32
    let type: Int32
    let time: Int32
    let live: Int32
    let api: Int32

    /// How many of them there are.
    let count: Int

    /// The selectors that begin at a batch's entry.
    let scope: SelectorScope

    init(_ envelope: Envelope, _ builder: inout ProgramBuilder) {
        var numbering = SelectorNumbering(FoundNodes.node)
        id = envelope.id.map { builder.add($0, &numbering) } ?? -1
        type = builder.add(envelope.type, &numbering)
        time = envelope.time.map { builder.add($0, &numbering) } ?? -1
        live = envelope.live.map { builder.add($0, &numbering) } ?? -1
        api = envelope.api.map { builder.add($0, &numbering) } ?? -1
        count = [id, type, time, live, api].count { $0 >= 0 }
        scope = SelectorScope(number: 0, paths: numbering.paths)
    }
}

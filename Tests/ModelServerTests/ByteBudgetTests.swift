import Testing

@testable import ModelServer

@Suite struct ByteBudgetTests {
    @Test func `what was taken is missing until it is given back`() {
        let budget = ByteBudget(10)
        #expect(budget.take(6))
        #expect(!budget.take(5))
        #expect(budget.take(4))
        #expect(!budget.take(1))
        budget.give(6)
        #expect(budget.take(6))
    }
}

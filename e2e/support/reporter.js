// Prints one line in cargo's form, so that `cargo xtask test` counts all tests in the same way.
export default class ResultLine {
  onBegin(config, suite) {
    this.suite = suite;
  }

  onEnd(result) {
    const count = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
    for (const test of this.suite.allTests()) count[test.outcome()] += 1;
    // A test that passes only at the second try has failed.
    const failed = count.unexpected + count.flaky;
    const verdict = result.status === "passed" ? "ok" : "FAILED";
    console.log(`test result: ${verdict}. ${count.expected} passed; ${failed} failed; ${count.skipped} ignored`);
  }
}

// SPDX-License-Identifier: Apache-2.0
// Catch2's main, compiled once, with a reporter of our own, "cases": TAP with one line a test case.
// (Catch2's own TAP reporter prints a line an assertion, so its counts say nothing about cases.)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#include <sstream>

namespace {

class CaseReporter : public Catch::StreamingReporterBase<CaseReporter> {
 public:
  using StreamingReporterBase::StreamingReporterBase;
  static std::string getDescription() { return "TAP, one line a test case"; }

  void assertionStarting(const Catch::AssertionInfo&) override {}
  bool assertionEnded(const Catch::AssertionStats& stats) override {
    const Catch::AssertionResult& result = stats.assertionResult;
    if (result.isOk()) return true;
    notes_ << "# " << result.getSourceInfo() << ": " << result.getExpressionInMacro();
    if (result.hasExpandedExpression())
      notes_ << " with " << one_line(result.getExpandedExpression());
    if (result.hasMessage()) notes_ << ": " << one_line(std::string(result.getMessage()));
    notes_ << "\n";
    for (const Catch::MessageInfo& info : stats.infoMessages)
      notes_ << "#   " << one_line(info.message) << "\n";
    return true;
  }
  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    const bool passed = stats.totals.testCases.failed == 0;
    stream << (passed ? "ok " : "not ok ") << ++number_ << " - " << one_line(stats.testInfo.name)
           << "\n"
           << notes_.str() << std::flush;
    notes_.str("");
    StreamingReporterBase::testCaseEnded(stats);
  }
  void testRunEnded(const Catch::TestRunStats& stats) override {
    stream << "1.." << number_ << std::endl;
    StreamingReporterBase::testRunEnded(stats);
  }

 private:
  // '#' would end a TAP description.
  static std::string one_line(std::string text) {
    for (char& c : text)
      if (c == '\n' || c == '#') c = ' ';
    return text;
  }

  size_t number_ = 0;
  std::ostringstream notes_;
};

CATCH_REGISTER_REPORTER("cases", CaseReporter)

}  // namespace

// SPDX-License-Identifier: Apache-2.0
// What inspecting one PDU costs, protocol by protocol: an exchange (talks.h) through the step of
// the dataplane's stack, over and over, in one flow whose state is warm; and a request that is
// refused: the step and the protocol's own words for it.
//
//   inspect_bench [--seconds S] [--only PART-OF-NAME]      a JSON line per row
//
// A row is void unless its bytes are taken whole and without fault, the operation that it claims is
// told first, nothing is unknown, and each exchange tells as many operations as the first one did.
// So is a refusal without an answer, and a stack of the dataplane without a row. Exit status 1 when
// anything is void.
#include <x86intrin.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "inspect/stack.h"
#include "micro/talks.h"
#include "stack_state.h"
#include "support/arguments.h"
#include "support/measure.h"

namespace {

using namespace bulkhead;
using bench::Meter, bench::Report, bench::Talk;
using dataplane::Stack, dataplane::Step;

// Exchanges between two looks at the clock; the state is put back to the opened connection before
// each lot, so that a row measures the same however long it runs.
constexpr uint32_t kRounds = 64;

struct Pdu {
  wire::Side side;
  std::vector<uint8_t> bytes;
};

std::vector<Pdu> parse(std::string_view text) {
  std::vector<Pdu> out;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ' ') continue;
    if (c == '>' || c == '<') {
      out.push_back({c == '>' ? wire::Side::kRequest : wire::Side::kResponse, {}});
      continue;
    }
    const std::string digits(text.substr(at++, 2));
    out.back().bytes.push_back(static_cast<uint8_t>(std::strtoul(digits.c_str(), nullptr, 16)));
  }
  return out;
}

class Counter final : public wire::OperationSink {
 public:
  void told() noexcept override { ++count; }
  uint64_t count = 0;
};

// Keeps what an exchange is about, and whether all of it was understood.
class Examiner final : public wire::OperationSink {
 public:
  void told() noexcept override {
    if (count++ == 0)
      first = std::string(to_string(operation.app)) + ' ' + std::string(operation.name);
    strange |= operation.name == "unknown" || operation.is_exception || operation.opaque;
  }
  uint64_t count = 0;
  std::string first;
  bool strange = false;
};

void print_void(const std::string& name, const std::string& why) {
  Report report;
  report.name = name;
  report.claim(false, why);
  bench::print(report);
}

class Row {
 public:
  Row(const Talk& talk, const Stack& stack)
      : talk_(talk), stack_(stack), opened_(stack), state_(stack), sink_(new Counter) {
    const std::vector<Pdu> exchange = parse(talk.exchange);
    for (uint32_t round = 0; round < kRounds; ++round)
      for (const Pdu& pdu : exchange) {
        pdus_.push_back(pdu);
        if (talk.number != nullptr) talk.number(pdus_.back().bytes, round);
      }
    each_ = exchange.size();
    for (const Pdu& pdu : parse(talk.opening)) faults_ += step(opened_, pdu, *sink_);
    begin_lot();
    const auto examiner = std::make_unique<Examiner>();  // large
    for (const Pdu& pdu : exchange) faults_ += step(state_, pdu, *examiner);
    per_exchange_ = examiner->count;
    const std::string asked = std::string(to_string(talk.app)) + ' ' + std::string(talk.asked);
    if (examiner->first != asked) broken_ = "it told " + examiner->first + " for " + asked;
    if (examiner->strange) broken_ = "it told what is unknown, refused or opaque";
  }

  bool exchanges(double seconds) {
    Meter meter(1);
    uint64_t lots = 0, told = 0;
    for (meter.start(seconds); !meter.done(); ++lots) {
      begin_lot();
      const uint64_t from = __rdtsc();
      for (const Pdu& pdu : pdus_) faults_ += step(state_, pdu, *sink_);
      meter.add(pdus_.size(), __rdtsc() - from);
      told += sink_->count;
    }
    Report report;
    finish(report, meter, "");
    report.claim(told == lots * kRounds * per_exchange_ && told != 0, "operations were not told");
    size_t bytes = 0;
    for (const Pdu& pdu : pdus_) bytes += pdu.bytes.size();
    report.extra.emplace_back("bytes_per_pdu", ratio(bytes, pdus_.size()));
    report.extra.emplace_back("operations_per_pdu", ratio(per_exchange_, each_));
    bench::print(report);
    return report.valid;
  }

  // The first PDU alone, refused each time: its answer never comes.
  bool refusals(double seconds) {
    if (!talk_.has_words) return true;
    if (stack_.refuse == nullptr) {
      print_void("inspect-" + std::string(talk_.name) + "-refused", "the stack refuses nothing");
      return false;
    }
    Meter meter(1);
    uint64_t lots = 0, answered = 0;
    for (meter.start(seconds); !meter.done(); ++lots) {
      begin_lot();
      const uint64_t from = __rdtsc();
      for (size_t i = 0; i < pdus_.size(); i += each_) {
        faults_ += step(state_, pdus_[i], *sink_);
        answered += refuse(pdus_[i]) != 0;
      }
      meter.add(kRounds, __rdtsc() - from);
    }
    Report report;
    finish(report, meter, "-refused");
    report.claim(answered == lots * kRounds && answered != 0, "not every request had an answer");
    bench::print(report);
    return report.valid;
  }

 private:
  static double ratio(size_t a, size_t b) {
    return static_cast<double>(a) / static_cast<double>(b);
  }
  void begin_lot() {
    stack_.copy(state_.get(), opened_.get());
    sink_->count = 0;
  }
  // Whether a fault came, or bytes stayed behind the last whole frame. A Fox message is a frame a
  // line; all others are one.
  bool step(test::StackState& state, const Pdu& pdu, wire::OperationSink& sink) noexcept {
    std::span<const uint8_t> rest = pdu.bytes;
    while (!rest.empty()) {
      const Step one = stack_.step(state.get(), pdu.side, rest, sink);
      if (one.fault.kind != wire::FaultKind::kNone || one.frame.empty()) return true;
      rest = rest.subspan(one.taken);
    }
    return false;
  }
  size_t refuse(const Pdu& pdu) noexcept {
    return stack_.refuse(state_.get(), pdu.side, pdu.bytes, sink_->operation, words_);
  }
  void finish(Report& report, Meter& meter, const std::string& suffix) {
    report.name = "inspect-" + std::string(talk_.name) + suffix;
    meter.finish(report);
    report.mpps = report.tsc_hz / report.cycles_median / 1e6;  // of the timed steps
    report.extra.emplace_back("ns_per_pdu", 1e3 / report.mpps);
    report.claim(broken_.empty(), broken_);
    report.claim(faults_ == 0, "a fault, or a PDU that is not whole");
  }

  const Talk& talk_;
  const Stack& stack_;
  test::StackState opened_, state_;
  std::unique_ptr<Counter> sink_;  // large
  std::array<uint8_t, wire::kLongestRefusal> words_;
  std::vector<Pdu> pdus_;  // kRounds exchanges
  size_t each_ = 0;        // PDUs of an exchange
  uint64_t per_exchange_ = 0;
  uint64_t faults_ = 0;
  std::string broken_;
};

// Each stack has a row; returns whether.
bool all_have_rows() {
  bool all = true;
  for (const Stack& stack : dataplane::stacks()) {
    bool found = false;
    for (const Talk& talk : bench::talks())
      found |= talk.stack == stack.app && talk.protocol == stack.protocol;
    if (found) continue;
    all = false;
    print_void(
        "inspect-" + std::string(to_string(stack.app)) + "-" + std::to_string(stack.protocol),
        "no PDUs of this stack (talks.cpp)");
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv, {{"seconds", "0.3"}, {"only", ""}},
                                   "usage: inspect_bench [--seconds S] [--only PART-OF-NAME]\n");
  const double seconds = arguments.real("seconds");
  bool good = all_have_rows();
  for (const Talk& talk : bench::talks()) {
    if (talk.name.find(arguments.text("only")) == std::string_view::npos) continue;
    const Stack* const stack = dataplane::stack_for(talk.stack, talk.protocol);
    if (stack == nullptr || talk.exchange.empty()) {
      print_void("inspect-" + std::string(talk.name), "no such stack, or no PDUs");
      good = false;
      continue;
    }
    Row row(talk, *stack);
    good &= row.exchanges(seconds);
    good &= row.refusals(seconds);
  }
  return good ? 0 : 1;
}

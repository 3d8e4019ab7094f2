// SPDX-License-Identifier: Apache-2.0
// Every TCP conversation of captures, through the dataplane's stacks, cut in other ways than it
// was: what is told, and where it ends, must not depend on it. TAP, one line a capture.
//
// Usage: resegment CAPTURE...
#include <fmt/format.h>

#include <filesystem>
#include <random>

#include "captured_streams.h"
#include "stack_state.h"

namespace {

using namespace bulkhead;
using namespace bulkhead::dataplane;
using namespace bulkhead::differential;
using wire::Side;

constexpr size_t kSmallTurn = 64;    // bytes: cut at every place
constexpr size_t kSmallTurns = 500;  // of one conversation
constexpr int kRandomCuts = 3;

class Listener final : public wire::OperationSink {
 public:
  void told() noexcept override {
    const wire::Operation& op = operation;
    said += fmt::format("{} {} {} {} {} {}", to_string(op.app), op.code, to_string(op.cls), op.unit,
                        op.request_id, op.is_exception);
    for (const wire::PointRange& point : op.points)
      said += fmt::format(" {}-{}.{}{}{}", point.first, point.last, point.detail, point.scope,
                          point.name);
    for (const wire::ValueView& view : op.values)
      for (const uint8_t byte : view.bytes) said += fmt::format("{:02x}", byte);
    said += '\n';
  }
  std::string said;
};

// One run of a stack over a conversation. A fault ends it, as it ends a flow.
class Run {
 public:
  explicit Run(const Stack& stack) : stack_(stack), state_(stack) {}
  void copy_from(Run& other) { stack_.copy(state_.get(), other.state_.get()); }
  bool feed(Side side, std::span<const uint8_t> bytes) {
    if (over_) return false;
    const wire::Fault fault = stack_.feed(state_.get(), side, bytes, listener_);
    if (fault.kind == wire::FaultKind::kNone) return true;
    listener_.said += fmt::format("{} at {}\n", to_string(fault.kind), fault.offset);
    over_ = true;
    return false;
  }
  std::string& said() { return listener_.said; }

 private:
  const Stack& stack_;
  test::StackState state_;
  Listener listener_;
  bool over_ = false;
};

struct Tally {
  uint64_t conversations = 0, operations = 0, cuts = 0;
  std::vector<std::string> differences;
} tally;

std::string run_whole(const Stack& stack, const std::vector<Turn>& turns) {
  Run run(stack);
  for (const Turn& turn : turns) run.feed(turn.side, turn.bytes);
  return run.said();
}

std::string run_cut(const Stack& stack, const std::vector<Turn>& turns, auto&& length) {
  Run run(stack);
  for (const Turn& turn : turns) {
    std::span<const uint8_t> rest = turn.bytes;
    while (!rest.empty()) {
      const auto piece = rest.first(std::min<size_t>(rest.size(), length()));
      ++tally.cuts;
      run.feed(turn.side, piece);
      rest = rest.subspan(piece.size());
    }
  }
  return run.said();
}

void differs(const Stack& stack, const std::string& how, const std::string& whole,
             const std::string& cut) {
  size_t at = 0;
  while (at < std::min(whole.size(), cut.size()) && whole[at] == cut[at]) ++at;
  const size_t line = whole.rfind('\n', at) == std::string::npos ? 0 : whole.rfind('\n', at) + 1;
  tally.differences.push_back(fmt::format("{} {}: '{}' became '{}'", to_string(stack.app), how,
                                          whole.substr(line, 120), cut.substr(line, 120)));
}

// Each small turn cut in two at each place, from the state that it found.
void cut_everywhere(const Stack& stack, const std::vector<Turn>& turns) {
  Run run(stack), trial(stack);
  size_t done = 0;
  for (const Turn& turn : turns) {
    const size_t before = run.said().size();
    const bool small = turn.bytes.size() <= kSmallTurn && done < kSmallTurns;
    Run start(stack);
    if (small) start.copy_from(run);
    const bool goes_on = run.feed(turn.side, turn.bytes);
    const std::string whole = run.said().substr(before);
    for (size_t cut = 1; small && cut < turn.bytes.size(); ++cut) {
      Run two(stack);
      two.copy_from(start);
      const std::span<const uint8_t> bytes = turn.bytes;
      if (two.feed(turn.side, bytes.first(cut))) two.feed(turn.side, bytes.subspan(cut));
      ++tally.cuts;
      if (two.said() != whole) differs(stack, fmt::format("cut at {}", cut), whole, two.said());
    }
    done += small ? 1 : 0;
    if (!goes_on) return;
  }
}

void hold_against_cuts(const Stack& stack, const std::vector<Turn>& turns) {
  if (turns.empty()) return;
  const std::string whole = run_whole(stack, turns);
  ++tally.conversations;
  tally.operations += static_cast<uint64_t>(std::ranges::count(whole, '\n'));
  const auto check = [&](const std::string& how, const std::string& cut) {
    if (cut != whole) differs(stack, how, whole, cut);
  };
  check("joined", run_whole(stack, joined(turns)));
  check("byte by byte", run_cut(stack, turns, [] { return size_t{1}; }));
  std::mt19937 random(1);
  for (int i = 0; i < kRandomCuts; ++i)
    check("at random", run_cut(stack, turns, [&] { return size_t{1 + random() % 40}; }));
  cut_everywhere(stack, turns);
}

bool resegment(const std::string& path) {
  const auto read = each_stream(path, hold_against_cuts);
  if (!read) tally.differences.push_back(read.error().sentence);
  return read.ok();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print("1..0 # SKIP no captures\n");
    return 0;
  }
  fmt::print("1..{}\n", argc - 1);
  bool good = true;
  for (int i = 1; i < argc; ++i) {
    tally = {};
    const bool read = resegment(argv[i]);
    const bool ok = read && tally.differences.empty();
    good &= ok;
    fmt::print("{} {} - resegment: {}, {} conversations, {} operations, {} pieces\n",
               ok ? "ok" : "not ok", i, std::filesystem::path(argv[i]).filename().string(),
               tally.conversations, tally.operations, tally.cuts);
    for (size_t d = 0; d < std::min<size_t>(tally.differences.size(), 5); ++d)
      fmt::print("# {}\n", tally.differences[d]);
  }
  return good ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
// The TCP conversations of captures, spoken by two model ends through the whole pipeline: what is
// decided, and which bytes arrive, must not depend on how their segments are cut, repeated or
// reordered. TAP, one line a capture.
//
// Bounded: the first kMostStreams conversations of a capture, kMostBytes of each.
// Usage: replay_streams CAPTURE...
#include <fmt/format.h>

#include <filesystem>
#include <random>

#include "captured_streams.h"
#include "image/compile.h"
#include "small_gateway.h"
#include "stack_state.h"
#include "wire/apps/vocabulary.h"

namespace {

using namespace bulkhead;
using namespace bulkhead::dataplane;
using namespace bulkhead::differential;
using wire::Side;

constexpr size_t kMostStreams = 20;
// Less than a window: of a side whose every byte is refused the other hears nothing, and opens its
// window no further.
constexpr size_t kMostBytes = 60'000;
constexpr size_t kSegment = 1400;
constexpr size_t kUnderWay = 8000;  // at once: windows and rings take it
constexpr uint16_t kPort = 4000;    // of the service, whatever the protocol
constexpr int kMostRepeats = 40;    // of what is not acknowledged

// --- policies ---

policy::Service service_of(wire::App app, const std::vector<wire::OperationClass>& classes) {
  policy::Service out{wire::ip_protocol::kTcp, {{kPort, kPort}}, app, {}};
  const wire::Vocabulary& words = *wire::vocabulary_of(app);
  for (const wire::OperationClass cls : classes) {
    policy::OperationRule rule;
    rule.cls = cls;
    out.allow.push_back(rule);
    if (words.last_near_unit == 0) continue;
    rule.units = {{0, words.last_unit}};  // those further away must be named
    out.allow.push_back(rule);
  }
  return out;
}

// Everything of a stack's protocols, or nothing but sessions.
std::vector<uint8_t> image_for(const Stack& stack, bool everything) {
  std::vector<wire::OperationClass> classes{wire::OperationClass::kSession};
  for (unsigned i = 1; everything && i < wire::kOperationClassCount; ++i)
    if (const auto cls = static_cast<wire::OperationClass>(i); cls != classes[0])
      classes.push_back(cls);
  std::vector<policy::Service> services;
  for (const wire::Vocabulary& words : wire::vocabularies())
    if (wire::stack_of(words.app) == stack.app) services.push_back(service_of(words.app, classes));
  auto image = image::compile(test::policy_of(services), {"gw", 1, 0});
  if (!image) BH_FATAL(image.error().sentence.c_str());
  return *image;
}

const std::vector<uint8_t>& image_of(const Stack& stack, bool everything) {
  static std::map<std::pair<const Stack*, bool>, std::vector<uint8_t>> made;
  auto& image = made[{&stack, everything}];
  if (image.empty()) image = image_for(stack, everything);
  return image;
}

// --- what an end does with its bytes ---

struct Piece {
  size_t from = 0, size = 0;  // of what it has to say
};

using Pieces = std::vector<Piece>;
// How bytes [from, to) are sent.
using Cutting = std::function<Pieces(size_t from, size_t to)>;

Pieces cut(size_t from, size_t to, auto&& length) {
  Pieces out;
  while (from < to) {
    out.push_back({from, std::min<size_t>(length(), to - from)});
    from += out.back().size;
  }
  return out;
}

Pieces whole(size_t from, size_t to) {
  return cut(from, to, [] { return kSegment; });
}
Cutting at_random(uint32_t seed) {
  return [random = std::mt19937(seed)](size_t from, size_t to) mutable {
    return cut(from, to, [&] { return size_t{1 + random() % 60}; });
  };
}
Pieces twice(size_t from, size_t to) {
  Pieces out;
  for (const Piece& piece : whole(from, to)) out.insert(out.end(), 2, piece);
  return out;
}
// Each begins with the end of the one before it.
Pieces overlapping(size_t from, size_t to) {
  Pieces out = cut(from, to, [] { return size_t{100}; });
  for (size_t i = 0; i < out.size(); ++i) {
    const size_t back = std::min<size_t>(out[i].from, 37);
    out[i].from -= back;
    out[i].size += back;
  }
  return out;
}
// Each pair the other way round.
Pieces swapped(size_t from, size_t to) {
  Pieces out = cut(from, to, [] { return size_t{70}; });
  for (size_t i = 0; i + 1 < out.size(); i += 2) std::swap(out[i], out[i + 1]);
  return out;
}

// --- a run ---

struct Outcome {
  std::string events;  // of what was refused, and why the flow ended
  uint64_t allowed = 0, refused = 0, conflicts = 0;
  bool reset = false;
  std::array<Bytes, 2> arrived;  // at the server, at the client
};

class Run {
 public:
  Run(const Stack& stack, bool everything)
      : memory_(sync::ring_bytes(kEvents, sizeof(telemetry::EventRecord)) + 64),
        gateway_(image_of(stack, everything), make_ring()) {
    ends_[0].isn = ends_[1].peer_isn = test::kClientIsn;
    ends_[1].isn = ends_[0].peer_isn = test::kServerIsn;
    put(0, wire::tcp_flag::kSyn, test::kClientIsn, {});
    put(1, wire::tcp_flag::kSyn | wire::tcp_flag::kAck, test::kServerIsn, {});
    put(0, wire::tcp_flag::kAck, test::kClientIsn + 1, {});
    opened_ = gateway_.counters.flows_created.load() == 1 && !outcome_.reset;
  }

  // One side says all of a turn and repeats what gets lost.
  void say(const Turn& turn, const Cutting& cutting) {
    const size_t side = turn.side == Side::kRequest ? 0 : 1;
    for (size_t at = 0; at < turn.bytes.size(); at += kUnderWay) {
      const size_t size = std::min(kUnderWay, turn.bytes.size() - at);
      say(side, std::span(turn.bytes).subspan(at, size), cutting);
    }
    gateway_.wait_s(1);
  }
  void say(size_t side, std::span<const uint8_t> bytes, const Cutting& cutting) {
    End& end = ends_[side];
    const size_t from = end.out.size();
    end.out.insert(end.out.end(), bytes.begin(), bytes.end());
    for (const Piece& piece : cutting(from, end.out.size())) send(side, piece);
    for (int i = 0; i < kMostRepeats && end.acked < end.out.size() && !outcome_.reset; ++i)
      for (const Piece& piece : whole(end.acked, end.out.size())) send(side, piece);
  }
  // One side says a turn, the first byte of which the other has not acknowledged when it is said
  // again, and is another.
  void contradict(const Turn& turn) {
    const size_t side = turn.side == Side::kRequest ? 0 : 1;
    End& end = ends_[side];
    const size_t from = end.out.size();
    end.out.insert(end.out.end(), turn.bytes.begin(), turn.bytes.end());
    ends_[1 - side].silent = true;
    const Piece first{from, std::min(turn.bytes.size(), kSegment)};
    send(side, first);
    end.out[from] ^= 0x5a;
    send(side, first);
  }
  Outcome outcome() {
    telemetry::EventRecord e;
    while (events_.pop(e)) outcome_.events += line_of(e);
    outcome_.allowed = gateway_.counters.operations_allowed.load();
    outcome_.refused = gateway_.counters.operations_refused.load();
    outcome_.conflicts =
        gateway_.counters.drops[static_cast<size_t>(DropReason::kStreamConflict)].load();
    outcome_.arrived = {ends_[1].in, ends_[0].in};
    if (!opened_) outcome_.events += "not opened\n";
    return outcome_;
  }

 private:
  static constexpr uint32_t kEvents = 1024;
  struct End {
    uint32_t isn = 0, peer_isn = 0;
    Bytes out, in;
    size_t acked = 0;     // of `out`
    bool silent = false;  // acknowledges nothing
  };

  EventRing* make_ring() {
    auto at = reinterpret_cast<uintptr_t>(memory_.data());
    const std::span<std::byte> bytes{memory_.data() + (64 - at % 64) % 64, memory_.size() - 64};
    if (!sync::create_ring(bytes, kEvents, sizeof(telemetry::EventRecord)))
      BH_FATAL("no ring of events");
    ring_ = *EventRing::attach(bytes);
    events_ = *sync::RingConsumer<telemetry::EventRecord>::attach(bytes);
    return &ring_;
  }
  static std::string line_of(const telemetry::EventRecord& e) {
    return fmt::format("{} {} app {} class {} code {} unit {} points {}:{}-{} value {} fault {}\n",
                       e.kind, to_string(static_cast<DropReason>(e.reason)), e.app,
                       e.operation_class, e.operation_code, e.unit, e.point_type, e.point_first,
                       e.point_last, e.value, e.fault);
  }

  void send(size_t side, const Piece& piece) {
    const End& end = ends_[side];
    put(side, wire::tcp_flag::kAck, end.isn + 1 + static_cast<uint32_t>(piece.from),
        std::span(end.out).subspan(piece.from, piece.size));
  }
  void put(size_t side, int flags, uint32_t seq, std::span<const uint8_t> bytes) {
    if (outcome_.reset) return;
    const End& end = ends_[side];
    const uint32_t expects = end.peer_isn + 1 + static_cast<uint32_t>(end.in.size());
    const Bytes frame =
        test::segment({side == 0, static_cast<uint8_t>(flags), seq, expects, 0xffff, kPort}, bytes);
    side == 0 ? gateway_.receive(frame) : gateway_.receive_from_plc(frame);
    carry();
  }
  // Until nothing is on its way any more.
  void carry() {
    for (bool moved = true; moved;) {
      moved = false;
      std::array<std::vector<Bytes>, 2> frames{gateway_.towards_hmi(), gateway_.towards_plc()};
      for (size_t side = 0; side < 2; ++side)
        for (const Bytes& frame : frames[side]) moved |= take(side, frame);
    }
  }
  // True: it was answered.
  bool take(size_t side, const Bytes& frame) {
    End& end = ends_[side];
    wire::Frame f;
    if (wire::parse_frame(frame, f).kind != wire::FaultKind::kNone ||
        !wire::transport_checksum_ok(frame, f.ip))
      BH_FATAL("the gateway sent a wrong frame");
    if ((f.ip.tcp_flags & wire::tcp_flag::kRst) != 0) outcome_.reset = true;
    if ((f.ip.tcp_flags & (wire::tcp_flag::kRst | wire::tcp_flag::kSyn)) != 0) return false;
    const auto heard = static_cast<int32_t>(f.ip.tcp_ack - end.isn - 1);
    if (heard > static_cast<int32_t>(end.acked)) end.acked = static_cast<size_t>(heard);
    const uint32_t at = f.ip.tcp_seq - end.peer_isn - 1;
    if (f.ip.payload_length == 0 || at > end.in.size()) return false;
    const size_t known = end.in.size() - at;
    if (known < f.ip.payload_length)
      end.in.insert(end.in.end(), frame.begin() + f.ip.payload_offset + static_cast<long>(known),
                    frame.begin() + f.ip.payload_offset + f.ip.payload_length);
    if (end.silent || outcome_.reset) return false;
    const Bytes ack = test::segment(
        {side == 0, wire::tcp_flag::kAck, end.isn + 1 + static_cast<uint32_t>(end.out.size()),
         end.peer_isn + 1 + static_cast<uint32_t>(end.in.size()), 0xffff, kPort},
        {});
    side == 0 ? gateway_.receive(ack) : gateway_.receive_from_plc(ack);
    return true;
  }

  std::vector<std::byte> memory_;
  EventRing ring_;
  sync::RingConsumer<telemetry::EventRecord> events_;
  test::SmallGateway gateway_;
  std::array<End, 2> ends_;
  Outcome outcome_;
  bool opened_ = false;
};

// --- what is held against what ---

struct Tally {
  uint64_t streams = 0, runs = 0, allowed = 0, refused = 0, ended = 0, conflicts = 0;
  std::vector<std::string> differences;
} tally;

Outcome play(const Stack& stack, const std::vector<Turn>& turns, bool everything,
             const Cutting& cutting) {
  Run run(stack, everything);
  for (const Turn& turn : turns) run.say(turn, cutting);
  ++tally.runs;
  return run.outcome();
}

void differs(const Stack& stack, const std::string& how, const std::string& what) {
  tally.differences.push_back(
      fmt::format("{} stream {} {}: {}", to_string(stack.app), tally.streams, how, what));
}

std::string first_line_that_differs(const std::string& a, const std::string& b) {
  size_t at = 0;
  while (at < std::min(a.size(), b.size()) && a[at] == b[at]) ++at;
  const size_t line = at == 0 ? 0 : a.rfind('\n', at - 1) + 1;
  const auto one = [&](const std::string& s) { return s.substr(line, s.find('\n', line) - line); };
  return fmt::format("'{}' became '{}'", one(a), one(b));
}

void compare(const Stack& stack, const std::string& how, const Outcome& a, const Outcome& b) {
  if (a.events != b.events) differs(stack, how, first_line_that_differs(a.events, b.events));
  if (a.allowed != b.allowed || a.refused != b.refused)
    differs(stack, how,
            fmt::format("{} allowed and {} refused became {} and {}", a.allowed, a.refused,
                        b.allowed, b.refused));
  if (a.reset != b.reset)
    differs(stack, how, a.reset ? "was reset, then not" : "was not reset, then was");
  // A segment that ends the flow takes with it what else it carried.
  if (!a.reset && a.arrived != b.arrived)
    differs(stack, how,
            fmt::format("{} and {} bytes arrived, then {} and {}", a.arrived[0].size(),
                        a.arrived[1].size(), b.arrived[0].size(), b.arrived[1].size()));
}

// Of what a conversation's side said.
Bytes said_by(const std::vector<Turn>& turns, Side side) {
  Bytes out;
  for (const Turn& turn : turns)
    if (turn.side == side) out.insert(out.end(), turn.bytes.begin(), turn.bytes.end());
  return out;
}

// Where nothing was refused, what arrives is the front of what was said.
void check_bytes(const Stack& stack, const std::string& how, const std::vector<Turn>& turns,
                 const Outcome& outcome) {
  for (const Side side : {Side::kRequest, Side::kResponse}) {
    const Bytes said = said_by(turns, side);
    const Bytes& arrived = outcome.arrived[side == Side::kRequest ? 0 : 1];
    const bool front =
        arrived.size() <= said.size() && std::equal(arrived.begin(), arrived.end(), said.begin());
    if (!front) differs(stack, how, "other bytes arrived than were said");
  }
}

// Of a conversation that goes well to its end all arrives, but for a message that is not whole.
void check_all(const Stack& stack, const std::vector<Turn>& turns, const Outcome& outcome) {
  class Deaf final : public wire::OperationSink {
    void told() noexcept override {}
  } deaf;
  test::StackState state(stack);
  for (const Turn& turn : turns)
    if (stack.feed(state.get(), turn.side, turn.bytes, deaf).kind != wire::FaultKind::kNone) return;
  for (const Side side : {Side::kRequest, Side::kResponse}) {
    const size_t arrived = outcome.arrived[side == Side::kRequest ? 0 : 1].size();
    if (stack.between(state.get(), side) && arrived != said_by(turns, side).size())
      differs(stack, "whole",
              fmt::format("{} of {} bytes arrived", arrived, said_by(turns, side).size()));
  }
}

const std::vector<std::pair<std::string, Cutting>>& cuttings() {
  static const std::vector<std::pair<std::string, Cutting>> kAll{
      {"cut at random", at_random(1)},
      {"cut otherwise", at_random(2)},
      {"each twice", twice},
      {"overlapping", overlapping},
      {"swapped", swapped},
  };
  return kAll;
}

// Up to turn `last`, which is then said in two ways.
void contradict(const Stack& stack, const std::vector<Turn>& turns, size_t last,
                const Outcome& before) {
  if (before.reset || before.refused != 0) return;  // it may end sooner, or not take these bytes
  Run run(stack, true);
  for (size_t i = 0; i < last; ++i) run.say(turns[i], whole);
  run.contradict(turns[last]);
  const Outcome outcome = run.outcome();
  ++tally.runs;
  if (!outcome.reset || outcome.conflicts == 0 ||
      outcome.events.find(to_string(DropReason::kStreamConflict)) == std::string::npos)
    return differs(stack, "contradicted", fmt::format("turn {} did not end the flow", last));
  ++tally.conflicts;
  check_bytes(stack, "contradicted", turns, outcome);
}

std::vector<Turn> front_of(const std::vector<Turn>& turns) {
  std::vector<Turn> out;
  size_t bytes = 0;
  for (const Turn& turn : turns) {
    bytes += turn.bytes.size();
    if (bytes > kMostBytes) break;
    out.push_back(turn);
  }
  return joined(out);
}

void replay(const Stack& stack, const std::vector<Turn>& captured) {
  if (tally.streams == kMostStreams) return;
  const std::vector<Turn> turns = front_of(captured);
  if (turns.empty()) return;
  ++tally.streams;
  for (const bool everything : {true, false}) {
    const std::string policy = everything ? "" : "sessions only, ";
    const Outcome reference = play(stack, turns, everything, whole);
    tally.allowed += everything ? reference.allowed : 0;
    tally.refused += reference.refused;
    tally.ended += reference.reset ? 1 : 0;
    for (const auto& [name, cutting] : cuttings()) {
      const Outcome other = play(stack, turns, everything, cutting);
      compare(stack, policy + name, reference, other);
      if (everything && other.refused == 0) check_bytes(stack, name, turns, other);
    }
    if (!everything) continue;
    if (reference.refused == 0) check_bytes(stack, "whole", turns, reference);
    if (reference.refused == 0 && !reference.reset) check_all(stack, turns, reference);
    for (const size_t last : {size_t{0}, turns.size() / 2, turns.size() - 1})
      contradict(stack, turns, last, reference);
  }
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
    const auto read = each_stream(argv[i], replay);
    if (!read) tally.differences.push_back(read.error().sentence);
    const bool ok = tally.differences.empty();
    good &= ok;
    fmt::print(
        "{} {} - replay: {}, {} conversations, {} runs, {} operations, {} refused, {} ended, "
        "{} conflicts\n",
        ok ? "ok" : "not ok", i, std::filesystem::path(argv[i]).filename().string(), tally.streams,
        tally.runs, tally.allowed, tally.refused, tally.ended, tally.conflicts);
    for (size_t d = 0; d < std::min<size_t>(tally.differences.size(), 5); ++d)
      fmt::print("# {}\n", tally.differences[d]);
  }
  return good ? 0 : 1;
}

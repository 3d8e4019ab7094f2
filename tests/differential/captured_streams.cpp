// SPDX-License-Identifier: Apache-2.0
#include "captured_streams.h"

#include "dissect/dissection.h"
#include "wire/apps/vocabulary.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::differential {

using namespace dataplane;
using wire::Side;

namespace {

const OnStream* listener = nullptr;  // of the capture that is read

class Kept final : public Conversation {
 public:
  explicit Kept(const Stack& stack) : stack_(stack) {}
  ~Kept() override { tell(); }

  void add(const Segment& segment, const PduSink&) override {
    const auto delivery =
        ways_[segment.to_server ? 0 : 1].add(segment.seq, segment.syn, segment.payload);
    if (delivery.restarted) tell();
    if (delivery.bytes.empty()) return;
    turns_.push_back({segment.to_server ? Side::kRequest : Side::kResponse,
                      Bytes(delivery.bytes.begin(), delivery.bytes.end())});
  }

 private:
  void tell() {
    if (!turns_.empty()) (*listener)(stack_, turns_);
    turns_.clear();
  }
  const Stack& stack_;
  std::array<TcpDirection, 2> ways_;
  std::vector<Turn> turns_;
};

template <size_t kIndex>
std::unique_ptr<Conversation> keep() {
  return std::make_unique<Kept>(stacks()[kIndex]);
}

constexpr size_t kMostStacks = 24;
template <size_t... kIndex>
auto makers(std::index_sequence<kIndex...>) {
  return std::array{&keep<kIndex>...};
}

// The rows of the dissector over TCP, with stacks in place of their parsers.
std::vector<ProtocolRow> rows() {
  static const auto kMakers = makers(std::make_index_sequence<kMostStacks>());
  std::vector<ProtocolRow> out;
  for (ProtocolRow& row : usual_protocols()) {
    const std::string_view name = row.name == "iso" ? "cotp" : row.name;
    for (size_t i = 0; i < stacks().size(); ++i) {
      const bool tcp = stacks()[i].protocol == wire::ip_protocol::kTcp;
      if (!tcp || row.transport != wire::ip_protocol::kTcp || to_string(stacks()[i].app) != name)
        continue;
      row.begin = kMakers[i];
      out.push_back(row);
    }
  }
  return out;
}

}  // namespace

Status each_stream(const std::string& path, const OnStream& on_stream) {
  listener = &on_stream;
  auto capture = Capture::open(path);
  if (!capture) return capture.error();
  Dissection dissection(rows());
  CapturedFrame frame;
  for (;;) {
    const auto more = capture->next(frame);
    if (!more) return more.error();
    if (!*more) return {};
    dissection.frame(frame, [](const Pdu&) {});
  }
}

std::vector<Turn> joined(const std::vector<Turn>& turns) {
  std::vector<Turn> out;
  for (const Turn& turn : turns) {
    if (!out.empty() && out.back().side == turn.side)
      out.back().bytes.insert(out.back().bytes.end(), turn.bytes.begin(), turn.bytes.end());
    else
      out.push_back(turn);
  }
  return out;
}

}  // namespace bulkhead::differential

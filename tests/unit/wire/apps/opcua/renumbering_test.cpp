// SPDX-License-Identifier: Apache-2.0
// Property: whatever is refused of what a client sends, in however many chunks, each end sees the
// other count its chunks without a gap, over the wrap as well.
#include <random>

#include "../refusals.h"
#include "messages.h"

using namespace bulkhead;
using namespace bulkhead::wire::opcua;
using wire::Side;

namespace {

using Octets = std::vector<uint8_t>;

constexpr uint32_t kLastBeforeWrap = UINT32_MAX - 1024;

// An end that sends chunks, and takes only those whose number is the next.
struct End {
  uint32_t sent = 0;
  uint32_t got = 0;

  uint32_t next() { return sent = sent > kLastBeforeWrap ? 1 : sent + 1; }
  void receive(const Octets& frame) {
    const uint32_t number =
        frame[16] | frame[17] << 8 | frame[18] << 16 | uint32_t{frame[19]} << 24;
    const bool wraps = got > kLastBeforeWrap && number < 1024;
    REQUIRE((number == got + 1 || wraps));
    got = number;
  }
};

class Plant final : public wire::OperationSink {
 public:
  explicit Plant(unsigned seed) : random_(seed) {
    client_.sent = server_.got = kLastBeforeWrap - pick(40);
    server_.sent = client_.got = kLastBeforeWrap - pick(40);
    say(Side::kRequest, hello().data);
    exchange(false);
  }
  void told() noexcept override {}

  // A request in some chunks, which is refused or answered.
  void exchange(bool may_refuse) {
    ++request_;
    std::vector<Octets> chunks = request_chunks();
    for (Octets& chunk : chunks) {
      say(Side::kRequest, chunk);
      const Octets original = chunk;
      const bool last = &chunk == &chunks.back();
      if (last && may_refuse && pick(2) == 0) return refuse(original);
      REQUIRE(connection_->adapt(Side::kRequest, chunk));
    }
    for (const Octets& chunk : chunks) server_.receive(chunk);
    answer();
  }
  unsigned refusals = 0;

 private:
  unsigned pick(unsigned below) {
    return std::uniform_int_distribution<unsigned>(0, below - 1)(random_);
  }
  void say(Side side, const Octets& frame) {
    REQUIRE(connection_->frame(side, frame, *this).kind == wire::FaultKind::kNone);
  }
  Octets chunk(End& from, const char* type, const Octets& body) {
    Bytes rest, content;
    rest.u32(5).u32(1).u32(from.next()).u32(request_);
    content.data = body;
    return frame_of(type, rest.add(content)).data;
  }
  std::vector<Octets> request_chunks() {
    Octets body = read_request({numbered(2, 10)}).data;
    std::vector<Octets> out;
    for (unsigned more = pick(4); more != 0; --more) {
      const auto cut = body.begin() + static_cast<ptrdiff_t>(pick(20));
      out.push_back(chunk(client_, "MSGC", Octets(body.begin(), cut)));
      body.erase(body.begin(), cut);
    }
    out.push_back(chunk(client_, "MSGF", body));
    return out;
  }
  void refuse(const Octets& frame) {
    ++refusals;
    Octets out(pick(4) == 0 ? 0 : wire::kLongestRefusal);
    out.resize(connection_->refuse(Side::kRequest, frame, operation, out));
    if (!out.empty()) client_.receive(out);
  }
  void answer() {
    Octets frame = chunk(server_, "MSGF", response(634).u32(0).u32(0).data);
    say(Side::kResponse, frame);
    REQUIRE(connection_->adapt(Side::kResponse, frame));
    client_.receive(frame);
  }

  std::mt19937 random_;
  End client_, server_;
  uint32_t request_ = 0;
  std::unique_ptr<Connection> connection_ = std::make_unique<Connection>();
};

}  // namespace

TEST_CASE("opcua: no order of messages and refusals breaks the count of either end",
          "[wire][opcua][refusal][property]") {
  unsigned refusals = 0;
  for (unsigned seed = 0; seed < 100; ++seed) {
    INFO("seed " << seed);
    const auto plant = std::make_unique<Plant>(seed);
    for (int i = 0; i < 60; ++i) plant->exchange(true);
    refusals += plant->refusals;
  }
  CHECK(refusals > 2000);
}

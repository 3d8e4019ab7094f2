// SPDX-License-Identifier: Apache-2.0
// Two TCP ends that speak Modbus through the gateway, whatever they and the links do: requests and
// answers cut anywhere, repeated from anywhere, the same again or changed, old acknowledgements,
// windows, FINs, loss and reordering behind the gateway.
// Laws: see Ends::check_frame, check_streams and check_contents.
//
// Input: a byte of options (kNarrow: windows may be small; kWrap: numbers wrap), then actions of
// two bytes or more (Ends::act).
#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "image/compile.h"
#include "law.h"
#include "policy/reference.h"
#include "small_gateway.h"
#include "wire/apps/modbus.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

using Bytes = std::vector<uint8_t>;

constexpr size_t kMostActions = 160;
constexpr size_t kMostWritten = 6000;  // by one end
constexpr uint8_t kNarrow = 1, kWrap = 2;
constexpr uint8_t kModbusException = 0x80;

// The input, byte by byte; zeroes behind its end.
class Input {
 public:
  explicit Input(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  [[nodiscard]] bool over() const { return bytes_.empty(); }
  uint8_t u8() {
    if (bytes_.empty()) return 0;
    const uint8_t out = bytes_[0];
    bytes_ = bytes_.subspan(1);
    return out;
  }
  size_t u16() { return u8() | size_t{u8()} << 8; }

 private:
  std::span<const uint8_t> bytes_;
};

Bytes adu(uint16_t id, const Bytes& pdu) {
  Bytes out(7 + pdu.size());
  wire::Writer to{out};
  to.be16(id).be16(0).be16(static_cast<uint16_t>(pdu.size() + 1)).u8(1).bytes(pdu);
  return out;
}

// What an end receives of the other: numbers count from the first byte behind the SYN.
struct Arrivals {
  std::vector<std::optional<uint8_t>> sent;  // by the gateway, whether or not it arrived
  std::vector<bool> there;
  size_t in_order = 0;      // how many have arrived without a hole
  size_t acknowledged = 0;  // it does not read them twice, whatever they say
  std::optional<size_t> fin;
  bool fin_there = false;
  bool reset = false;

  void note(size_t at, std::span<const uint8_t> bytes) {
    if (!bytes.empty() && sent.size() < at + bytes.size()) {
      sent.resize(at + bytes.size());
      there.resize(sent.size());
    }
    for (size_t i = 0; i < bytes.size(); ++i) {
      if (at + i < acknowledged) continue;
      // The same number never carries two different bytes.
      LAW(!sent[at + i] || *sent[at + i] == bytes[i]);
      sent[at + i] = bytes[i];
    }
  }
  void arrive(size_t at, size_t size) {
    std::fill_n(there.begin() + static_cast<std::ptrdiff_t>(at), size, true);
    while (in_order < there.size() && there[in_order]) ++in_order;
  }
  // Everything that was sent, up to the first hole.
  [[nodiscard]] Bytes stream() const {
    Bytes out;
    for (size_t i = 0; i < sent.size() && sent[i]; ++i) out.push_back(*sent[i]);
    return out;
  }
};

struct End {
  uint32_t isn = 0, peer_isn = 0;
  uint16_t window = 0xffff;
  Bytes out;             // what it has to say
  size_t reached = 0;    // of that, how much was ever in a segment
  bool closed = false;   // it has said all
  bool fin_out = false;  // and its FIN was in a segment
  Arrivals in;
  std::deque<Bytes> on_the_way;  // frames of the gateway that have not arrived

  [[nodiscard]] uint32_t next_number() const {
    return isn + 1 + static_cast<uint32_t>(reached) + (fin_out ? 1 : 0);
  }
  [[nodiscard]] uint32_t expects() const {
    return peer_isn + 1 + static_cast<uint32_t>(in.in_order) + (in.fin_there ? 1 : 0);
  }
};

class Ends {
 public:
  Ends(const std::vector<uint8_t>& image, const policy::Policy& policy, uint8_t options)
      : policy_(policy), gateway_(image), narrow_((options & kNarrow) != 0) {
    const bool wrap = (options & kWrap) != 0;
    hmi().isn = plc().peer_isn = wrap ? UINT32_MAX - 40 : kClientIsn;
    plc().isn = hmi().peer_isn = wrap ? UINT32_MAX - 20 : kServerIsn;
    open();
  }

  // An action is what, by whom, and what it needs.
  void act(Input& in) {
    const uint8_t what = in.u8();
    const size_t side = (what & 0x10) != 0 ? 1 : 0;
    switch (what & 0x0f) {
      case 0:
      case 1:
        return write(side, in);
      case 2:
      case 3:
        return send_new(side, in.u8());
      case 4:
        return send_from(side, in.u16(), in.u8(), 0);
      case 5:
        return send_from(side, in.u16(), in.u8(), in.u8());
      case 6:
        return acknowledge(side, in.u8());
      case 7:
        return close(side, in.u8());
      case 8:
        return set_window(side, in.u16());
      case 9:
      case 10:
      case 11:
        return arrive(side, in.u8());
      case 12:
        return lose(side);
      case 13:
        return gateway_.wait_s(what >> 5);
      default:
        return arrive_all();
    }
  }

  void finish() { LAW(gateway_.all_buffers_back()); }

 private:
  End& hmi() { return ends_[0]; }
  End& plc() { return ends_[1]; }

  void open() {
    const auto syn = wire::tcp_flag::kSyn, ack = wire::tcp_flag::kAck;
    gateway_.receive(segment({true, syn, hmi().isn, 0, 0xffff}, {}));
    LAW(gateway_.towards_plc().size() == 1);
    gateway_.receive_from_plc(
        segment({false, uint8_t{syn | ack}, plc().isn, hmi().isn + 1, 0xffff}, {}));
    LAW(gateway_.towards_hmi().size() == 1);
    give(0, ack, hmi().isn + 1, 0, {});
    LAW(plc().on_the_way.size() == 1);
  }

  // --- what the ends do ---

  void write(size_t side, Input& in) {
    End& end = ends_[side];
    const uint8_t kind = in.u8();
    const uint16_t id = ++last_id_;
    Bytes message;
    if (kind % 8 == 7) {
      for (size_t n = in.u8() % 16; n != 0; --n) message.push_back(in.u8());
      garbled_ = true;
    } else {
      message = side == 0 ? request(kind, id) : answer(kind, id);
    }
    if (end.closed || end.out.size() + message.size() > kMostWritten) return;
    end.out.insert(end.out.end(), message.begin(), message.end());
    if (side == 1) return;
    if (kind % 8 < 4)
      allowed_.insert(allowed_.end(), message.begin(), message.end());
    else
      refused_.push_back(id);
  }
  static Bytes request(uint8_t kind, uint16_t id) {
    const uint8_t at = kind >> 3;
    if (kind % 8 < 4) return adu(id, {3, 0, at, 0, 2});
    if (kind % 8 == 4) return adu(id, {6, 0, at, 0, 1});
    if (kind % 8 == 5) return adu(id, {3, 1, at, 0, 2});  // beyond what may be read
    Bytes pdu{16, 0, at, 0, 123, 246};
    pdu.resize(6 + 246, at);
    return adu(id, pdu);
  }
  static Bytes answer(uint8_t kind, uint16_t id) {
    if (kind % 8 < 4) return adu(id, {3, 4, 0, kind, 0, 2});
    if (kind % 8 < 6) return adu(id, {3 | kModbusException, 4});
    Bytes pdu{3, 250};
    pdu.resize(2 + 250, kind);
    return adu(id, pdu);
  }

  static size_t length(uint8_t said) { return said < 128 ? said + size_t{1} : size_t{said} * 6; }

  void send_new(size_t side, uint8_t most) {
    End& end = ends_[side];
    send_bytes(side, end.reached, length(most), 0);
  }
  void send_from(size_t side, size_t from, uint8_t most, uint8_t change) {
    const End& end = ends_[side];
    send_bytes(side, from % (end.out.size() + 1), length(most), change);
  }
  void send_bytes(size_t side, size_t from, size_t most, uint8_t change) {
    End& end = ends_[side];
    const size_t size = std::min(most, end.out.size() - from);
    Bytes bytes(end.out.begin() + static_cast<std::ptrdiff_t>(from),
                end.out.begin() + static_cast<std::ptrdiff_t>(from + size));
    if (change != 0 && size != 0) {
      bytes[change % size] ^= change;
      garbled_ = true;
    }
    const bool last = end.closed && from + size == end.out.size();
    end.reached = std::max(end.reached, from + size);
    end.fin_out |= last;
    uint8_t flags = wire::tcp_flag::kAck;
    if (last) flags |= wire::tcp_flag::kFin;
    give(side, flags, end.isn + 1 + static_cast<uint32_t>(from), 0, bytes);
  }
  void acknowledge(size_t side, uint8_t old) {
    const End& end = ends_[side];
    give(side, wire::tcp_flag::kAck, end.next_number(), old, {});
  }
  void close(size_t side, uint8_t most) {
    ends_[side].closed = true;
    send_new(side, most);
  }
  void set_window(size_t side, size_t window) {
    if (!narrow_) return;
    ends_[side].window = static_cast<uint16_t>(window);
    acknowledge(side, 0);
  }

  // --- the links behind the gateway ---

  void arrive(size_t side, uint8_t which) {
    End& end = ends_[side];
    if (end.on_the_way.empty()) return;
    const auto at =
        end.on_the_way.begin() +
        static_cast<std::ptrdiff_t>((which % 4 == 3 ? which : 0) % end.on_the_way.size());
    const Bytes frame = *at;
    end.on_the_way.erase(at);
    wire::Frame f;
    LAW(wire::parse_frame(frame, f).kind == wire::FaultKind::kNone);
    const size_t from = f.ip.tcp_seq - end.peer_isn - 1;
    if (f.ip.payload_length != 0) end.in.arrive(from, f.ip.payload_length);
    if (end.in.fin && *end.in.fin == end.in.in_order &&
        (f.ip.tcp_flags & wire::tcp_flag::kFin) != 0)
      end.in.fin_there = true;
    if (which % 2 == 0 && (f.ip.payload_length != 0 || end.in.fin_there)) acknowledge(side, 0);
  }
  void arrive_all() {
    for (size_t i = 0; i < 200 && !(hmi().on_the_way.empty() && plc().on_the_way.empty()); ++i) {
      arrive(0, 0);
      arrive(1, 0);
    }
  }
  void lose(size_t side) {
    if (!ends_[side].on_the_way.empty()) ends_[side].on_the_way.pop_front();
  }

  // --- the gateway ---

  void give(size_t side, uint8_t flags, uint32_t seq, uint8_t old_ack, const Bytes& bytes) {
    End& end = ends_[side];
    const uint32_t most = end.expects() - end.peer_isn - 1;
    const uint32_t ack = end.expects() - std::min<uint32_t>(old_ack, most);
    end.in.acknowledged = std::max<size_t>(end.in.acknowledged, ack - end.peer_isn - 1);
    const Bytes frame = segment({side == 0, flags, seq, ack, end.window}, bytes);
    side == 0 ? gateway_.receive(frame) : gateway_.receive_from_plc(frame);
    for (Bytes& out : gateway_.towards_hmi()) check_frame(0, out);
    for (Bytes& out : gateway_.towards_plc()) check_frame(1, out);
    check_streams();
    check_contents();
  }

  // A frame has the lengths it says, right checksums, numbers that its receiver can follow, and
  // says nothing of its receiver's bytes that were never sent.
  void check_frame(size_t side, const Bytes& frame) {
    End& end = ends_[side];
    wire::Frame f;
    LAW(wire::parse_frame(frame, f).kind == wire::FaultKind::kNone);  // and the IPv4 checksum
    LAW(f.ip.l3_offset + f.ip.l3_length == frame.size());
    LAW(f.dst_mac == (side == 0 ? kHmi : kPlc));
    LAW(f.ip.src == (side == 0 ? kPlcIp : kHmiIp) && f.ip.dst == (side == 0 ? kHmiIp : kPlcIp));
    if (f.ip.protocol == wire::ip_protocol::kIcmp) return;
    LAW(wire::transport_checksum_ok(frame, f.ip));
    LAW(f.ip.payload_length <= 1536);
    if ((f.ip.tcp_flags & wire::tcp_flag::kRst) != 0) {
      end.in.reset = true;
      return;
    }
    LAW(static_cast<int32_t>(f.ip.tcp_ack - end.next_number()) <= 0);
    const uint32_t from = f.ip.tcp_seq - end.peer_isn - 1;
    LAW(from <= 4 * kMostWritten);
    const std::span<const uint8_t> payload{frame.data() + f.ip.payload_offset, f.ip.payload_length};
    LAW(payload.empty() || !end.in.reset);
    end.in.note(from, payload);
    if ((f.ip.tcp_flags & wire::tcp_flag::kFin) != 0) {
      LAW(!end.in.fin || *end.in.fin == from + payload.size());
      end.in.fin = from + payload.size();
    }
    LAW(!end.in.fin || end.in.sent.size() <= *end.in.fin);
    if (end.on_the_way.size() < 64) end.on_the_way.push_back(frame);
  }

  // The device is sent allowed requests, the client answers. Where windows hold every message, they
  // are whole, and without holes.
  void check_streams() {
    for (size_t side = 0; side < 2; ++side) {
      const Bytes stream = ends_[side].in.stream();
      wire::modbus::Stream parser{side == 0 ? wire::modbus::Side::kResponse
                                            : wire::modbus::Side::kRequest};
      wire::Operation operation;
      std::span<const uint8_t> rest = stream;
      for (;;) {
        const auto step = parser.next(rest, operation);
        LAW(step != wire::modbus::Stream::Step::kFault);
        if (step != wire::modbus::Stream::Step::kOperation) break;
        if (side == 0) continue;
        const policy::AccessRequest request{"hmi", "plc",      wire::ip_protocol::kTcp,
                                            502,   &operation, 0};
        LAW(policy::evaluate(policy_, request).outcome == policy::Outcome::kAllow);
      }
      if (narrow_) continue;
      LAW(parser.held() == 0);
      LAW(stream.size() == ends_[side].in.sent.size());
    }
  }

  // Of ends that keep to the protocol: the device's stream is the front of all that was allowed,
  // the client's the front of all answers, but for exceptions to what was refused, once each.
  void check_contents() {
    if (garbled_ || narrow_) return;
    const Bytes requests = plc().in.stream();
    LAW(requests.size() <= allowed_.size());
    LAW(std::equal(requests.begin(), requests.end(), allowed_.begin()));
    const Bytes answers = hmi().in.stream();
    std::vector<uint16_t> heard;
    size_t said = 0;
    for (size_t at = 0; at + 9 <= answers.size();) {
      const size_t size = 6 + (size_t{answers[at + 4]} << 8 | answers[at + 5]);
      LAW(at + size <= answers.size());
      const std::span<const uint8_t> one = std::span(answers).subspan(at, size);
      const auto id = static_cast<uint16_t>(one[0] << 8 | one[1]);
      const auto& out = plc().out;
      const bool devices =
          said + size <= out.size() &&
          std::equal(one.begin(), one.end(), out.begin() + static_cast<std::ptrdiff_t>(said));
      if (devices) {
        said += size;
      } else {
        LAW((one[7] & kModbusException) != 0);
        LAW(std::ranges::find(refused_, id) != refused_.end());
        LAW(std::ranges::find(heard, id) == heard.end());
        heard.push_back(id);
      }
      at += size;
    }
  }

  const policy::Policy& policy_;
  SmallGateway gateway_;
  bool narrow_;
  bool garbled_ = false;  // an end said what is not the protocol, or two things under one number
  uint16_t last_id_ = 0;
  Bytes allowed_;                  // requests, in order
  std::vector<uint16_t> refused_;  // their transaction identifiers
  std::array<End, 2> ends_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const policy::Policy policy = small_policy();
  static const std::vector<uint8_t> image = *image::compile(policy, {"gw", 1, 0});
  Input input{{data, size}};
  Ends ends{image, policy, input.u8()};
  for (size_t i = 0; i < kMostActions && !input.over(); ++i) ends.act(input);
  ends.finish();
  return 0;
}

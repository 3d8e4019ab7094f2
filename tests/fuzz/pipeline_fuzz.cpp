// SPDX-License-Identifier: Apache-2.0
// Bytes as frames on a zone port, through the whole pipeline with a small policy.
// Laws: nothing the reference evaluator denies is transmitted; no buffer is lost.
//
// Input: records of a two-byte little-endian length and that many bytes. A record is a frame as it
// is or, with the top bit of the length set, a TCP segment of one connection of hmi to port 502:
// flags, two bytes that are added to the initial sequence number, payload. Headers and checksums
// are made right, and a model of the plc answers its SYN, so that the fuzzer reaches the deep
// stages.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "image/compile.h"
#include "law.h"
#include "policy/reference.h"
#include "small_gateway.h"
#include "wire/apps/modbus.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

// The plc: takes bytes in order, whatever comes first wins, and obeys every complete request.
class ModelPlc {
 public:
  explicit ModelPlc(const policy::Policy& policy) : policy_(policy) {}

  // Every frame that reaches it must be allowed, and every request it would carry out.
  // Returns what it answers; empty: nothing.
  std::vector<uint8_t> take(const std::vector<uint8_t>& frame) {
    wire::Frame f;
    LAW(wire::parse_frame(frame, f).kind == wire::FaultKind::kNone);
    LAW(f.ip.src == kHmiIp && f.ip.dst == kPlcIp && f.dst_mac == kPlc);
    if (f.ip.protocol == wire::ip_protocol::kIcmp) return {};  // errors about live flows
    policy::AccessRequest request{"hmi", "plc", f.ip.protocol, f.ip.dst_port, nullptr, 0};
    LAW(policy::evaluate(policy_, request).outcome == policy::Outcome::kAllow);
    const bool ours = f.ip.protocol == wire::ip_protocol::kTcp && f.ip.src_port == kClientPort;
    return ours ? take_tcp(frame, f.ip, request) : std::vector<uint8_t>{};
  }

 private:
  std::vector<uint8_t> take_tcp(const std::vector<uint8_t>& frame, const wire::PacketHeaders& ip,
                                policy::AccessRequest& request) {
    if (ip.tcp_flags & wire::tcp_flag::kRst) {
      open_ = false;
      return {};
    }
    if (ip.tcp_flags & wire::tcp_flag::kSyn) {
      if (!open_) stream_ = wire::modbus::Stream{wire::modbus::Side::kRequest};
      if (!open_) next_ = ip.tcp_seq + 1;
      open_ = true;
      return segment({false, wire::tcp_flag::kSyn | wire::tcp_flag::kAck, kServerIsn, next_}, {});
    }
    const auto behind = static_cast<int32_t>(next_ - ip.tcp_seq);
    if (!open_ || behind < 0 || behind >= ip.payload_length) return {};
    obey({frame.data() + ip.payload_offset + behind,
          static_cast<size_t>(ip.payload_length - behind)},
         request);
    next_ = ip.tcp_seq + ip.payload_length;
    // Acknowledges every other time, so that some bytes stay repeatable.
    if (++taken_ % 2 != 0) return {};
    return segment({false, wire::tcp_flag::kAck, kServerIsn + 1, next_}, {});
  }

  void obey(std::span<const uint8_t> bytes, policy::AccessRequest& request) {
    wire::Operation operation;
    for (;;) {
      const auto step = stream_.next(bytes, operation);
      LAW(step != wire::modbus::Stream::Step::kFault);
      if (step != wire::modbus::Stream::Step::kOperation) return;
      request.operation = &operation;
      LAW(policy::evaluate(policy_, request).outcome == policy::Outcome::kAllow);
    }
  }

  const policy::Policy& policy_;
  wire::modbus::Stream stream_{wire::modbus::Side::kRequest};
  uint32_t next_ = 0;
  unsigned taken_ = 0;
  bool open_ = false;
};

std::vector<uint8_t> record_as_frame(std::span<const uint8_t> record, bool crafted) {
  if (!crafted || record.size() < 3) return {record.begin(), record.end()};
  const auto offset = record[1] | uint32_t{record[2]} << 8;
  return segment({true, record[0], kClientIsn + offset, kServerIsn + 1}, record.subspan(3));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const policy::Policy policy = small_policy();
  static const std::vector<uint8_t> image = *image::compile(policy, {"gw", 1, 0});
  SmallGateway gateway{image};
  ModelPlc plc{policy};
  for (size_t at = 0, frames = 0; at + 2 <= size && frames < 64; ++frames) {
    const unsigned word = data[at] | unsigned{data[at + 1]} << 8;
    at += 2;
    const size_t length = std::min<size_t>(word & 0x07ff, size - at);
    gateway.receive(record_as_frame({data + at, length}, (word & 0x8000) != 0));
    at += length;
    for (const auto& frame : gateway.towards_plc())
      if (const auto answer = plc.take(frame); !answer.empty()) gateway.receive_from_plc(answer);
    gateway.towards_hmi();
    gateway.towards_plc();
  }
  LAW(gateway.all_buffers_back());
  return 0;
}

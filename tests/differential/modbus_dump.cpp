// SPDX-License-Identifier: Apache-2.0
// Prints one JSON line for each Modbus/TCP ADU of a capture, in the frame that completes it, as our
// parsers see it. Frames that do not parse up to TCP give nothing; a stream that faults gives a
// line with the fault and starts anew with the next segment. Usage: modbus_dump CAPTURE [PORT]
#include <pcap/pcap.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/address.h"
#include "tcp_direction.h"
#include "wire/apps/modbus.h"
#include "wire/checksum.h"
#include "wire/frame.h"

using namespace bulkhead;
using differential::TcpDirection;
namespace modbus = wire::modbus;

namespace {

struct Direction {
  TcpDirection tcp;
  modbus::Stream stream;
};
using Key = std::tuple<IpAddress, uint16_t, IpAddress, uint16_t>;

void print_points(const wire::Operation& op) {
  std::printf(",\"points\":[");
  for (size_t i = 0; i < op.points.size(); ++i) {
    const wire::PointRange& p = op.points[i];
    std::printf("%s[\"%s\",\"%s\",%u,%u]", i == 0 ? "" : ",",
                std::string(to_string(p.type)).c_str(), std::string(to_string(p.access)).c_str(),
                p.first, p.last);
  }
  std::printf("]");
}

void print_operation(unsigned frame, const wire::Operation& op) {
  std::printf(
      "{\"frame\":%u,\"response\":%s,\"transaction\":%u,\"unit\":%u,\"function\":%u,\"sub\":%u",
      frame, op.is_response ? "true" : "false", op.request_id, op.unit, op.code & 0xffu,
      op.code >> 8);
  std::printf(",\"name\":\"%s\",\"class\":\"%s\"", std::string(op.name).c_str(),
              std::string(to_string(op.cls)).c_str());
  if (op.is_exception) std::printf(",\"exception\":%u", op.exception_code);
  print_points(op);
  std::printf("}\n");
}

void print_fault(unsigned frame, bool response, wire::Fault fault) {
  std::printf("{\"frame\":%u,\"response\":%s,\"fault\":\"%s\",\"offset\":%u}\n", frame,
              response ? "true" : "false", std::string(to_string(fault.kind)).c_str(),
              fault.offset);
}

using Bytes = std::vector<uint8_t>;

// A capture made on an end host shows what a gateway never meets: IPv4 checksums that the network
// card would have filled in, and loopback addresses. Both are put right; `fault` says where.
bool mend(Bytes& bytes, wire::Fault fault) {
  const bool checksum = fault.kind == wire::FaultKind::kBadChecksum;
  const bool source = fault.kind == wire::FaultKind::kBadSourceAddress;
  if (!checksum && !source) return false;
  const size_t l3 = fault.offset - (checksum ? 10u : 12u);
  if (bytes[l3] >> 4 != 4) return false;
  for (const size_t at : {l3 + 12, l3 + 16})
    if (bytes[at] == 127) bytes[at] = 10;
  const auto header = std::span(bytes).subspan(l3, (bytes[l3] & 0x0fu) * 4);
  store_be<uint16_t>(&header[10], 0);
  store_be(&header[10], wire::internet_checksum(header));
  return true;
}

class Dump {
 public:
  explicit Dump(uint16_t port) : port_(port) {}

  void packet(unsigned frame, Bytes bytes) {
    wire::Frame parsed;
    wire::Fault fault = wire::parse_frame(bytes, parsed);
    if (mend(bytes, fault)) fault = wire::parse_frame(bytes, parsed);
    if (fault.kind != wire::FaultKind::kNone) return;
    const wire::PacketHeaders& ip = parsed.ip;
    const bool ours =
        ip.protocol == wire::ip_protocol::kTcp && (ip.src_port == port_ || ip.dst_port == port_);
    if (!ours || ip.fragment) return;
    segment(frame, ip, std::span(bytes).subspan(ip.payload_offset, ip.payload_length));
  }

 private:
  void segment(unsigned frame, const wire::PacketHeaders& ip, std::span<const uint8_t> payload) {
    const auto side = ip.src_port == port_ ? modbus::Side::kResponse : modbus::Side::kRequest;
    const Key key{ip.src, ip.src_port, ip.dst, ip.dst_port};
    Direction& direction =
        directions_.try_emplace(key, Direction{{}, modbus::Stream(side)}).first->second;
    const bool syn = (ip.tcp_flags & wire::tcp_flag::kSyn) != 0;
    const auto delivery = direction.tcp.add(ip.tcp_seq, syn, payload);
    if (delivery.restarted) direction.stream = modbus::Stream(side);
    std::span<const uint8_t> bytes = delivery.bytes;
    wire::Operation op;
    modbus::Stream::Step step{};
    while ((step = direction.stream.next(bytes, op)) == modbus::Stream::Step::kOperation)
      print_operation(frame, op);
    if (step != modbus::Stream::Step::kFault) return;
    print_fault(frame, side == modbus::Side::kResponse, direction.stream.fault());
    direction.stream = modbus::Stream(side);
  }

  uint16_t port_;
  std::map<Key, Direction> directions_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: modbus_dump CAPTURE [PORT]\n", stderr), 2;
  char error[PCAP_ERRBUF_SIZE] = {};
  pcap_t* capture = pcap_open_offline(argv[1], error);
  if (capture == nullptr) return std::fprintf(stderr, "%s\n", error), 1;
  Dump dump(static_cast<uint16_t>(argc > 2 ? std::atoi(argv[2]) : modbus::kPort));
  pcap_pkthdr* header = nullptr;
  const uint8_t* data = nullptr;
  for (unsigned frame = 1; pcap_next_ex(capture, &header, &data) == 1; ++frame)
    dump.packet(frame, Bytes(data, data + header->caplen));
  pcap_close(capture);
  return 0;
}

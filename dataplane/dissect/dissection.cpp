// SPDX-License-Identifier: Apache-2.0
#include "dissect/dissection.h"

#include <algorithm>

#include "dissect/captured_frame.h"

namespace bulkhead::dataplane {

namespace {

using wire::ip_protocol::kTcp;
using wire::ip_protocol::kUdp;

// Locally administered (IEEE 802 8.2.2).
bool is_local(const MacAddress& mac) {
  return (mac.bytes[0] & 2) != 0;
}

}  // namespace

const ProtocolRow* Dissection::row_of(uint8_t transport, uint16_t port) const {
  for (const ProtocolRow& row : protocols_)
    if (row.transport == transport && std::ranges::find(row.ports, port) != row.ports.end())
      return &row;
  return nullptr;
}

const ProtocolRow* Dissection::recognised(std::span<const uint8_t> payload) const {
  for (const ProtocolRow& row : protocols_)
    if (row.transport == kTcp && row.recognises != nullptr && row.recognises(payload)) return &row;
  return nullptr;
}

Dissection::Entry* Dissection::known(const Key& key) {
  const auto found = conversations_.find(key);
  return found == conversations_.end() ? nullptr : &found->second;
}

Dissection::Entry& Dissection::begin(const Key& key, const ProtocolRow& row) {
  if (conversations_.size() >= kMostConversations)
    conversations_.erase(std::ranges::min_element(
        conversations_, {}, [](const auto& each) { return each.second.last_frame; }));
  Entry& entry = conversations_[key];
  entry.conversation = row.begin();
  return entry;
}

void Dissection::packet(const wire::Frame& frame, std::span<const uint8_t> bytes, PduPlace place,
                        const PduSink& sink) {
  const wire::PacketHeaders& ip = frame.ip;
  if (ip.protocol != kTcp && ip.protocol != kUdp) return;
  place.src = ip.src;
  place.dst = ip.dst;
  place.sport = ip.src_port;
  place.dport = ip.dst_port;
  place.protocol = ip.protocol;
  Segment segment{place,
                  true,
                  ip.tcp_seq,
                  (ip.tcp_flags & wire::tcp_flag::kSyn) != 0,
                  bytes.subspan(std::min<size_t>(ip.payload_offset, bytes.size())),
                  &io_};
  segment.payload =
      segment.payload.first(std::min<size_t>(ip.payload_length, segment.payload.size()));
  if (segment.payload.empty() && !segment.syn) return;
  const Key to_server{ip.src, ip.src_port, ip.dst, ip.dst_port, ip.protocol};
  const Key to_client{ip.dst, ip.dst_port, ip.src, ip.src_port, ip.protocol};
  Entry* entry = known(to_server);
  if (entry == nullptr && (entry = known(to_client)) != nullptr) segment.to_server = false;
  if (entry == nullptr) {
    if (const ProtocolRow* row = row_of(ip.protocol, ip.dst_port)) {
      entry = &begin(to_server, *row);
    } else if ((row = row_of(ip.protocol, ip.src_port)) != nullptr) {
      entry = &begin(to_client, *row);
      segment.to_server = false;
    } else if (ip.protocol == kTcp && (row = recognised(segment.payload)) != nullptr) {
      entry = &begin(to_server, *row);
    }
  }
  if (entry == nullptr) return;
  entry->last_frame = place.frame;
  entry->conversation->add(segment, sink);
}

void Dissection::link(const wire::Frame& frame, std::span<const uint8_t> bytes, PduPlace place,
                      const PduSink& sink) {
  const ProtocolRow* const row = row_of(0, frame.ethertype);
  if (row == nullptr) return;
  place.src_mac = frame.src_mac;
  place.dst_mac = frame.dst_mac;
  const Key key{{}, frame.ethertype, {}, 0, 0};
  Entry* entry = known(key);
  if (entry == nullptr) entry = &begin(key, *row);
  entry->last_frame = place.frame;
  const bool back = row->comes_back && is_local(frame.src_mac);
  entry->conversation->add(
      {place, !back, 0, false, bytes.subspan(std::min<size_t>(frame.ip.l3_offset, bytes.size()))},
      sink);
}

void Dissection::frame(const CapturedFrame& captured, const PduSink& sink) {
  std::vector<uint8_t> bytes = captured.bytes;
  wire::Frame parsed;
  PduPlace place;
  place.frame = captured.number;
  place.wall_ns = captured.wall_ns;
  if (captured.cut) ++cut_;
  if (!parse_captured(bytes, captured.cut, parsed)) return (void)++malformed_;
  if (parsed.ip.ip_version == 0) return link(parsed, bytes, place, sink);
  if (parsed.ip.fragment && !fragments_.complete(parsed, captured.wall_ns, bytes)) return;
  packet(parsed, bytes, place, sink);
}

}  // namespace bulkhead::dataplane

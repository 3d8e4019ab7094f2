// SPDX-License-Identifier: Apache-2.0
#include "events/packet_feed.h"

#include <algorithm>

namespace bulkhead::control {

using telemetry::PacketLink;
using telemetry::PacketRecord;
using telemetry::Segment;

Result<PacketFeed> PacketFeed::open(const Segment& segment, uint32_t worker) {
  auto ring = segment.packet_consumer(worker);
  if (!ring) return std::move(ring).error();
  PacketFeed feed;
  feed.ring_ = std::move(*ring);
  const auto& header = segment.header();
  const auto& place = header.rings[static_cast<size_t>(telemetry::RingKind::kPackets)];
  feed.capacity_ = static_cast<uint32_t>(place.capacity);
  for (size_t i = 0; i < feed.ports_.size(); ++i)
    feed.ports_[i] = Segment::name_in(header.port_names[i]);
  feed.next_ = std::make_unique<PacketRecord>();
  return feed;
}

bool PacketFeed::look() {
  if (!waiting_ && ring_) waiting_ = ring_->pop(*next_);
  return waiting_;
}

// Of another process: nothing in the record is believed.
CapturedPacketPtr PacketFeed::captured() const {
  const PacketRecord& record = *next_;
  if (record.captured_length > record.frame.size() ||
      record.captured_length > record.original_length)
    return nullptr;
  auto packet = std::make_shared<CapturedPacket>();
  if (record.port < ports_.size()) packet->port = ports_[record.port];
  packet->link = record.link == static_cast<uint16_t>(PacketLink::kIp) ? PacketLink::kIp
                                                                       : PacketLink::kEthernet;
  packet->original_length = record.original_length;
  packet->bytes.assign(record.frame.begin(), record.frame.begin() + record.captured_length);
  return packet;
}

// Bounded by a ring's worth of records, as their writer may be alive and mad.
CapturedPacketPtr PacketFeed::take(uint64_t sequence) {
  for (uint32_t i = 0; i <= capacity_ && look(); ++i) {
    if (next_->sequence > sequence) return nullptr;
    waiting_ = false;
    CapturedPacketPtr packet = next_->sequence == sequence ? captured() : nullptr;
    ++(packet != nullptr ? matched_ : without_event_);
    if (packet != nullptr) return packet;
  }
  return nullptr;
}

void PacketFeed::finish() {
  for (uint32_t i = 0; i <= capacity_ && look(); ++i) {
    waiting_ = false;
    ++without_event_;
  }
}

PacketLosses PacketFeed::losses() const {
  return {matched_, ring_ ? ring_->lost() : 0, without_event_};
}

}  // namespace bulkhead::control

// SPDX-License-Identifier: Apache-2.0
#include "stage/transmit.h"

namespace bulkhead::dataplane {
namespace {

uint64_t bytes_of(std::span<Packet* const> packets) noexcept {
  uint64_t total = 0;
  for (const Packet* packet : packets) total += packet->length;
  return total;
}

// What the queue takes; returns how many of the batch that was.
size_t send(uint16_t port, std::span<Packet* const> batch, WorkerView& view) noexcept {
  const uint64_t offered = bytes_of(batch);
  PortQueue* queue = view.ports[port].queue;
  const size_t sent = queue == nullptr ? 0 : queue->transmit(batch);
  const uint64_t refused = sent == batch.size() ? 0 : bytes_of(batch.subspan(sent));
  telemetry::PortCounters& counters = view.counters.ports[port];
  add(counters.tx_packets, sent);
  add(counters.tx_bytes, offered - refused);
  return sent;
}

// All data for one port, as most bursts are.
bool all_data_for(uint16_t port, const Burst& burst) noexcept {
  uint16_t differs = 0;
  for (const Packet* packet : burst.packets())
    differs =
        static_cast<uint16_t>(differs | (packet->meta.tx_port ^ port) | packet->meta.control_tries);
  return differs == 0;
}

// A queue refused the packet. True: it waits in the outbox for the next flush.
bool waits(Packet* packet, WorkerView& view) noexcept {
  if (packet->meta.control_tries == 0 || view.outbox.size() >= TransmitStage::kMostWaiting)
    return false;
  --packet->meta.control_tries;
  return view.outbox.send(packet);
}

}  // namespace

// Takes the port's packets out of the burst: control traffic first, each kind in its order.
size_t TransmitStage::gather(uint16_t port, Burst& burst) noexcept {
  size_t n = 0;
  for (const bool control : {true, false})
    burst.take_if([&](Slot, Packet* packet) {
      const PacketMeta& meta = packet->meta;
      if (meta.tx_port != port || (meta.control_tries != 0) != control) return false;
      batch_[n++] = packet;
      return true;
    });
  return n;
}

// Data that the queue refused comes back to the burst.
void TransmitStage::send_to(uint16_t port, Burst& burst, WorkerView& view) noexcept {
  const std::span<Packet* const> batch{batch_.data(), gather(port, burst)};
  for (Packet* packet : batch.subspan(send(port, batch, view))) {
    if (waits(packet, view)) continue;
    packet->meta.tx_port = kNoPort;
    (void)burst.push(packet);  // there is room: it was taken from here
  }
}

void TransmitStage::process(Burst& burst, WorkerView& view) noexcept {
  if (burst.empty()) return;
  const uint16_t first = burst[0].meta.tx_port;
  if (first < view.ports.size() && all_data_for(first, burst)) [[likely]] {
    burst.taken(send(first, burst.packets(), view));
  } else {
    send_by_port(burst, view);
  }
  burst.keep_if([](Slot, Packet&) { return DropReason::kTxFull; });
}

void TransmitStage::send_by_port(Burst& burst, WorkerView& view) noexcept {
  burst.keep_if([&](Slot, Packet& packet) {
    return packet.meta.tx_port < view.ports.size() ? DropReason::kNone : DropReason::kNoZonePort;
  });
  // Packets that a queue refused stay behind without a port.
  for (uint16_t port = 0; port < view.ports.size() && !burst.empty(); ++port) {
    bool any = false;
    burst.for_each([&](Slot, Packet& packet) { any |= packet.meta.tx_port == port; });
    if (any) send_to(port, burst, view);
  }
}

}  // namespace bulkhead::dataplane

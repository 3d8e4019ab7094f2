// SPDX-License-Identifier: Apache-2.0
#include "port/memory_port.h"

#include <algorithm>

namespace bulkhead::dataplane {

MemoryPool::MemoryPool(size_t packets) : buffers_(new Buffer[packets]) {
  free_.reserve(packets);
  for (size_t i = packets; i-- > 0;) free_.push_back(&buffers_[i].packet);
}

Packet* MemoryPool::allocate() noexcept {
  if (free_.empty()) return nullptr;
  Packet* packet = free_.back();
  free_.pop_back();
  auto* buffer = reinterpret_cast<Buffer*>(packet);  // its first member
  *packet = Packet{};
  packet->data = buffer->bytes.data() + kFrontRoom;
  packet->headroom = kFrontRoom;
  packet->tailroom = kBufferBytes - kFrontRoom;
  packet->owner = this;
  return packet;
}

void MemoryPool::free(std::span<Packet* const> packets) noexcept {
  for (Packet* packet : packets) static_cast<MemoryPool*>(packet->owner)->free_.push_back(packet);
}

Packet* MemoryPool::make(std::span<const uint8_t> bytes) noexcept {
  if (bytes.size() > kBufferBytes - kFrontRoom) return nullptr;
  Packet* packet = allocate();
  if (packet == nullptr) return nullptr;
  std::copy(bytes.begin(), bytes.end(), packet->data);
  packet->append(static_cast<uint16_t>(bytes.size()));
  return packet;
}

size_t MemoryQueue::receive(std::span<Packet*> out) noexcept {
  const size_t n = std::min(out.size(), incoming_.size());
  std::copy_n(incoming_.begin(), n, out.begin());
  incoming_.erase(incoming_.begin(), incoming_.begin() + static_cast<std::ptrdiff_t>(n));
  return n;
}

size_t MemoryQueue::transmit(std::span<Packet* const> packets) noexcept {
  const size_t room = transmit_limit_ - std::min(transmit_limit_, outgoing_.size());
  const size_t n = std::min(room, packets.size());
  outgoing_.insert(outgoing_.end(), packets.begin(),
                   packets.begin() + static_cast<std::ptrdiff_t>(n));
  return n;
}

bool MemoryQueue::put(std::span<const uint8_t> frame) {
  Packet* packet = pool_.make(frame);
  if (packet != nullptr) incoming_.push_back(packet);
  return packet != nullptr;
}

std::vector<std::vector<uint8_t>> MemoryQueue::take() {
  std::vector<std::vector<uint8_t>> frames;
  for (Packet* packet : outgoing_) {
    frames.emplace_back(packet->data, packet->data + packet->length);
    pool_.free({&packet, 1});
  }
  outgoing_.clear();
  return frames;
}

}  // namespace bulkhead::dataplane

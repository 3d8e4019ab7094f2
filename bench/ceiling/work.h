// SPDX-License-Identifier: Apache-2.0
// The least that the gateway's job in the encrypt direction could be: the 5-tuple found in a
// preallocated table, the IP packet wrapped in ESP in UDP with one direct AES-256-GCM call. No
// identity, policy, state, checks or counters beyond what proves that it did so. IPsec-MB only:
// nothing of the product can make it slower or faster.
#pragma once

#include <immintrin.h>
#include <intel-ipsec-mb.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

namespace bulkhead::bench {

class CeilingWork {
 public:
  static constexpr uint32_t kMostFlows = 1u << 16;

  // nullptr, or what is wrong: no memory, or what it encrypts does not decrypt.
  const char* start() {
    manager_ = alloc_mb_mgr(0);
    if (manager_ == nullptr) return "no memory for IPsec-MB";
    init_mb_mgr_auto(manager_, nullptr);
    init_sa();
    return proves_itself() ? nullptr : "what it encrypts does not decrypt";
  }

  struct Wrapped {
    uint8_t* frame;
    uint16_t length;
  };
  // An Ethernet frame around IPv4, with kRoomBefore bytes free in front and kRoomBehind behind.
  // `frame` nullptr: more than kMostFlows.
  Wrapped handle(uint8_t* frame) {
    FlowSlot* flow = find_flow(frame + kEthernet);
    if (flow == nullptr) return {};
    ++flow->packets;
    return encapsulate(frame, associations_[flow->sa]);
  }

  [[nodiscard]] uint32_t flows() const { return flows_; }
  [[nodiscard]] uint64_t encrypted() const { return encrypted_; }

 private:
  static constexpr uint32_t kSlots = 2 * kMostFlows;
  static constexpr size_t kEthernet = 14, kIpv4 = 20, kUdp = 8, kEsp = 8, kIv = 8, kIcv = 16;
  static constexpr size_t kOuter = kEthernet + kIpv4 + kUdp + kEsp + kIv;

 public:
  static constexpr size_t kRoomBefore = kOuter - kEthernet;
  static constexpr size_t kRoomBehind = 3 + 2 + kIcv;  // padding, trailer, tag

 private:
  struct alignas(32) FlowSlot {
    uint64_t addresses = 0, ports = 0;  // ports also has the protocol, which is never 0
    uint64_t packets = 0;
    uint32_t sa = 0;
  };

  struct alignas(64) Sa {
    gcm_key_data key;
    uint32_t spi_be;
    uint32_t salt;
    uint64_t sequence = 0;
    uint8_t outer[kEthernet + kIpv4 + kUdp];
    uint32_t checksum_base;  // of the outer IPv4 header without its length
  };

  template <typename T>
  static T load(const uint8_t* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  template <typename T>
  static void store(uint8_t* at, T value) {
    std::memcpy(at, &value, sizeof value);
  }
  static uint16_t big(size_t value) { return __builtin_bswap16(static_cast<uint16_t>(value)); }

  FlowSlot* find_flow(const uint8_t* ip) {
    const auto addresses = load<uint64_t>(ip + 12);
    const uint64_t ports = load<uint32_t>(ip + 20) | (uint64_t{ip[9]} << 32);
    uint64_t at = _mm_crc32_u64(_mm_crc32_u64(0, addresses), ports);
    for (;; ++at) {
      FlowSlot& slot = table_[at & (kSlots - 1)];
      if (slot.addresses == addresses && slot.ports == ports) [[likely]]
        return &slot;
      if (slot.ports != 0) continue;
      slot.addresses = addresses;
      slot.ports = ports;
      return ++flows_ > kMostFlows ? nullptr : &slot;
    }
  }

  void init_sa() {
    std::random_device random;
    Sa& sa = associations_[0];
    uint8_t key[32];
    for (uint8_t& b : key) b = static_cast<uint8_t>(random());
    IMB_AES256_GCM_PRE(manager_, key, &sa.key);
    sa.spi_be = random();
    sa.salt = random();
    static constexpr uint8_t kTemplate[sizeof sa.outer] = {
        2,    0, 0,    0,    1, 2, 2,    0, 0,  0,  1, 1, 8,   0,                      // Ethernet
        0x45, 0, 0,    0,    0, 0, 0x40, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,  // IPv4
        0xc0, 0, 0x11, 0x94, 0, 0, 0,    0};  // UDP, to 4500
    std::memcpy(sa.outer, kTemplate, sizeof kTemplate);
    sa.checksum_base = 0;
    for (size_t i = kEthernet; i < kEthernet + kIpv4; i += 2)
      sa.checksum_base += static_cast<uint32_t>(sa.outer[i] << 8 | sa.outer[i + 1]);
  }

  // ESP in UDP around the IP packet: RFC 4303 with extended sequence numbers, RFC 4106.
  Wrapped encapsulate(uint8_t* frame, Sa& sa) {
    const size_t inner = __builtin_bswap16(load<uint16_t>(frame + kEthernet + 2));
    const size_t padding = (4 - (inner + 2) % 4) % 4;
    const size_t text = inner + padding + 2;
    uint8_t* out = frame + kEthernet - kOuter;
    std::memcpy(out, sa.outer, sizeof sa.outer);
    uint8_t* ip = out + kEthernet;
    const size_t ip_length = kIpv4 + kUdp + kEsp + kIv + text + kIcv;
    uint32_t sum = sa.checksum_base + static_cast<uint32_t>(ip_length);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    store(ip + 2, big(ip_length));
    store(ip + 10, big(static_cast<uint16_t>(~sum)));
    store(ip + kIpv4 + 4, big(ip_length - kIpv4));

    const uint64_t sequence = __builtin_bswap64(++sa.sequence);
    uint8_t* esp = ip + kIpv4 + kUdp;
    store(esp, sa.spi_be);
    store(esp + 4, static_cast<uint32_t>(sequence >> 32));
    store(esp + kEsp, sequence);
    uint8_t* clear = esp + kEsp + kIv;
    for (size_t i = 0; i < padding; ++i) clear[inner + i] = static_cast<uint8_t>(i + 1);
    clear[inner + padding] = static_cast<uint8_t>(padding);
    clear[inner + padding + 1] = 4;  // IPv4

    uint8_t nonce[12], aad[12];
    store(nonce, sa.salt);
    store(nonce + 4, sequence);
    store(aad, sa.spi_be);
    store(aad + 4, sequence);
    gcm_context_data context;
    IMB_AES256_GCM_ENC(manager_, &sa.key, &context, clear, clear, text, nonce, aad, sizeof aad,
                       clear + text, kIcv);
    ++encrypted_;
    return {out, static_cast<uint16_t>(kOuter + text + kIcv)};
  }

  // One packet through encapsulate() and back: the same bytes, the same tag.
  bool proves_itself() {
    constexpr size_t kInner = 50;
    uint8_t memory[kRoomBefore + kEthernet + kInner + kRoomBehind]{};
    uint8_t frame[kEthernet + kInner]{};
    for (size_t i = 0; i < sizeof frame; ++i) frame[i] = static_cast<uint8_t>(i);
    store(frame + kEthernet + 2, big(kInner));
    std::memcpy(memory + kRoomBefore, frame, sizeof frame);
    Sa& sa = associations_[0];
    const Wrapped wrapped = encapsulate(memory + kRoomBefore, sa);
    uint8_t* esp = wrapped.frame + kOuter - kEsp - kIv;
    const size_t text = wrapped.length - kOuter - kIcv;
    uint8_t nonce[12], aad[12], tag[kIcv];
    store(nonce, sa.salt);
    std::memcpy(nonce + 4, esp + kEsp, kIv);
    std::memcpy(aad, esp, 4);
    std::memcpy(aad + 4, esp + kEsp, kIv);
    uint8_t* clear = esp + kEsp + kIv;
    const bool hidden = std::memcmp(clear, frame + kEthernet, kInner) != 0;
    gcm_context_data context;
    IMB_AES256_GCM_DEC(manager_, &sa.key, &context, clear, clear, text, nonce, aad, sizeof aad, tag,
                       kIcv);
    const bool same = std::memcmp(clear, frame + kEthernet, kInner) == 0 &&
                      std::memcmp(tag, clear + text, kIcv) == 0;
    encrypted_ = 0;
    return hidden && same;
  }

  IMB_MGR* manager_ = nullptr;
  std::vector<FlowSlot> table_ = std::vector<FlowSlot>(kSlots);
  std::vector<Sa> associations_ = std::vector<Sa>(1);
  uint32_t flows_ = 0;
  uint64_t encrypted_ = 0;
};

}  // namespace bulkhead::bench

// SPDX-License-Identifier: Apache-2.0
// Builds packets that read as sentences, with right lengths and checksums:
//
//   std::vector<uint8_t> frame = ethernet() | vlan(30) | ipv4("10.0.0.1", "10.0.0.2") |
//                                tcp(1234, 502).psh().ack(7) | payload({0x00, 0x01});
//   std::vector<uint8_t> packet = ipv6("2001:db8::1", "2001:db8::2") | udp(1, 2) | payload("hi");
//
// A layer is finished when the next ones are known, so lengths, next-protocol fields and checksums
// come out right whatever follows; a with_...() call overrides one and is kept, for bad packets.
// Independent of lib/wire, so that tests of the parsers do not test them against themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::test {

using Bytes = std::vector<uint8_t>;

// What the layer below must know of what it carries.
struct Carried {
  uint16_t ethertype = 0;
  uint8_t protocol = 0;
};

// What a transport's checksum must know of the layer below.
struct Below {
  Bytes pseudo;  // addresses of the pseudo header, on the wire; empty when not above IP
};

struct Layer {
  Carried is;  // how the layer below names this one
  // The layer's bytes in front of `above`, which is complete; `of` names what `above` begins with.
  std::function<Bytes(const Bytes& above, Carried of, const Below& below)> finish;
  // Set by IP layers.
  Bytes pseudo;
};

class Packet {
 public:
  Packet(Layer layer) : layers_{std::move(layer)} {}
  Packet& add(Layer layer) {
    layers_.push_back(std::move(layer));
    return *this;
  }
  [[nodiscard]] Bytes bytes() const;
  operator Bytes() const { return bytes(); }

 private:
  std::vector<Layer> layers_;
};

inline constexpr const char* kDefaultSrcMac = "02:00:00:00:00:01";
inline constexpr const char* kDefaultDstMac = "02:00:00:00:00:02";

class Ethernet {
 public:
  Ethernet(std::string_view src, std::string_view dst);
  Ethernet& with_type(uint16_t type);
  operator Layer() const;

 private:
  Bytes macs_;
  std::optional<uint16_t> type_;
};

class Vlan {
 public:
  explicit Vlan(uint16_t id) : id_(id) {}
  Vlan& priority(uint8_t p);
  Vlan& service();  // 802.1ad outer tag
  operator Layer() const;

 private:
  uint16_t id_;
  uint16_t type_ = 0x8100;
};

class Ipv4 {
 public:
  Ipv4(std::string_view src, std::string_view dst);
  Ipv4& ttl(uint8_t v);
  Ipv4& id(uint16_t v);
  Ipv4& dont_fragment();
  Ipv4& more_fragments();
  Ipv4& fragment_offset(uint16_t units_of_8);
  Ipv4& options(Bytes padded_to_4);
  Ipv4& with_protocol(uint8_t v);
  Ipv4& with_total_length(uint16_t v);
  Ipv4& with_checksum(uint16_t v);
  operator Layer() const;

 private:
  [[nodiscard]] Bytes finish(const Bytes& above, Carried of) const;

  Bytes src_, dst_, options_;
  uint8_t ttl_ = 64;
  uint16_t id_ = 0, flags_ = 0;
  std::optional<uint8_t> protocol_;
  std::optional<uint16_t> total_length_, checksum_;
};

class Ipv6 {
 public:
  Ipv6(std::string_view src, std::string_view dst);
  Ipv6& hop_limit(uint8_t v);
  // An extension header of `kind` (0, 43, 60, ...) with `body` behind its two fixed bytes;
  // body.size() + 2 must be a multiple of 8.
  Ipv6& extension(uint8_t kind, Bytes body);
  Ipv6& fragment(uint16_t units_of_8, bool more, uint32_t id);
  Ipv6& with_protocol(uint8_t v);
  Ipv6& with_payload_length(uint16_t v);
  operator Layer() const;

 private:
  struct Extension {
    uint8_t kind;
    Bytes body;
    bool fragment;
  };
  [[nodiscard]] Bytes finish(const Bytes& above, Carried of) const;

  Bytes src_, dst_;
  uint8_t hop_limit_ = 64;
  std::vector<Extension> extensions_;
  std::optional<uint8_t> protocol_;
  std::optional<uint16_t> payload_length_;
};

// Flags start empty; without any, finishing sets ACK as on an established connection.
class Tcp {
 public:
  Tcp(uint16_t src_port, uint16_t dst_port) : src_port_(src_port), dst_port_(dst_port) {}
  Tcp& syn() { return flag(0x02); }
  Tcp& fin() { return flag(0x01); }
  Tcp& rst() { return flag(0x04); }
  Tcp& psh() { return flag(0x08); }
  Tcp& ack() { return flag(0x10); }
  Tcp& ack(uint32_t number);
  Tcp& seq(uint32_t number);
  Tcp& window(uint16_t v);
  Tcp& mss(uint16_t v);
  Tcp& options(const Bytes& raw);  // padded with end-of-options to a multiple of 4
  Tcp& with_flags(uint8_t flags);
  Tcp& with_checksum(uint16_t v);
  Tcp& with_data_offset(uint8_t words);
  operator Layer() const;

 private:
  Tcp& flag(uint8_t bit);
  [[nodiscard]] Bytes finish(const Bytes& above, const Below& below) const;

  uint16_t src_port_, dst_port_;
  uint32_t seq_ = 0, ack_ = 0;
  uint16_t window_ = 0xffff;
  uint8_t flags_ = 0;
  Bytes options_;
  std::optional<uint8_t> exact_flags_, data_offset_;
  std::optional<uint16_t> checksum_;
};

class Udp {
 public:
  Udp(uint16_t src_port, uint16_t dst_port) : src_port_(src_port), dst_port_(dst_port) {}
  Udp& with_length(uint16_t v);
  Udp& with_checksum(uint16_t v);
  operator Layer() const;

 private:
  uint16_t src_port_, dst_port_;
  std::optional<uint16_t> length_, checksum_;
};

// Readable entry points.
inline Ethernet ethernet(std::string_view src = kDefaultSrcMac,
                         std::string_view dst = kDefaultDstMac) {
  return {src, dst};
}
inline Vlan vlan(uint16_t id) {
  return Vlan(id);
}
inline Ipv4 ipv4(std::string_view src, std::string_view dst) {
  return {src, dst};
}
inline Ipv6 ipv6(std::string_view src, std::string_view dst) {
  return {src, dst};
}
inline Tcp tcp(uint16_t src_port, uint16_t dst_port) {
  return {src_port, dst_port};
}
inline Udp udp(uint16_t src_port, uint16_t dst_port) {
  return {src_port, dst_port};
}

// ICMP and ICMPv6 by the addresses below; `rest` is what follows the checksum.
Layer icmp(uint8_t type, uint8_t code, Bytes rest);
Layer icmpv6(uint8_t type, uint8_t code, Bytes rest);
Layer icmp_echo(uint16_t identifier, uint16_t sequence, bool reply = false);
Layer icmpv6_echo(uint16_t identifier, uint16_t sequence, bool reply = false);
Layer neighbour_solicitation(std::string_view target, std::string_view source_mac = kDefaultSrcMac);

Layer arp_request(std::string_view sender_mac, std::string_view sender_ip,
                  std::string_view target_ip);
Layer arp_reply(std::string_view sender_mac, std::string_view sender_ip,
                std::string_view target_mac, std::string_view target_ip);

// ESP header; the ciphertext is whatever follows.
Layer esp(uint32_t spi, uint32_t seq);

Layer payload(Bytes bytes);
Layer payload(std::string_view text);
inline Layer payload(std::initializer_list<uint8_t> bytes) {
  return payload(Bytes(bytes));
}
// `size` bytes that count up from `first`.
Layer filler(size_t size, uint8_t first = 0);

// Modbus/TCP ADU: MBAP with the right length in front of `pdu`.
Bytes modbus_adu(uint16_t transaction, uint8_t unit, const Bytes& pdu);

inline Packet operator|(const Layer& below, const Layer& above) {
  return Packet(below).add(above);
}
inline Packet operator|(Packet below, const Layer& above) {
  return below.add(above);
}

// A packet of one layer.
inline Bytes bytes_of(const Layer& layer) {
  return Packet(layer).bytes();
}

Bytes operator+(Bytes front, const Bytes& back);

// "00 01 ab", for failure messages.
std::string to_hex(std::span<const uint8_t> bytes);

}  // namespace bulkhead::test

// SPDX-License-Identifier: Apache-2.0
#include "packet_builder.h"

#include <arpa/inet.h>

#include <cstdio>
#include <stdexcept>

namespace bulkhead::test {

namespace {

constexpr uint16_t kTypeArp = 0x0806, kTypeIpv4 = 0x0800, kTypeIpv6 = 0x86dd;
constexpr uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kEsp = 50, kIcmpv6 = 58, kFragment = 44;
constexpr uint8_t kIpInIp = 4, kIpv6InIp = 41, kNothing = 59;

void put8(Bytes& out, unsigned v) {
  out.push_back(static_cast<uint8_t>(v));
}
void put16(Bytes& out, unsigned v) {
  put8(out, v >> 8);
  put8(out, v & 0xff);
}
void put32(Bytes& out, uint32_t v) {
  put16(out, v >> 16);
  put16(out, v & 0xffff);
}
void put(Bytes& out, const Bytes& bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}
void set16(Bytes& out, size_t at, unsigned v) {
  out.at(at) = static_cast<uint8_t>(v >> 8);
  out.at(at + 1) = static_cast<uint8_t>(v);
}

// RFC 1071 by the book: no cleverness, so that it can judge the clever one.
uint16_t sum_of(const Bytes& bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i)
    sum += i % 2 == 0 ? static_cast<uint32_t>(bytes[i] << 8) : bytes[i];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

uint16_t transport_sum(const Below& below, uint8_t protocol, const Bytes& segment) {
  Bytes all = below.pseudo;
  put32(all, static_cast<uint32_t>(segment.size()));
  put32(all, protocol);
  put(all, segment);
  return sum_of(all);
}

Bytes mac_bytes(std::string_view text) {
  unsigned b[6];
  if (std::sscanf(std::string(text).c_str(), "%x:%x:%x:%x:%x:%x", b, b + 1, b + 2, b + 3, b + 4,
                  b + 5) != 6)
    throw std::invalid_argument("not a MAC address: " + std::string(text));
  return Bytes(b, b + 6);
}

Bytes ip_bytes(int family, std::string_view text) {
  Bytes out(family == AF_INET ? 4 : 16);
  if (inet_pton(family, std::string(text).c_str(), out.data()) != 1)
    throw std::invalid_argument("not an IP address: " + std::string(text));
  return out;
}

using Finish = std::function<Bytes(const Bytes&, Carried, const Below&)>;

Layer layer_of(Carried is, Finish finish, Bytes pseudo = {}) {
  return Layer{is, std::move(finish), std::move(pseudo)};
}

Layer plain(Carried is, Bytes bytes) {
  return layer_of(is, [bytes](const Bytes&, Carried, const Below&) { return bytes; });
}

Layer icmp_layer(uint8_t protocol, uint8_t type, uint8_t code, Bytes rest) {
  return {{0, protocol},
          [=](const Bytes& above, Carried, const Below& below) {
            Bytes head{type, code, 0, 0};
            put(head, rest);
            const Bytes all = head + above;
            set16(head, 2, protocol == kIcmp ? sum_of(all) : transport_sum(below, kIcmpv6, all));
            return head;
          },
          {}};
}

Bytes echo_rest(uint16_t identifier, uint16_t sequence) {
  Bytes rest;
  put16(rest, identifier);
  put16(rest, sequence);
  return rest;
}

Layer arp_layer(uint16_t operation, std::string_view sender_mac, std::string_view sender_ip,
                std::string_view target_mac, std::string_view target_ip) {
  Bytes out{0, 1, 8, 0, 6, 4};
  put16(out, operation);
  put(out, mac_bytes(sender_mac));
  put(out, ip_bytes(AF_INET, sender_ip));
  put(out, mac_bytes(target_mac));
  put(out, ip_bytes(AF_INET, target_ip));
  return plain({kTypeArp, 0}, out);
}

}  // namespace

Bytes Packet::bytes() const {
  Bytes out;
  Carried of{0, kNothing};
  for (size_t i = layers_.size(); i-- > 0;) {
    // Extension headers live inside the IP layer, so the layer below a transport is the IP layer.
    const Below below{i > 0 ? layers_[i - 1].pseudo : Bytes{}};
    out = layers_[i].finish(out, of, below) + out;
    of = layers_[i].is;
  }
  return out;
}

Ethernet::Ethernet(std::string_view src, std::string_view dst)
    : macs_(mac_bytes(dst) + mac_bytes(src)) {}
Ethernet& Ethernet::with_type(uint16_t type) {
  type_ = type;
  return *this;
}
Ethernet::operator Layer() const {
  return layer_of({}, [self = *this](const Bytes&, Carried of, const Below&) {
    Bytes out = self.macs_;
    put16(out, self.type_.value_or(of.ethertype));
    return out;
  });
}

Vlan& Vlan::priority(uint8_t p) {
  id_ = static_cast<uint16_t>((id_ & 0x1fff) | (p << 13));
  return *this;
}
Vlan& Vlan::service() {
  type_ = 0x88a8;
  return *this;
}
Vlan::operator Layer() const {
  return {{type_, 0},
          [self = *this](const Bytes&, Carried of, const Below&) {
            Bytes out;
            put16(out, self.id_);
            put16(out, of.ethertype);
            return out;
          },
          {}};
}

Ipv4::Ipv4(std::string_view src, std::string_view dst)
    : src_(ip_bytes(AF_INET, src)), dst_(ip_bytes(AF_INET, dst)) {}
Ipv4& Ipv4::ttl(uint8_t v) {
  ttl_ = v;
  return *this;
}
Ipv4& Ipv4::id(uint16_t v) {
  id_ = v;
  return *this;
}
Ipv4& Ipv4::dont_fragment() {
  flags_ |= 0x4000;
  return *this;
}
Ipv4& Ipv4::more_fragments() {
  flags_ |= 0x2000;
  return *this;
}
Ipv4& Ipv4::fragment_offset(uint16_t units_of_8) {
  flags_ = static_cast<uint16_t>((flags_ & 0xe000) | units_of_8);
  return *this;
}
Ipv4& Ipv4::options(Bytes padded_to_4) {
  options_ = std::move(padded_to_4);
  return *this;
}
Ipv4& Ipv4::with_protocol(uint8_t v) {
  protocol_ = v;
  return *this;
}
Ipv4& Ipv4::with_total_length(uint16_t v) {
  total_length_ = v;
  return *this;
}
Ipv4& Ipv4::with_checksum(uint16_t v) {
  checksum_ = v;
  return *this;
}
Bytes Ipv4::finish(const Bytes& above, Carried of) const {
  const size_t header = 20 + options_.size();
  Bytes out;
  put8(out, 0x40u | static_cast<unsigned>(header / 4));
  put8(out, 0);
  put16(out, total_length_.value_or(static_cast<uint16_t>(header + above.size())));
  put16(out, id_);
  put16(out, flags_);
  put8(out, ttl_);
  put8(out, protocol_.value_or(of.protocol));
  put16(out, 0);
  out = out + src_ + dst_ + options_;
  set16(out, 10, checksum_.value_or(sum_of(out)));
  return out;
}
Ipv4::operator Layer() const {
  return {{kTypeIpv4, kIpInIp},
          [self = *this](const Bytes& above, Carried of, const Below&) {
            return self.finish(above, of);
          },
          src_ + dst_};
}

Ipv6::Ipv6(std::string_view src, std::string_view dst)
    : src_(ip_bytes(AF_INET6, src)), dst_(ip_bytes(AF_INET6, dst)) {}
Ipv6& Ipv6::hop_limit(uint8_t v) {
  hop_limit_ = v;
  return *this;
}
Ipv6& Ipv6::extension(uint8_t kind, Bytes body) {
  if ((body.size() + 2) % 8 != 0) throw std::invalid_argument("extension header is not units of 8");
  extensions_.push_back({kind, std::move(body), false});
  return *this;
}
Ipv6& Ipv6::fragment(uint16_t units_of_8, bool more, uint32_t id) {
  Bytes body;
  put16(body, static_cast<unsigned>(units_of_8 << 3) | (more ? 1u : 0u));
  put32(body, id);
  extensions_.push_back({kFragment, std::move(body), true});
  return *this;
}
Ipv6& Ipv6::with_protocol(uint8_t v) {
  protocol_ = v;
  return *this;
}
Ipv6& Ipv6::with_payload_length(uint16_t v) {
  payload_length_ = v;
  return *this;
}
Bytes Ipv6::finish(const Bytes& above, Carried of) const {
  Bytes chain;
  uint8_t next = protocol_.value_or(of.protocol);
  for (size_t i = extensions_.size(); i-- > 0;) {
    const Extension& e = extensions_[i];
    Bytes one{next, e.fragment ? uint8_t{0} : static_cast<uint8_t>((e.body.size() + 2) / 8 - 1)};
    chain = one + e.body + chain;
    next = e.kind;
  }
  Bytes out;
  put32(out, 0x60000000);
  put16(out, payload_length_.value_or(static_cast<uint16_t>(chain.size() + above.size())));
  put8(out, next);
  put8(out, hop_limit_);
  return out + src_ + dst_ + chain;
}
Ipv6::operator Layer() const {
  return {{kTypeIpv6, kIpv6InIp},
          [self = *this](const Bytes& above, Carried of, const Below&) {
            return self.finish(above, of);
          },
          src_ + dst_};
}

Tcp& Tcp::flag(uint8_t bit) {
  flags_ |= bit;
  return *this;
}
Tcp& Tcp::ack(uint32_t number) {
  ack_ = number;
  return flag(0x10);
}
Tcp& Tcp::seq(uint32_t number) {
  seq_ = number;
  return *this;
}
Tcp& Tcp::window(uint16_t v) {
  window_ = v;
  return *this;
}
Tcp& Tcp::mss(uint16_t v) {
  return options({2, 4, static_cast<uint8_t>(v >> 8), static_cast<uint8_t>(v)});
}
Tcp& Tcp::options(const Bytes& raw) {
  put(options_, raw);
  return *this;
}
Tcp& Tcp::with_flags(uint8_t flags) {
  exact_flags_ = flags;
  return *this;
}
Tcp& Tcp::with_checksum(uint16_t v) {
  checksum_ = v;
  return *this;
}
Tcp& Tcp::with_data_offset(uint8_t words) {
  data_offset_ = words;
  return *this;
}
Bytes Tcp::finish(const Bytes& above, const Below& below) const {
  Bytes options = options_;
  options.resize((options.size() + 3) / 4 * 4);
  Bytes out;
  put16(out, src_port_);
  put16(out, dst_port_);
  put32(out, seq_);
  put32(out, ack_);
  put8(out, static_cast<unsigned>(
                data_offset_.value_or(static_cast<uint8_t>(5 + options.size() / 4)) << 4));
  put8(out, exact_flags_.value_or(flags_ == 0 ? uint8_t{0x10} : flags_));
  put16(out, window_);
  put32(out, 0);
  put(out, options);
  set16(out, 16, checksum_.value_or(transport_sum(below, kTcp, out + above)));
  return out;
}
Tcp::operator Layer() const {
  return {{0, kTcp},
          [self = *this](const Bytes& above, Carried, const Below& below) {
            return self.finish(above, below);
          },
          {}};
}

Udp& Udp::with_length(uint16_t v) {
  length_ = v;
  return *this;
}
Udp& Udp::with_checksum(uint16_t v) {
  checksum_ = v;
  return *this;
}
Udp::operator Layer() const {
  return {{0, kUdp},
          [self = *this](const Bytes& above, Carried, const Below& below) {
            Bytes out;
            put16(out, self.src_port_);
            put16(out, self.dst_port_);
            put16(out, self.length_.value_or(static_cast<uint16_t>(8 + above.size())));
            put16(out, 0);
            const uint16_t sum = transport_sum(below, kUdp, out + above);
            set16(out, 6, self.checksum_.value_or(sum == 0 ? uint16_t{0xffff} : sum));
            return out;
          },
          {}};
}

Layer icmp(uint8_t type, uint8_t code, Bytes rest) {
  return icmp_layer(kIcmp, type, code, std::move(rest));
}
Layer icmpv6(uint8_t type, uint8_t code, Bytes rest) {
  return icmp_layer(kIcmpv6, type, code, std::move(rest));
}
Layer icmp_echo(uint16_t identifier, uint16_t sequence, bool reply) {
  return icmp(reply ? 0 : 8, 0, echo_rest(identifier, sequence));
}
Layer icmpv6_echo(uint16_t identifier, uint16_t sequence, bool reply) {
  return icmpv6(reply ? 129 : 128, 0, echo_rest(identifier, sequence));
}
Layer neighbour_solicitation(std::string_view target, std::string_view source_mac) {
  Bytes rest{0, 0, 0, 0};
  put(rest, ip_bytes(AF_INET6, target));
  put(rest, {1, 1});
  put(rest, mac_bytes(source_mac));
  return icmpv6(135, 0, rest);
}

Layer arp_request(std::string_view sender_mac, std::string_view sender_ip,
                  std::string_view target_ip) {
  return arp_layer(1, sender_mac, sender_ip, "00:00:00:00:00:00", target_ip);
}
Layer arp_reply(std::string_view sender_mac, std::string_view sender_ip,
                std::string_view target_mac, std::string_view target_ip) {
  return arp_layer(2, sender_mac, sender_ip, target_mac, target_ip);
}

Layer esp(uint32_t spi, uint32_t seq) {
  Bytes out;
  put32(out, spi);
  put32(out, seq);
  return plain({0, kEsp}, out);
}

Layer payload(Bytes bytes) {
  return plain({0, kNothing}, std::move(bytes));
}
Layer payload(std::string_view text) {
  return payload(Bytes(text.begin(), text.end()));
}
Layer filler(size_t size, uint8_t first) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(first + i);
  return payload(std::move(bytes));
}

Bytes modbus_adu(uint16_t transaction, uint8_t unit, const Bytes& pdu) {
  Bytes out;
  put16(out, transaction);
  put16(out, 0);
  put16(out, static_cast<unsigned>(pdu.size() + 1));
  put8(out, unit);
  return out + pdu;
}

Bytes operator+(Bytes front, const Bytes& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

std::string to_hex(std::span<const uint8_t> bytes) {
  std::string out;
  char text[4];
  for (const uint8_t b : bytes) {
    std::snprintf(text, sizeof text, "%02x ", b);
    out += text;
  }
  if (!out.empty()) out.pop_back();
  return out;
}

}  // namespace bulkhead::test

// SPDX-License-Identifier: Apache-2.0
#include "base/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstdio>

namespace bulkhead {

namespace {

Error invalid(std::string_view what, std::string_view text) {
  return Error{ErrorCode::kInvalid, "'" + std::string(text) + "' is not " + std::string(what)};
}

// The whole of `text` as a number up to `max`.
bool parse_number(std::string_view text, unsigned max, unsigned& out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return code == std::errc{} && end == text.data() + text.size() && out <= max;
}

}  // namespace

Result<IpAddress> parse_ip(std::string_view text) {
  const std::string copy(text);
  std::array<uint8_t, 16> raw{};
  // inet_pton would take what stands in front of a NUL for the whole.
  if (copy.find('\0') != std::string::npos)
    return invalid("an IP address, such as 10.0.0.1 or 2001:db8::1", text);
  if (inet_pton(AF_INET, copy.c_str(), raw.data()) == 1) return IpAddress::from_v4_wire(raw.data());
  if (inet_pton(AF_INET6, copy.c_str(), raw.data()) == 1)
    return IpAddress::from_v6_wire(raw.data());
  return invalid("an IP address, such as 10.0.0.1 or 2001:db8::1", text);
}

std::string to_string(const IpAddress& ip) {
  char text[INET6_ADDRSTRLEN] = {};
  if (ip.is_v4()) {
    inet_ntop(AF_INET, ip.v4_wire(), text, sizeof text);
  } else {
    inet_ntop(AF_INET6, ip.bytes.data(), text, sizeof text);
  }
  return text;
}

Result<MacAddress> parse_mac(std::string_view text) {
  MacAddress mac;
  if (text.size() != 17) return invalid("a MAC address, such as 00:0e:8c:00:00:70", text);
  for (size_t i = 0; i < 6; ++i) {
    const char* at = text.data() + 3 * i;
    const auto [end, code] = std::from_chars(at, at + 2, mac.bytes[i], 16);
    if (code != std::errc{} || end != at + 2 || (i < 5 && at[2] != ':'))
      return invalid("a MAC address, such as 00:0e:8c:00:00:70", text);
  }
  return mac;
}

std::string to_string(const MacAddress& mac) {
  char text[18];
  std::snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", mac.bytes[0], mac.bytes[1],
                mac.bytes[2], mac.bytes[3], mac.bytes[4], mac.bytes[5]);
  return text;
}

bool IpPrefix::contains(const IpAddress& ip) const noexcept {
  const size_t whole = length / 8;
  if (std::memcmp(ip.bytes.data(), address.bytes.data(), whole) != 0) return false;
  const unsigned rest = length % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff << (8 - rest));
  return ((ip.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

Result<IpPrefix> parse_prefix(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return invalid("a prefix, such as 10.0.0.1/24", text);
  auto ip = parse_ip(text.substr(0, slash));
  if (!ip.ok()) return std::move(ip).error();
  unsigned length = 0;
  const unsigned max = ip->is_v4() ? 32 : 128;
  if (!parse_number(text.substr(slash + 1), max, length))
    return invalid("a prefix, such as 10.0.0.1/24", text);
  return IpPrefix{*ip, static_cast<uint8_t>(length + (128 - max))};
}

std::string to_string(const IpPrefix& prefix) {
  const unsigned shown = prefix.address.is_v4() ? prefix.length - 96u : prefix.length;
  return to_string(prefix.address) + "/" + std::to_string(shown);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return invalid("an endpoint, such as 10.0.0.1:4500", text);
  std::string_view host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return invalid("an endpoint; write an IPv6 one as [2001:db8::1]:4500", text);
  }
  auto ip = parse_ip(host);
  if (!ip.ok()) return std::move(ip).error();
  unsigned port = 0;
  if (!parse_number(text.substr(colon + 1), 65535, port) || port == 0)
    return invalid("an endpoint with a port of 1-65535", text);
  return Endpoint{*ip, static_cast<uint16_t>(port)};
}

std::string to_string(const Endpoint& endpoint) {
  const std::string ip = to_string(endpoint.ip);
  const std::string port = std::to_string(endpoint.port);
  return endpoint.ip.is_v4() ? ip + ":" + port : "[" + ip + "]:" + port;
}

}  // namespace bulkhead

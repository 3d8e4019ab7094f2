// SPDX-License-Identifier: Apache-2.0
// Records and hellos of TLS as bytes, for tests (RFC 8446 4.1, 5.1).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace bulkhead::test {

using TlsBytes = std::vector<uint8_t>;

inline void put16(TlsBytes& out, size_t value) {
  out.push_back(static_cast<uint8_t>(value >> 8));
  out.push_back(static_cast<uint8_t>(value));
}
inline void put(TlsBytes& out, const TlsBytes& more) {
  out.insert(out.end(), more.begin(), more.end());
}

inline TlsBytes tls_record(uint8_t type, const TlsBytes& body, uint16_t version = 0x0303) {
  TlsBytes out{type};
  put16(out, version);
  put16(out, body.size());
  put(out, body);
  return out;
}
// A record that nobody can read.
inline TlsBytes tls_data(size_t size, uint8_t type = 23) {
  return tls_record(type, TlsBytes(size, 0xe5));
}

inline TlsBytes tls_message(uint8_t type, const TlsBytes& body) {
  TlsBytes out{type, 0};
  put16(out, body.size());
  put(out, body);
  return out;
}
inline TlsBytes tls_extension(uint16_t type, const TlsBytes& body) {
  TlsBytes out;
  put16(out, type);
  put16(out, body.size());
  put(out, body);
  return out;
}
inline TlsBytes tls_server_name(std::string_view name) {
  TlsBytes list{0};
  put16(list, name.size());
  list.insert(list.end(), name.begin(), name.end());
  TlsBytes body;
  put16(body, list.size());
  put(body, list);
  return tls_extension(0, body);
}
inline TlsBytes tls_versions(const std::vector<uint16_t>& versions) {
  TlsBytes body{static_cast<uint8_t>(2 * versions.size())};
  for (const uint16_t version : versions) put16(body, version);
  return tls_extension(43, body);
}

// `extensions`: whole ones, one behind the other.
inline TlsBytes tls_hello_body(uint16_t legacy, const TlsBytes& middle, const TlsBytes& extensions,
                               uint8_t random = 7) {
  TlsBytes out;
  put16(out, legacy);
  out.insert(out.end(), 32, random);
  out.push_back(0);  // session identifier
  put(out, middle);
  if (extensions.empty()) return out;
  put16(out, extensions.size());
  put(out, extensions);
  return out;
}
inline TlsBytes client_hello_message(uint16_t legacy, const TlsBytes& extensions) {
  return tls_message(1, tls_hello_body(legacy, {0, 4, 0x13, 1, 0xc0, 0x2f, 1, 0}, extensions));
}
inline TlsBytes server_hello_message(uint16_t legacy, const TlsBytes& extensions = {}) {
  return tls_message(2, tls_hello_body(legacy, {0xc0, 0x2f, 0}, extensions));
}

// What a client of today says that knows 1.2 and 1.3, and what servers answer.
inline TlsBytes client_hello(std::string_view name = "plc-7.plant.example") {
  TlsBytes extensions = tls_versions({0x2a2a, 0x0304, 0x0303});
  if (!name.empty()) put(extensions, tls_server_name(name));
  return tls_record(22, client_hello_message(0x0303, extensions), 0x0301);
}
inline TlsBytes client_hello_10() {
  return tls_record(22, client_hello_message(0x0301, {}), 0x0301);
}
inline TlsBytes server_hello_13() {
  return tls_record(22, server_hello_message(0x0303, tls_extension(43, {3, 4})));
}
inline TlsBytes server_hello_12() {
  return tls_record(22, server_hello_message(0x0303));
}

}  // namespace bulkhead::test

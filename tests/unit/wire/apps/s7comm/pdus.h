// SPDX-License-Identifier: Apache-2.0
// S7comm PDUs by hand, for tests.
#pragma once

#include "../iso/told.h"

namespace bulkhead::test::s7 {

inline Octets job(const Octets& parameters, const Octets& data = {}, uint16_t reference = 7) {
  return Octets{0x32, 1, 0, 0} + be16(reference) + be16(parameters.size()) + be16(data.size()) +
         parameters + data;
}
inline Octets ack(const Octets& parameters, const Octets& data = {}, uint16_t error = 0,
                  uint16_t reference = 7) {
  return Octets{0x32, 3, 0, 0} + be16(reference) + be16(parameters.size()) + be16(data.size()) +
         be16(error) + parameters + data;
}
inline Octets any(uint8_t size, uint16_t count, uint16_t db, uint8_t area, uint32_t address) {
  return Octets{0x12, 10, 0x10, size} + be16(count) + be16(db) +
         Octets{area, static_cast<uint8_t>(address >> 16)} + be16(address & 0xffff);
}
// Of userdata: type 4 request, 8 response, 0 push.
inline Octets userdata(uint8_t type, uint8_t group, uint8_t sub, const Octets& payload,
                       uint16_t error = 0) {
  const Octets data =
      payload.empty() ? Octets{0x0a, 0, 0, 0} : Octets{0xff, 9} + be16(payload.size()) + payload;
  const auto kind = static_cast<uint8_t>(type << 4 | group);
  Octets parameters = type == 4 ? Octets{0, 1, 0x12, 4, 0x11, kind, sub, 0}
                                : Octets{0, 1, 0x12, 8, 0x12, kind, sub, 1, 0, 0} + be16(error);
  return Octets{0x32, 7, 0, 0, 0, 7} + be16(parameters.size()) + be16(data.size()) + parameters +
         data;
}
inline Octets pi_service(const Octets& argument, std::string_view service) {
  return job(Octets{0x28, 0, 0, 0, 0, 0, 0, 0xfd} + be16(argument.size()) + argument +
             Octets{static_cast<uint8_t>(service.size())} + text(service));
}
// Requests for a download and such: everything but the file name is 0.
inline Octets file_job(uint8_t function, std::string_view file, const Octets& more = {}) {
  return job(Octets{function, 0, 0, 0, 0, 0, 0, 0, static_cast<uint8_t>(file.size())} + text(file) +
             more);
}

}  // namespace bulkhead::test::s7

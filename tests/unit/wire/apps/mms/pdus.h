// SPDX-License-Identifier: Apache-2.0
// MMS PDUs and the layers around them by hand, for tests.
#pragma once

#include "../ber_bytes.h"

namespace bulkhead::test::mms {

inline Octets integer(uint8_t value) {
  return element(0x02, {value});
}
inline Octets visible(std::string_view characters) {
  return element(0x1a, text(characters));
}
inline Octets graphic(std::string_view characters) {
  return element(0x19, text(characters));
}

// Layers below MMS.
inline Octets user_data(uint8_t context, const Octets& value) {
  return element(0x61, element(0x30, integer(context) + element(0xa0, value)));
}
inline Octets session_data(const Octets& presentation) {
  return Octets{1, 0, 1, 0} + presentation;
}
inline Octets data(const Octets& pdu, uint8_t context = 3) {
  return session_data(user_data(context, pdu));
}
inline Octets spdu(uint8_t type, const Octets& presentation) {
  if (presentation.empty()) return {type, 0};
  const Octets parameter = Octets{0xc1, 0xff} + be16(presentation.size()) + presentation;
  return Octets{type, 0xff} + be16(parameter.size()) + parameter;
}

inline const Octets kAcseSyntax = {0x06, 4, 0x52, 1, 0, 1};
inline const Octets kMmsSyntax = {0x06, 5, 0x28, 0xca, 0x22, 2, 1};
inline const Octets kBer = {0x06, 2, 0x51, 1};

inline Octets context(uint8_t id, const Octets& syntax, const Octets& transfer = kBer) {
  return element(0x30, integer(id) + syntax + element(0x30, transfer));
}
inline const Octets kContexts = context(1, kAcseSyntax) + context(3, kMmsSyntax);

inline Octets external(uint8_t context, const Octets& value) {
  return element(0x28, integer(context) + element(0xa0, value));
}
inline Octets acse(uint8_t tag, const Octets& fields, const Octets& externals) {
  return element(tag, fields + (externals.empty() ? Octets{} : element(0xbe, externals)));
}

inline const Octets kInitiate = element(0xa8, {0x80, 2, 0x7d, 0, 0x81, 1, 5});
inline const Octets kInitiated = element(0xa9, {0x80, 2, 0x7d, 0, 0x81, 1, 5});

inline Octets cp(const Octets& contexts, const Octets& value) {
  const Octets mode = element(0xa0, {0x80, 1, 1});
  return element(0x31, mode + element(0xa2, element(0xa4, contexts) + user_data(1, value)));
}
inline Octets cpa(const Octets& results, const Octets& value) {
  const Octets mode = element(0xa0, {0x80, 1, 1});
  return element(0x31, mode + element(0xa2, element(0xa5, results) + user_data(1, value)));
}
inline Octets result(uint8_t code) {
  const Octets outcome = {0x80, 1, code};
  return element(0x30, outcome + Octets{0x81, 2, 0x51, 1});
}
inline Octets connect(const Octets& contexts = kContexts, const Octets& pdu = kInitiate,
                      uint8_t id = 3) {
  return spdu(13, cp(contexts, acse(0x60, {}, pdu.empty() ? Octets{} : external(id, pdu))));
}
inline Octets accept(const Octets& results = result(0) + result(0),
                     const Octets& pdu = kInitiated) {
  const Octets fields = element(0xa2, integer(0));
  return spdu(14, cpa(results, acse(0x61, fields, pdu.empty() ? Octets{} : external(3, pdu))));
}

// MMS.
inline Octets request(const Octets& service, uint8_t invoke = 7) {
  return element(0xa0, integer(invoke) + service);
}
inline Octets response(const Octets& service, uint8_t invoke = 7) {
  return element(0xa1, integer(invoke) + service);
}
inline Octets domain_specific(std::string_view domain, std::string_view item) {
  return element(0xa1, visible(domain) + visible(item));
}
inline Octets vmd_specific(std::string_view item) {
  return element(0x80, text(item));
}
inline Octets variable(const Octets& name, const Octets& alternate = {}) {
  return element(0x30, element(0xa0, name) + alternate);
}
inline Octets item(std::string_view name) {
  return variable(domain_specific("LD", name));
}
inline Octets read(const Octets& variables) {
  return element(0xa4, element(0xa1, element(0xa0, variables)));
}
inline Octets write(const Octets& variables, const Octets& values) {
  return element(0xa5, element(0xa0, variables) + element(0xa0, values));
}

}  // namespace bulkhead::test::mms

// SPDX-License-Identifier: Apache-2.0
#include "mesh/enroll_message.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "wire/cursor.h"
#include "wire/writer.h"

namespace bulkhead::mesh {

namespace {

using wire::Cursor;
using wire::Fault;
using wire::FaultKind;
using wire::Writer;

constexpr std::array<std::string_view, std::variant_size_v<EnrollMessage>> kNames = {
    "join_request", "renew_request", "issued", "refusal"};

constexpr uint8_t type_of(const EnrollMessage& message) {
  return static_cast<uint8_t>(message.index() +
                              1);  // on the wire: the place in the variant, from 1
}

// False: beyond a limit.
bool put_der(Writer& out, const Der& der, size_t limit) {
  if (der.empty() || der.size() > limit) return false;
  out.be16(static_cast<uint16_t>(der.size())).bytes(der);
  return true;
}
bool put_list(Writer& out, const std::vector<Der>& list, size_t least) {
  if (list.size() < least || list.size() > kMaxCertificates) return false;
  out.u8(static_cast<uint8_t>(list.size()));
  return std::ranges::all_of(list,
                             [&](const Der& der) { return put_der(out, der, kMaxCertificateDer); });
}
void put_text(Writer& out, std::string_view text) {
  out.u8(static_cast<uint8_t>(text.size()));
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

bool put(Writer& out, const JoinRequest& m) {
  if (m.gateway.empty() || m.gateway.size() > kMaxEnrollName) return false;
  out.bytes(m.token).bytes(m.proof);
  put_text(out, m.gateway);
  return put_der(out, m.request, kMaxRequestDer);
}
bool put(Writer& out, const RenewRequest& m) {
  return put_der(out, m.request, kMaxRequestDer);
}
bool put(Writer& out, const Issued& m) {
  return put_list(out, m.chain, 1) && put_list(out, m.anchors, 1) &&
         put_list(out, m.endorsements, 0);
}
bool put(Writer& out, const EnrollRefusal& m) {
  out.u8(static_cast<uint8_t>(m.code));
  put_text(out, std::string_view(m.text).substr(0, kMaxEnrollText));
  return true;
}

// Each takes a body; the caller checks afterwards that it was consumed, no more and no less.
using Body = std::optional<EnrollMessage>;

template <size_t kBytes>
std::array<uint8_t, kBytes> take_array(Cursor& in) {
  std::array<uint8_t, kBytes> out{};
  std::ranges::copy(in.bytes(kBytes), out.begin());
  return out;
}
std::string take_text(Cursor& in) {
  const auto view = in.bytes(in.u8());
  return {view.begin(), view.end()};
}
// Empty: a length that cannot be.
Der take_der(Cursor& in, size_t limit) {
  const size_t size = in.be16();
  if (size > limit) return {};
  const auto view = in.bytes(size);
  return {view.begin(), view.end()};
}
bool take_list(Cursor& in, size_t least, std::vector<Der>& list) {
  const size_t count = in.u8();
  if (count < least || count > kMaxCertificates) return false;
  for (size_t i = 0; i < count; ++i) {
    list.push_back(take_der(in, kMaxCertificateDer));
    if (list.back().empty()) return false;
  }
  return true;
}

Body take_join(Cursor& in) {
  JoinRequest m;
  m.token = take_array<std::tuple_size_v<TokenId>>(in);
  m.proof = take_array<std::tuple_size_v<TokenProof>>(in);
  m.gateway = take_text(in);
  m.request = take_der(in, kMaxRequestDer);
  if (m.gateway.empty() || m.gateway.size() > kMaxEnrollName || m.request.empty()) return {};
  return m;
}
Body take_renew(Cursor& in) {
  RenewRequest m{take_der(in, kMaxRequestDer)};
  if (m.request.empty()) return {};
  return m;
}
Body take_issued(Cursor& in) {
  Issued m;
  if (!take_list(in, 1, m.chain) || !take_list(in, 1, m.anchors) ||
      !take_list(in, 0, m.endorsements))
    return {};
  return m;
}
Body take_refusal(Cursor& in) {
  const uint8_t code = in.u8();
  if (code < 1 || code > static_cast<uint8_t>(EnrollRefusalCode::kInternal)) return {};
  return EnrollRefusal{static_cast<EnrollRefusalCode>(code), take_text(in)};
}

using Reader = Body (*)(Cursor&);
constexpr std::array<Reader, std::variant_size_v<EnrollMessage>> kReaders = {
    take_join, take_renew, take_issued, take_refusal};

constexpr std::array<std::string_view, 10> kCodes = {
    "unknown",       "protocol error", "token refused", "wrong name", "request refused",
    "not on record", "denied",         "expired",       "busy",       "internal error"};

}  // namespace

std::string_view name_of(const EnrollMessage& message) noexcept {
  return kNames[message.index()];
}

std::string_view to_string(EnrollRefusalCode code) noexcept {
  const auto at = static_cast<size_t>(code);
  return kCodes[at < kCodes.size() ? at : 0];
}

std::vector<uint8_t> encode(const EnrollMessage& message) {
  std::vector<uint8_t> frame(kMaxEnrollFrame);
  Writer out{frame};
  out.u8(kEnrollVersion).u8(type_of(message)).be16(0);
  const bool fits = std::visit([&](const auto& body) { return put(out, body); }, message);
  if (!fits || !out.ok()) return {};
  frame.resize(out.size());
  Writer length{std::span(frame).subspan(2, 2)};
  length.be16(static_cast<uint16_t>(frame.size() - kEnrollHeader));
  return frame;
}

wire::Parsed<DecodedEnroll> decode_enroll(std::span<const uint8_t> bytes) {
  Cursor in{bytes};
  const uint8_t version = in.u8();
  const uint8_t type = in.u8();
  const size_t length = in.be16();
  if (!in.ok()) return wire::NeedMore{static_cast<uint32_t>(kEnrollHeader - bytes.size())};
  if (version != kEnrollVersion) return Fault{FaultKind::kBadVersion, 0};
  if (type == 0 || type > kReaders.size()) return Fault{FaultKind::kBadFunction, 1};
  if (length > kMaxEnrollBody) return Fault{FaultKind::kBadLength, 2};
  if (in.left() < length) return wire::NeedMore{static_cast<uint32_t>(length - in.left())};
  Cursor body = in.take(length);
  Body message = kReaders[type - 1u](body);
  if (!body.ok() || (message && body.left() != 0)) return Fault{FaultKind::kBadLength, 2};
  if (!message) return Fault{FaultKind::kBadValue, kEnrollHeader};
  return DecodedEnroll{std::move(*message), kEnrollHeader + length};
}

}  // namespace bulkhead::mesh

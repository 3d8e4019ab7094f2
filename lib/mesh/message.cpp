// SPDX-License-Identifier: Apache-2.0
#include "mesh/message.h"

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

constexpr std::array<std::string_view, std::variant_size_v<Message>> kNames = {
    "hello",         "offer",   "ready",     "switched",   "keepalive",
    "rekey_request", "refusal", "deny_have", "deny_record"};

// On the wire, a type is the place in Message plus one.
constexpr uint8_t type_of(const Message& message) {
  return static_cast<uint8_t>(message.index() + 1);
}

void put_text(Writer& out, std::string_view text, size_t limit) {
  text = text.substr(0, limit);
  out.u8(static_cast<uint8_t>(text.size()));
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void put(Writer& out, const Hello& m) {
  put_text(out, m.gateway, kMaxName);
  out.bytes(m.boot_nonce).be16(static_cast<uint16_t>(m.suite)).be16(m.workers);
  out.be64(m.session).be32(m.sending_spi);
}
void put(Writer& out, const Offer& m) {
  out.be16(static_cast<uint16_t>(m.spis.size()));
  for (const uint32_t spi : m.spis) out.be32(spi);
}
void put(Writer&, const Ready&) {}
void put(Writer&, const Switched&) {}
void put(Writer& out, const Keepalive& m) {
  out.bytes(m.boot_nonce);
}
void put(Writer& out, const RekeyRequest& m) {
  out.u8(static_cast<uint8_t>(m.reason));
}
void put(Writer& out, const Refusal& m) {
  out.u8(static_cast<uint8_t>(m.code));
  put_text(out, m.text, kMaxText);
}

void put(Writer& out, const DenyHave& m) {
  out.be16(static_cast<uint16_t>(m.signers.size()));
  for (const DenyNumber& held : m.signers) out.bytes(held.signer).be64(held.complete_to);
}
void put(Writer& out, const DenyRecord& m) {
  out.bytes(m.bytes);
}

bool too_long(const Offer& m) {
  return m.spis.size() > kMaxSpis;
}
bool too_long(const DenyHave& m) {
  return m.signers.size() > kMaxDenySigners;
}
bool too_long(const DenyRecord& m) {
  return m.bytes.size() > kMaxDenyRecord;
}
bool too_long(const auto&) {
  return false;
}

// Each takes a body; the caller checks afterwards that it was consumed, no more and no less.
using Body = std::optional<Message>;

std::string take_text(Cursor& in) {
  const auto view = in.bytes(in.u8());
  return {view.begin(), view.end()};
}
BootNonce take_nonce(Cursor& in) {
  BootNonce nonce{};
  std::ranges::copy(in.bytes(nonce.size()), nonce.begin());
  return nonce;
}

Body take_hello(Cursor& in) {
  Hello m;
  m.gateway = take_text(in);
  m.boot_nonce = take_nonce(in);
  m.suite = static_cast<Suite>(in.be16());
  m.workers = in.be16();
  m.session = in.be64();
  m.sending_spi = in.be32();
  if (m.gateway.empty() || m.gateway.size() > kMaxName) return {};
  if (m.workers == 0 || m.workers > kMaxWorkers) return {};
  return m;
}
Body take_offer(Cursor& in) {
  const size_t count = in.be16();
  if (count == 0 || count > kMaxSpis || in.left() != count * 4) return {};
  Offer m;
  m.spis.reserve(count);
  for (size_t i = 0; i < count; ++i) m.spis.push_back(in.be32());
  if (std::ranges::any_of(m.spis, [](uint32_t spi) { return spi < kFirstSpi; })) return {};
  return m;
}
Body take_ready(Cursor&) {
  return Ready{};
}
Body take_switched(Cursor&) {
  return Switched{};
}
Body take_keepalive(Cursor& in) {
  return Keepalive{take_nonce(in)};
}
Body take_rekey_request(Cursor& in) {
  const uint8_t reason = in.u8();
  if (reason < 1 || reason > static_cast<uint8_t>(RekeyReason::kCertificate)) return {};
  return RekeyRequest{static_cast<RekeyReason>(reason)};
}
Body take_refusal(Cursor& in) {
  const uint8_t code = in.u8();
  if (code < 1 || code > static_cast<uint8_t>(RefusalCode::kInternal)) return {};
  return Refusal{static_cast<RefusalCode>(code), take_text(in)};
}
Body take_deny_have(Cursor& in) {
  constexpr size_t kEach = sizeof(SignerDigest) + sizeof(uint64_t);
  const size_t count = in.be16();
  if (count > kMaxDenySigners || in.left() != count * kEach) return {};
  DenyHave m;
  m.signers.resize(count);
  for (DenyNumber& held : m.signers) {
    std::ranges::copy(in.bytes(held.signer.size()), held.signer.begin());
    held.complete_to = in.be64();
  }
  return m;
}
Body take_deny_record(Cursor& in) {
  const auto bytes = in.bytes(in.left());
  if (bytes.empty() || bytes.size() > kMaxDenyRecord) return {};
  return DenyRecord{{bytes.begin(), bytes.end()}};
}

constexpr std::array<Body (*)(Cursor&), std::variant_size_v<Message>> kReaders = {
    take_hello,         take_offer,   take_ready,     take_switched,   take_keepalive,
    take_rekey_request, take_refusal, take_deny_have, take_deny_record};

}  // namespace

std::string_view name_of(const Message& message) noexcept {
  return kNames[message.index()];
}

std::string_view to_string(RefusalCode code) noexcept {
  switch (code) {
    case RefusalCode::kProtocol:
      return "protocol error";
    case RefusalCode::kNotReady:
      return "not ready";
    case RefusalCode::kWrongPeer:
      return "wrong peer";
    case RefusalCode::kWrongRole:
      return "wrong role";
    case RefusalCode::kUnsupported:
      return "unsupported";
    case RefusalCode::kInternal:
      return "internal error";
  }
  return "unknown";
}

std::string_view to_string(RekeyReason reason) noexcept {
  switch (reason) {
    case RekeyReason::kRequested:
      return "requested";
    case RekeyReason::kTime:
      return "time";
    case RekeyReason::kVolume:
      return "volume";
    case RekeyReason::kDataplaneRestart:
      return "dataplane restart";
    case RekeyReason::kCertificate:
      return "new certificate";
  }
  return "unknown";
}

std::vector<uint8_t> encode(const Message& message) {
  std::vector<uint8_t> frame(kMaxFrame);
  Writer out{frame};
  out.u8(kVersion).u8(type_of(message)).be16(0);
  if (std::visit([](const auto& body) { return too_long(body); }, message)) return {};
  std::visit([&](const auto& body) { put(out, body); }, message);
  if (!out.ok()) return {};
  frame.resize(out.size());
  Writer length{std::span(frame).subspan(2, 2)};
  length.be16(static_cast<uint16_t>(frame.size() - kFrameHeader));
  return frame;
}

wire::Parsed<Decoded> decode(std::span<const uint8_t> bytes) {
  Cursor in{bytes};
  const uint8_t version = in.u8();
  const uint8_t type = in.u8();
  const size_t length = in.be16();
  if (!in.ok()) return wire::NeedMore{static_cast<uint32_t>(kFrameHeader - bytes.size())};
  if (version != kVersion) return Fault{FaultKind::kBadVersion, 0};
  if (type == 0 || type > kReaders.size()) return Fault{FaultKind::kBadFunction, 1};
  if (length > kMaxBody) return Fault{FaultKind::kBadLength, 2};
  if (in.left() < length) return wire::NeedMore{static_cast<uint32_t>(length - in.left())};
  Cursor body = in.take(length);
  Body message = kReaders[type - 1u](body);
  if (!body.ok() || (message && body.left() != 0)) return Fault{FaultKind::kBadLength, 2};
  if (!message) return Fault{FaultKind::kBadValue, kFrameHeader};
  return Decoded{std::move(*message), kFrameHeader + length};
}

}  // namespace bulkhead::mesh

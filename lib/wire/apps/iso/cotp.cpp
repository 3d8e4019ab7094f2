// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/iso/cotp.h"

#include <algorithm>

#include "wire/cursor.h"

namespace bulkhead::wire::iso {
namespace {

constexpr uint8_t kVersion = 3;
constexpr size_t kSmallestTpkt = 7;  // header, length indicator, and a TPDU of 2 bytes
constexpr uint8_t kEndOfTsdu = 0x80;
constexpr uint8_t kCallingTsap = 0xc1;
constexpr uint8_t kCalledTsap = 0xc2;
constexpr size_t kTypeAt = 5;

Fault take_parameters(Cursor in, Tpdu& out) noexcept {
  while (in.left() > 0) {
    const size_t at = in.at();
    const uint8_t code = in.u8();
    const auto value = in.bytes(in.u8());
    if (!in.ok()) return {FaultKind::kBadLength, static_cast<uint32_t>(at)};
    if (code == kCallingTsap) out.calling_tsap = value;
    if (code == kCalledTsap) out.called_tsap = value;
  }
  return {};
}

bool connects(TpduType type) noexcept {
  return type == TpduType::kConnectionRequest || type == TpduType::kConnectionConfirm;
}

bool known(TpduType type) noexcept {
  switch (type) {
    case TpduType::kConnectionRequest:
    case TpduType::kConnectionConfirm:
    case TpduType::kDisconnectRequest:
    case TpduType::kDisconnectConfirm:
    case TpduType::kData:
    case TpduType::kExpeditedData:
    case TpduType::kError:
      return true;
  }
  return false;
}

Fault take_data(Cursor header, Tpdu& out) noexcept {
  const size_t at = header.at();
  const uint8_t number = header.u8();
  if (!header.ok() || header.left() != 0) return {FaultKind::kBadHeaderLength, kTpktHeader};
  if ((number & ~kEndOfTsdu) != 0) return {FaultKind::kBadValue, static_cast<uint32_t>(at)};
  out.last = (number & kEndOfTsdu) != 0;
  return {};
}

}  // namespace

Parsed<size_t> tpkt_size(std::span<const uint8_t> bytes) noexcept {
  if (!bytes.empty() && bytes[0] != kVersion) return Fault{FaultKind::kBadMarker, 0};
  if (bytes.size() < kTpktHeader)
    return NeedMore{static_cast<uint32_t>(kTpktHeader - bytes.size())};
  const size_t size = size_t{bytes[2]} << 8 | bytes[3];
  if (size < kSmallestTpkt) return Fault{FaultKind::kBadLength, 2};
  return size;
}

Fault parse_tpkt(std::span<const uint8_t> tpkt, Tpdu& out) noexcept {
  out = {};
  Cursor in{tpkt};
  in.skip(kTpktHeader);
  Cursor header = in.take(in.u8());
  const uint8_t code = header.u8();
  if (!header.ok()) return {FaultKind::kBadHeaderLength, kTpktHeader};
  // The low half of a connection TPDU's code is credit, which class 0 does not use.
  out.type = static_cast<TpduType>(code);
  if (connects(static_cast<TpduType>(code & 0xf0))) out.type = static_cast<TpduType>(code & 0xf0);
  if (!known(out.type)) return {FaultKind::kBadType, kTypeAt};
  out.user_data_at = in.at();
  out.user_data = in.rest();
  if (out.type == TpduType::kData) return take_data(header, out);
  out.destination = header.be16();
  if (!header.ok()) return {FaultKind::kBadHeaderLength, kTpktHeader};
  if (out.type == TpduType::kDisconnectRequest || out.type == TpduType::kDisconnectConfirm)
    out.source = header.be16();
  if (!connects(out.type)) return {};
  out.source = header.be16();
  header.skip(1);  // class and options
  if (!header.ok()) return {FaultKind::kBadHeaderLength, kTpktHeader};
  return take_parameters(header, out);
}

TsduAssembly& TsduAssembly::operator=(const TsduAssembly& other) noexcept {
  if (this == &other) return *this;
  held_ = other.held_;
  std::ranges::copy(std::span(other.buffer_).first(held_), buffer_.begin());
  return *this;
}

Parsed<std::span<const uint8_t>> TsduAssembly::add(const Tpdu& data) noexcept {
  if (held_ == 0 && data.last) return data.user_data;
  if (data.user_data.size() > buffer_.size() - held_) {
    held_ = 0;
    return Fault{FaultKind::kTooLong, static_cast<uint32_t>(data.user_data_at)};
  }
  std::ranges::copy(data.user_data, buffer_.begin() + held_);
  held_ = static_cast<uint16_t>(held_ + data.user_data.size());
  if (!data.last) return NeedMore{1};
  const std::span<const uint8_t> whole = std::span(buffer_).first(held_);
  held_ = 0;  // the view stays good until the next TPDU
  return whole;
}

}  // namespace bulkhead::wire::iso

// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm_plus/tls.h"

#include <algorithm>

namespace bulkhead::wire::s7comm_plus {
namespace {

constexpr uint8_t kChangeCipherSpec = 20, kApplicationData = 23;  // handshake and alert between
constexpr uint8_t kMajor = 3, kNewestMinor = 4;
constexpr size_t kMostInRecord = 16384 + 2048;

bool begins_record(std::span<const uint8_t> header) noexcept {
  const size_t length = size_t{header[3]} << 8 | header[4];
  return header[0] >= kChangeCipherSpec && header[0] <= kApplicationData && header[1] == kMajor &&
         header[2] <= kNewestMinor && length != 0 && length <= kMostInRecord;
}

}  // namespace

bool is_tls(std::span<const uint8_t> tsdu) noexcept {
  constexpr size_t kHeaderSize = 5;
  return tsdu.size() >= kHeaderSize && begins_record(tsdu.first(kHeaderSize));
}

Fault TlsRecords::pass(std::span<const uint8_t> tsdu) noexcept {
  for (size_t at = 0; at < tsdu.size();) {
    if (left_ != 0) {
      const size_t taken = std::min<size_t>(left_, tsdu.size() - at);
      left_ = static_cast<uint16_t>(left_ - taken);
      at += taken;
      continue;
    }
    header_[held_++] = tsdu[at++];
    if (held_ < kHeader) continue;
    held_ = 0;
    if (!begins_record(header_)) return {FaultKind::kBadType, static_cast<uint32_t>(at - 1)};
    left_ = static_cast<uint16_t>(header_[3] << 8 | header_[4]);
  }
  return {};
}

}  // namespace bulkhead::wire::s7comm_plus

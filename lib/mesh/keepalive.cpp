// SPDX-License-Identifier: Apache-2.0
#include "mesh/keepalive.h"

#include <algorithm>

#include "base/byte_order.h"

namespace bulkhead::mesh {
namespace {

constexpr uint8_t kVersion = 1;
constexpr uint8_t kSizesFlag = 1;

bool is_type(uint8_t type) noexcept {
  return type == static_cast<uint8_t>(KeepaliveType::kProbe) ||
         type == static_cast<uint8_t>(KeepaliveType::kAnswer);
}

bool all_zero(std::span<const uint8_t> bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t b) { return b == 0; });
}

}  // namespace

bool parse_keepalive(std::span<const uint8_t> payload, LaneKeepalive& out) noexcept {
  if (payload.size() < kKeepaliveBytes || payload[0] != kVersion) return false;
  if (!is_type(payload[1]) || (payload[3] & ~kSizesFlag) != 0) return false;
  if (!all_zero(payload.subspan(kKeepaliveBytes))) return false;
  out.type = static_cast<KeepaliveType>(payload[1]);
  out.path = payload[2];
  out.sizes = payload[3] == kSizesFlag;
  out.id = load_be<uint32_t>(payload.data() + 4);
  out.sent_ns = load_be<uint64_t>(payload.data() + 8);
  return true;
}

bool write_keepalive(std::span<uint8_t> out, const LaneKeepalive& keepalive) noexcept {
  if (out.size() < kKeepaliveBytes) return false;
  out[0] = kVersion;
  out[1] = static_cast<uint8_t>(keepalive.type);
  out[2] = keepalive.path;
  out[3] = keepalive.sizes ? kSizesFlag : uint8_t{0};
  store_be<uint32_t>(out.data() + 4, keepalive.id);
  store_be<uint64_t>(out.data() + 8, keepalive.sent_ns);
  const auto rest = out.subspan(kKeepaliveBytes);
  std::fill(rest.begin(), rest.end(), uint8_t{0});
  return true;
}

}  // namespace bulkhead::mesh

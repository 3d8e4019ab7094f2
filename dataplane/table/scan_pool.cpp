// SPDX-License-Identifier: Apache-2.0
#include "table/scan_pool.h"

#include <memory>
#include <type_traits>
#include <utility>

#include "base/check.h"
#include "matcher.h"

namespace bulkhead::dataplane {

static_assert(std::is_trivially_destructible_v<Scan>);
static_assert(kIdentifyBytes % match::kStreamAlign == 0);
static_assert(kSignatureBytes % match::kStreamAlign == 0);

ScanPool::ScanPool(uint32_t capacity) {
  const size_t identify = size_t{capacity} * 2 * kIdentifyBytes;
  const size_t signatures = size_t{capacity} * 2 * kSignatureBytes;
  const size_t scans = size_t{capacity} * sizeof(Scan);
  auto memory = Mapping::of(-1, identify + signatures + scans, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
  if (!memory) BH_FATAL("no address space for pattern matching");
  memory_ = std::move(*memory);
  identify_ = reinterpret_cast<uint8_t*>(memory_.data());
  signatures_ = identify_ + identify;
  scans_ = reinterpret_cast<Scan*>(signatures_ + signatures);
  free_.reserve(capacity);
  for (uint32_t i = capacity; i-- > 0;) free_.push_back(i);
}

uint32_t ScanPool::acquire() noexcept {
  if (free_.empty()) return kNoScan;
  const uint32_t handle = free_.back();
  free_.pop_back();
  std::construct_at(scans_ + handle);
  return handle;
}

void ScanPool::release(uint32_t handle) noexcept {
  if (handle != kNoScan) free_.push_back(handle);
}

std::span<uint8_t> ScanPool::identify_memory(uint32_t handle, size_t side) noexcept {
  return {identify_ + (size_t{handle} * 2 + side) * kIdentifyBytes, kIdentifyBytes};
}

std::span<uint8_t> ScanPool::signature_memory(uint32_t handle, size_t side) noexcept {
  return {signatures_ + (size_t{handle} * 2 + side) * kSignatureBytes, kSignatureBytes};
}

}  // namespace bulkhead::dataplane

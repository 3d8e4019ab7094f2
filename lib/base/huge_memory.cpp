// SPDX-License-Identifier: Apache-2.0
#include "base/huge_memory.h"

#include <cstdint>
#include <cstring>

namespace bulkhead {
namespace {

constexpr size_t rounded(size_t bytes) noexcept {
  return (bytes + HugeMemory::kPage - 1) / HugeMemory::kPage * HugeMemory::kPage;
}

}  // namespace

HugeMemory HugeMemory::reserve(size_t bytes) noexcept {
  HugeMemory out;
  auto mapping = Mapping::of(-1, rounded(bytes) + kPage, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
  if (!mapping) return out;
  out.mapping_ = std::move(mapping).value();
  const auto at = reinterpret_cast<uintptr_t>(out.mapping_.data());
  out.base_ = out.mapping_.data() + (rounded(at) - at);
  return out;
}

// That there are no huge pages is no error. Less than one of them is not worth one.
void HugeMemory::touch(size_t bytes) noexcept {
  if (base_ == nullptr) return;
  if (bytes >= kPage) (void)::madvise(base_, rounded(bytes), MADV_HUGEPAGE);
  std::memset(base_, 0, bytes);
}

}  // namespace bulkhead

// SPDX-License-Identifier: Apache-2.0
// Layout versions that this build reads. A later version only adds sections at the end of the
// table, and gives a meaning to fields that were zero: an image of an earlier one is one with
// those sections empty. So a dataplane that was upgraded enforces its last good image before the
// new control has made another.
#pragma once

#include <array>
#include <cstddef>

#include "image/layout.h"

namespace bulkhead::image {

struct LayoutVersion {
  uint32_t version;
  size_t sections;
};
inline constexpr std::array kLayoutVersions = {
    LayoutVersion{2, 14}, LayoutVersion{3, 16},  // break-glass
    LayoutVersion{4, 21},                        // protocols other than Modbus
    LayoutVersion{5, 29},                        // identification, signatures
    LayoutVersion{6, 31},                        // signatures over operations, ports of signatures
    LayoutVersion{7, 32},                        // what passes unread
    LayoutVersion{8, 33},                        // signatures bound by labels
};
static_assert(kLayoutVersions.front().version == kOldestLayoutVersion);
static_assert(kLayoutVersions.back().version == kLayoutVersion &&
              kLayoutVersions.back().sections == kSectionCount);

// 0: this build does not read that version.
constexpr size_t sections_in(uint32_t version) noexcept {
  for (const LayoutVersion& known : kLayoutVersions)
    if (known.version == version) return known.sections;
  return 0;
}

constexpr size_t header_bytes(uint32_t version) noexcept {
  return sizeof(ImageHeader) - (kSectionCount - sections_in(version)) * sizeof(SectionRef);
}

}  // namespace bulkhead::image

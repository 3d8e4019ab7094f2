// SPDX-License-Identifier: Apache-2.0
// EPATHs: what a request is addressed to, and the route that it takes. CIP Vol 1 appendix C, padded
// form.
#pragma once

#include <cstdint>
#include <span>

#include "base/static_vector.h"
#include "wire/apps/cip/tag_text.h"
#include "wire/apps/reader.h"

namespace bulkhead::wire::cip {

// What logical segments name, one behind the other.
struct ObjectRef {
  uint32_t cls = 0;
  uint32_t instance = 0;   // 0: the class itself, or not given
  uint32_t attribute = 0;  // 0: not given
  bool has_instance = false;
  bool has_attribute = false;
};

struct Path {
  static constexpr size_t kMostObjects = 4;
  static constexpr size_t kMostConnectionPoints = 4;

  StaticVector<ObjectRef, kMostObjects> objects;
  StaticVector<uint32_t, kMostConnectionPoints> connection_points;
  uint32_t hops = 0;  // port segments
  uint32_t port = 0;  // of the first
  uint32_t link = 0;  // of the first, where it is plain
  bool plain_link = false;
  bool odd = false;  // what it names is not told in full: no rule may be shown to hold
  std::span<const uint8_t> data{};  // of a simple data segment: configuration of a connection

  // The class that says what a service means: that of a symbol for paths by name.
  [[nodiscard]] uint32_t target_class(const TagText& text) const noexcept;
};

// All of `in`. Faults: kBadPath: a segment that is not known, or past the end; kTooMany.
void read_path(Reader& in, TagText& text, Path& out) noexcept;

}  // namespace bulkhead::wire::cip

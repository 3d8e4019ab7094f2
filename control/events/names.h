// SPDX-License-Identifier: Apache-2.0
// Names that the indices of a record stand for.
#pragma once

#include <span>
#include <string_view>

#include "image/view.h"

namespace bulkhead::control {

// Empty: there is no such index. Records come from another process: any number may stand in them.
template <typename Record>
std::string_view name_at(const image::ImageView& view, std::span<const Record> records,
                         uint32_t index) {
  return index < records.size() ? view.text(records[index].name) : std::string_view{};
}

}  // namespace bulkhead::control

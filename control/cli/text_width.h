// SPDX-License-Identifier: Apache-2.0
// How many columns of a terminal a text takes, and a text cut to columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bulkhead::cli {

// Colour sequences take none, combining characters none, East Asian wide ones and emoji two. A byte
// that is no UTF-8 counts one.
size_t display_width(std::string_view text) noexcept;

// The first `columns` columns of it, whole characters only. What a colour sequence began is ended.
std::string cut_to(std::string_view text, size_t columns);

}  // namespace bulkhead::cli

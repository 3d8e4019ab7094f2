// SPDX-License-Identifier: Apache-2.0
// Blocks of DCP: option, suboption, length, content (IEC 61158-6-10 4.3.1.4).
#pragma once

#include "wire/apps/pn_dcp/pn_dcp.h"
#include "wire/apps/reader.h"

namespace bulkhead::wire::pn_dcp {

enum class Service : uint8_t { kGet = 3, kSet = 4, kIdentify = 5, kHello = 6 };

// What a block has in front of its value.
enum class Form : uint8_t {
  kPairs,   // option and suboption alone: what a get asks for
  kPlain,   // nothing: the filter of an identify
  kWorded,  // two octets: qualifier of a set, information of a response
};

struct Block {
  uint8_t option = 0, suboption = 0;
  size_t at = 0;
  std::span<const uint8_t> value{};
};
// The next; false: there is none, or a fault.
bool next_block(Reader& in, Form form, Block& out) noexcept;

// A response's block about one that was set, or that could not be got.
inline constexpr uint8_t kControlOption = 5, kResponseSuboption = 4;
bool is_result(const Block& block) noexcept;

// What it is to set that block.
Sets set_by(const Block& block) noexcept;
// Point of the block, and its values.
void add_block(const Block& block, OperationClass access, Operation& out) noexcept;

}  // namespace bulkhead::wire::pn_dcp

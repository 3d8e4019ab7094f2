// SPDX-License-Identifier: Apache-2.0
// Blocks of a program: downloads, uploads, and the services that act on them by name.
#pragma once

#include <string_view>

#include "wire/apps/operation.h"
#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::s7comm {

// Adds the block that 8 characters name ("0B00001P": type 0B, number 1, file system P). Anything
// else is told by its text as any block there is, for what it names is not known.
void add_block(std::string_view text, Operation& out) noexcept;

// All blocks of the type that 2 characters name.
void add_blocks_of_type(std::string_view text, Operation& out) noexcept;

// Of jobs, `in` behind the function. Faults: kBadLength (a text past the end, or bytes behind it),
// kBadCount (of blocks).
Fault take_download(Cursor in, Operation& out) noexcept;  // request download and start upload
Fault take_transfer(Cursor in, Operation& out) noexcept;  // a block or its end, by file name
Fault take_upload(Cursor in, Operation& out) noexcept;    // by the number that its start returned
Fault take_pi_service(Cursor in, Operation& out) noexcept;
Fault take_plc_stop(Cursor in, Operation& out) noexcept;

// The part of a block that a response carries.
Fault take_block_data(Cursor data, Operation& out) noexcept;

}  // namespace bulkhead::wire::s7comm

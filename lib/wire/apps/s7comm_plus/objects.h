// SPDX-License-Identifier: Apache-2.0
// Which objects a request of S7comm-plus names, and what that says of its class.
#pragma once

#include <cstdint>

#include "wire/apps/operation.h"
#include "wire/cursor.h"

namespace bulkhead::wire::s7comm_plus {

// Numbers of 7 bits a byte, the highest bit saying that more follow; at most 9 bytes, of whose last
// all bits count.
uint64_t take_varuint(Cursor& in) noexcept;

// How the data of a request is to be read.
struct Layout {
  bool old = false;  // version 1, whose lists of variables are not known
  bool cut = false;  // only its beginning is there
};

// `in` behind the transport flags of a request whose code and session are known. Points are
// kS7plusObject: the relation id (RID) of the object, or of the area that an item is in
// (0x8a0e0001: data block 1; 82: flags); detail: the attribute, or the first local id. Objects that
// are not understood, or cut off: one point from 0 to the last, and a write is of class program.
//
// A write of an object that is part of the CPU or of its program is of class program: of the native
// ones all but the areas of the process, and of blocks all but data blocks.
//
// A session is created, given its keys, and deleted like any object; requests that do that to
// their own session alone are of class session, and the creation of a subscription is a read.
void take_objects(Cursor in, Layout layout, Operation& out) noexcept;

}  // namespace bulkhead::wire::s7comm_plus
